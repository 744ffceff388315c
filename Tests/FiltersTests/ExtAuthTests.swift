import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let envoy: ConfigurationNode = [
    "http_service": [
        "endpoint": ["service_name": "auth.static", "path_prefix": "/check"],
        "authorization_request": [
            "allowed_headers": [["exact": "X-Version"], ["prefix": "x-in-"]],
            "headers_to_add": ["x-gateway": "edge"],
        ],
        "authorization_response": [
            "allowed_upstream_headers": [["exact": "x-user-id"], ["exact": "x-version"], ["exact": "x-mse-consumer"]]
        ],
    ]
]

private let forwardAuth: ConfigurationNode = [
    "http_service": [
        "endpoint_mode": "forward_auth",
        "endpoint": [
            "service_name": "auth.static", "service_host": "auth.example", "path": "/verify", "request_method": "post",
        ],
    ]
]

@Suite struct ExtAuthTests {
    @Test func inModeEnvoyTheAuthoritySeesMethodAndPath() async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: envoy)])
        let authority = gateway.http("auth.static") { _ in TestResponse(status: 200) }
        let headers: HeaderFields = [
            "x-version": "1", "X-In-A": "a", "x-other": "o", .authorization: "Bearer t", "x-gateway": "forged",
            "cookie": "c=1",
        ]
        let response = await gateway.send(TestRequest(.post, "/users?q=1", headers: headers, body: "body"))
        #expect(response.status == 200)
        let asked = try #require(authority.requests.first)
        #expect(asked.method == .post && asked.path == "/check/users?q=1" && asked.authority == "auth.static")
        #expect(asked.text == "" && asked.framing == .none)
        #expect(asked.headers["x-version"] == "1" && asked.headers["x-in-a"] == "a")
        #expect(asked.headers[.authorization] == "Bearer t" && asked.headers["x-gateway"] == "edge")
        #expect(!asked.headers.contains("x-other") && !asked.headers.contains(.cookie))
        #expect(gateway.upstreamRequests.map(\.text) == ["body"])
        #expect(gateway.isIdle)
    }

    @Test func inModeForwardAuthTheyStandInFields() async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: forwardAuth)])
        let authority = gateway.http("auth.static") { _ in TestResponse(status: 204) }
        let headers: HeaderFields = [.authorization: "Basic x", "x-forwarded-uri": "/forged"]
        #expect(await gateway.send(TestRequest(.delete, "/users?q=1", headers: headers)).status == 200)
        let asked = try #require(authority.requests.first)
        #expect(asked.method == .post && asked.path == "/verify" && asked.authority == "auth.example")
        #expect(asked.headers["x-forwarded-method"] == "DELETE")
        #expect(asked.headers.values(of: "x-forwarded-uri") == ["/users?q=1"])
        #expect(asked.headers[.xForwardedHost] == "gateway.test" && asked.headers[.xForwardedProto] == "http")
        #expect(asked.headers[.authorization] == "Basic x")
    }

    @Test func whatTheAuthoritySaysReplacesTheClientsFields() async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: envoy)])
        gateway.http("auth.static") { request in
            request.path == "/check/silent"
                ? TestResponse(status: 200)
                : TestResponse(status: 200, headers: ["x-user-id": "u-1", "x-secret": "s", "x-mse-consumer": "alice"])
        }
        let forged: HeaderFields = ["x-user-id": "admin", "x-version": "1"]
        let response = await gateway.send(TestRequest(.get, "/", headers: forged))
        #expect(response.consumer == "alice")
        let first = gateway.upstreamRequests[0].headers
        #expect(first.values(of: "x-user-id") == ["u-1"] && first.values(of: "x-mse-consumer") == ["alice"])
        #expect(!first.contains("x-secret"))
        // Nothing that would pass for the authority's word is left, but what it has seen of the client's is.
        await gateway.send(TestRequest(.get, "/silent", headers: forged))
        let second = gateway.upstreamRequests[1].headers
        #expect(!second.contains("x-user-id") && second["x-version"] == "1")
    }

    @Test(arguments: [["exact": "X-User-Id"], ["prefix": "x-user-"]] as [ConfigurationNode])
    func whereTheAuthoritySaysNothingNothingPassesForItsWord(_ matcher: ConfigurationNode) async throws {
        let config: ConfigurationNode = [
            "failure_mode_allow": true,
            "http_service": [
                "endpoint": ["service_name": "auth.static", "path_prefix": "/"],
                "authorization_request": ["allowed_headers": [["exact": "x-user-id"]]],
                "authorization_response": ["allowed_upstream_headers": [matcher]],
            ],
            "match_list": [["match_rule_path": "/public", "match_rule_type": "prefix"]],
        ]
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: config)])
        let authority = gateway.http("auth.static") { _ in TestResponse(status: 500) }
        var headers: HeaderFields = ["x-user-id": "admin", "x-own": "1"]
        headers.add("X-User-ID", "root")
        for path in ["/public", "/asked"] {
            #expect(await gateway.send(TestRequest(.get, path, headers: headers)).status == 200)
        }
        #expect(authority.requests.map(\.path) == ["/asked"])
        #expect(gateway.upstreamRequests.map { $0.headers.values(of: "x-user-id") } == [[], []])
        #expect(gateway.upstreamRequests.map { $0.headers["x-own"] } == ["1", "1"])
    }

    @Test func theAuthoritySeesEveryAuthorization() async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: envoy)])
        let authority = gateway.http("auth.static") { _ in TestResponse(status: 200) }
        var headers: HeaderFields = [.authorization: "Bearer one"]
        headers.add(.authorization, "Bearer two")
        await gateway.send(TestRequest(headers: headers))
        #expect(authority.requests.map { $0.headers.values(of: .authorization) } == [["Bearer one", "Bearer two"]])
    }

    @Test func whatIsAddedReplacesTheClientsAuthorization() async throws {
        let config: ConfigurationNode = [
            "http_service": [
                "endpoint": ["service_name": "auth.static", "path_prefix": "/"],
                "authorization_request": ["headers_to_add": ["Authorization": "Basic own"]],
            ]
        ]
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: config)])
        let authority = gateway.http("auth.static") { _ in TestResponse(status: 200) }
        await gateway.send(TestRequest(headers: [.authorization: "Bearer t"]))
        #expect(authority.requests.map { $0.headers.values(of: .authorization) } == [["Basic own"]])
        #expect(gateway.upstreamRequests.map { $0.headers[.authorization] } == ["Bearer t"])
    }

    @Test(arguments: [401, 403, 404, 302, 429])
    func aRefusalIsTheAuthoritys(_ status: Int) async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: envoy)])
        gateway.http("auth.static") { _ in
            var headers: HeaderFields = [.wwwAuthenticate: "Bearer", "location": "/login", "connection": "close"]
            headers.add(.setCookie, "a=1")
            headers.add(.setCookie, "b=2")
            return TestResponse(status: status, headers: headers, body: "go away")
        }
        let response = await gateway.send(TestRequest())
        #expect(response.status == status && response.text == "go away")
        #expect(response.headers[.wwwAuthenticate] == "Bearer" && response.headers["location"] == "/login")
        #expect(response.headers.values(of: .setCookie) == ["a=1", "b=2"] && !response.headers.contains("connection"))
        #expect(response.details == "ext-auth.unauthorized")
        #expect(gateway.upstreamRequests.isEmpty && gateway.isIdle)
    }

    @Test func ofARefusalTheClientSeesWhatIsAllowed() async throws {
        let config: ConfigurationNode = [
            "http_service": [
                "endpoint": ["service_name": "auth.static", "path_prefix": "/"],
                "authorization_response": ["allowed_client_headers": [["regex": "^X-Auth-"]]],
            ]
        ]
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: config)])
        gateway.http("auth.static") { _ in
            TestResponse(status: 401, headers: ["x-auth-why": "w", "x-other": "o"], body: "b")
        }
        let response = await gateway.send(TestRequest(.get, "/a"))
        #expect(response.headers["x-auth-why"] == "w" && !response.headers.contains("x-other"))
    }

    static let failures: [(TestResponse, String)] = [
        (TestResponse(status: 500, headers: ["x-why": "w"], body: "oops"), "5xx"), (.unreachable, "unreachable"),
        (.resets, "reset"), (.neverAnswers, "silence"),
    ]

    @Test(arguments: failures, [nil, 503])
    func aDeadAuthorityLetsNothingPass(_ failure: (TestResponse, String), _ status: Int?) async throws {
        let config = self.with(status.map { ["status_on_error": "\($0)"] } ?? [:])
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: config)])
        gateway.http("auth.static") { _ in failure.0 }
        let response = await gateway.send(TestRequest())
        #expect(response.status == status ?? 403)
        #expect(response.details == "ext-auth.unavailable")
        #expect(gateway.upstreamRequests.isEmpty && gateway.isIdle)
        #expect(gateway.log.contains { $0.description.contains("auth.static cannot be asked") })
    }

    @Test(arguments: failures, [true, false])
    func aDeadAuthorityMayBePassedOver(_ failure: (TestResponse, String), _ marks: Bool) async throws {
        let config = self.with(["failure_mode_allow": "true", "failure_mode_allow_header_add": "\(marks)"])
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: config)])
        gateway.http("auth.static") { _ in failure.0 }
        #expect(await gateway.send(TestRequest()).status == 200)
        #expect(gateway.upstreamRequests[0].headers["x-envoy-auth-failure-mode-allowed"] == (marks ? "true" : nil))
        gateway.http("auth.static") { _ in TestResponse(status: 401) }
        #expect(await gateway.send(TestRequest()).status == 401)
    }

    @Test func theMarkOfAFailureCannotBeForged() async throws {
        let config = self.with(["failure_mode_allow": "true", "failure_mode_allow_header_add": "true"])
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: config)])
        gateway.http("auth.static") { _ in TestResponse(status: 200) }
        await gateway.send(TestRequest(headers: ["x-envoy-auth-failure-mode-allowed": "true"]))
        #expect(!gateway.upstreamRequests[0].headers.contains("x-envoy-auth-failure-mode-allowed"))
    }

    @Test func theTimeIsCounted() async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: self.with([:]))])
        gateway.http("auth.static") { _ in TestResponse(status: 200).delayed(.milliseconds(1001)) }
        let before = gateway.time
        #expect(await gateway.send(TestRequest()).status == 403)
        #expect(gateway.time - before == 1_000_000_000)
    }

    private static let withBody: ConfigurationNode = [
        "http_service": [
            "endpoint": ["service_name": "auth.static", "path_prefix": "/check/"],
            "authorization_request": ["with_request_body": true, "max_request_body_bytes": 16],
        ]
    ]

    @Test(arguments: [Chunking.whole, Chunking.bytes(1)])
    func theAuthorityMaySeeTheBody(_ chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: Self.withBody)], chunking: chunking)
        let authority = gateway.http("auth.static") { TestResponse(status: $0.text.contains("bad") ? 403 : 200) }
        #expect(await gateway.send(TestRequest(.post, "/a", body: "a good body")).status == 200)
        #expect(await gateway.send(TestRequest(.post, "/a", body: "a bad body")).status == 403)
        #expect(authority.requests.map(\.text) == ["a good body", "a bad body"])
        #expect(gateway.upstreamRequests.map(\.text) == ["a good body"])
        // A GET is asked about without its body, whose length does not matter then.
        #expect(await gateway.send(TestRequest(.get, "/a", body: "a body that is long")).status == 200)
        #expect(authority.requests.last?.text == "")
        #expect(gateway.isIdle)
    }

    @Test func aBodyPastTheLimitIsRefusedUnasked() async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: Self.withBody)])
        let authority = gateway.http("auth.static") { _ in TestResponse(status: 200) }
        #expect(await gateway.send(TestRequest(.post, "/a", body: "a body that is too long")).status == 413)
        #expect(authority.requests.isEmpty && gateway.upstreamRequests.isEmpty && gateway.isIdle)
    }

    @Test func aClientThatLeavesEndsTheQuestion() async throws {
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: self.with([:]))])
        gateway.http("auth.static") { _ in .neverAnswers }
        let stream = await gateway.open(TestRequest())
        #expect(gateway.liveOperations == 1)
        await stream.reset()
        await gateway.settle()
        #expect(gateway.isIdle)
    }

    struct Match: Sendable, CustomTestStringConvertible {
        let rule: ConfigurationNode
        let request: TestRequest
        let matches: Bool
        var testDescription: String { "\(self.request.method) \(self.request.authority)\(self.request.path)" }

        init(_ rule: ConfigurationNode, _ request: TestRequest, _ matches: Bool) {
            self.rule = rule
            self.request = request
            self.matches = matches
        }
    }

    private static let publicRule: ConfigurationNode = [
        "match_rule_domain": "*.bar.com", "match_rule_path": "/public", "match_rule_type": "prefix",
    ]

    static let matches: [Match] = [
        .init(publicRule, TestRequest(.get, "/public/x", authority: "a.bar.com"), true),
        .init(publicRule, TestRequest(.get, "/public?x=/", authority: "A.BAR.com:8080"), true),
        .init(publicRule, TestRequest(.get, "/private?/public", authority: "a.bar.com"), false),
        .init(publicRule, TestRequest(.get, "/public", authority: "bar.com"), false),
        .init(publicRule, TestRequest(.get, "/public", authority: "a.bar.com.evil"), false),
        .init(["match_rule_domain": "a*c.*.d"], TestRequest(authority: "abbc.x.d"), true),
        .init(["match_rule_domain": "a*c.*.d"], TestRequest(authority: "abb.x.d"), false),
        .init(["match_rule_domain": "a*bc*c"], TestRequest(authority: "abc"), false),
        .init(["match_rule_domain": "*"], TestRequest(authority: "x"), true),
        .init(["match_rule_domain": "Bar.com"], TestRequest(authority: "bar.COM:"), true),
        .init(["match_rule_domain": "bar.com"], TestRequest(authority: "bar.com.x"), false),
        .init(["match_rule_domain": "[::1]"], TestRequest(authority: "[::1]:80"), true),
        .init(["match_rule_domain": "[::1]"], TestRequest(authority: "[::1]"), true),
        .init(["match_rule_domain": "admin.bar.com"], TestRequest(authority: "ADMIN.bar.com."), true),
        .init(["match_rule_domain": "admin.bar.com"], TestRequest(authority: "admin.bar.com.:80"), true),
        .init(["match_rule_domain": "admin.bar.com"], TestRequest(authority: "admin.bar.com:"), true),
        .init(["match_rule_domain": "admin.bar.com."], TestRequest(authority: "admin.bar.com"), true),
        .init(["match_rule_domain": "admin.bar.com"], TestRequest(authority: "admin.bar.com.."), false),
        .init(["match_rule_domain": "*.bar.com"], TestRequest(authority: "a.bar.com."), true),
        .init(["match_rule_domain": "[::1]"], TestRequest(authority: "[::1]:8080"), true),
        .init(["match_rule_method": ["get", "HEAD"]], TestRequest(.get), true),
        .init(["match_rule_method": ["GET"]], TestRequest(.post), false),
        .init(["match_rule_path": "/a", "match_rule_type": "exact"], TestRequest(.get, "/a?b"), true),
        .init(["match_rule_path": "/a", "match_rule_type": "exact"], TestRequest(.get, "/A"), false),
        .init(["match_rule_path": ".png", "match_rule_type": "suffix"], TestRequest(.get, "/x.png"), true),
        .init(["match_rule_path": ".png", "match_rule_type": "suffix"], TestRequest(.get, "/x?.png"), false),
        .init(["match_rule_path": "b", "match_rule_type": "contains"], TestRequest(.get, "/abc"), true),
        .init(["match_rule_path": "b", "match_rule_type": "contains"], TestRequest(.get, "/ac?b"), false),
        .init(["match_rule_path": "/long/suffix", "match_rule_type": "suffix"], TestRequest(.get, "/suffix"), false),
        .init(["match_rule_path": "^/v[0-9]+/$", "match_rule_type": "regex"], TestRequest(.get, "/v12/"), true),
        .init(["match_rule_path": "^/v[0-9]+/$", "match_rule_type": "regex"], TestRequest(.get, "/v/"), false),
    ]

    @Test(arguments: matches, ["whitelist", "blacklist"])
    func rulesSayWhatIsAskedAbout(_ example: Match, _ mode: String) async throws {
        let config: ConfigurationNode = [
            "http_service": ["endpoint": ["service_name": "auth.static", "path_prefix": "/"]],
            "match_type": ConfigurationNode(stringLiteral: mode), "match_list": [example.rule],
        ]
        let gateway = try TestGateway(filters: [.init(ExtAuth.self, config: config)])
        gateway.http("auth.static") { _ in TestResponse(status: 401) }
        let isAsked = example.matches == (mode == "blacklist")
        #expect(await gateway.send(example.request).status == (isAsked ? 401 : 200))
    }

    private func with(_ more: [String: String]) -> ConfigurationNode {
        let nowhere = SourcePosition(file: "", line: 0, column: 0)
        var entries = more.sorted { $0.key < $1.key }.map { key, value in
            ConfigurationNode.Entry(key: key, keyPosition: nowhere, value: ConfigurationNode(stringLiteral: value))
        }
        let service: ConfigurationNode = ["endpoint": ["service_name": "auth.static", "path_prefix": "/"]]
        entries.append(.init(key: "http_service", keyPosition: nowhere, value: service))
        return ConfigurationNode(.mapping(entries), position: nowhere)
    }
}

@Suite struct ExtAuthConfigurationTests {
    static let endpoint: ConfigurationNode = ["service_name": "auth.static", "path_prefix": "/"]
    /// An unquoted `null`, which no secret is.
    static let nothing = ConfigurationNode(
        .scalar(.init("null")),
        position: SourcePosition(file: "", line: 0, column: 0)
    )

    static let cases: [ConfigurationCase] = [
        .init(["http_service": ["endpoint": endpoint]]),
        .init([:], #"1: config: missing key "http_service" (object)"#),
        .init(["http_service": ["timeout": 5]], #"2: config.http_service: missing key "endpoint" (object)"#),
        .init(
            ["http_service": ["endpoint": ["path_prefix": "/"]]],
            #"3: config.http_service.endpoint: missing key "service_name" (string)"#
        ),
        .init(
            ["http_service": ["endpoint": ["service_name": "auth.static"]]],
            #"3: config.http_service.endpoint: missing key "path_prefix" (string), which endpoint_mode envoy needs"#
        ),
        .init(
            ["http_service": ["endpoint_mode": "forward_auth", "endpoint": ["service_name": "auth.static"]]],
            #"4: config.http_service.endpoint: missing key "path" (string), which endpoint_mode forward_auth needs"#
        ),
        .init(
            ["http_service": ["endpoint": ["service_name": "auth", "path_prefix": "/"]]],
            #"4: config.http_service.endpoint.service_name: bad argument: "auth" has no service type suffix (.static or .dns)"#
        ),
        .init(
            ["http_service": ["endpoint": ["service_name": "auth.static", "path_prefix": "/", "service_port": 81]]],
            #"6: config.http_service.endpoint.service_port: bad argument: the port is 81, but "auth.static" has port 80; leave the port out or write 80"#
        ),
        .init(
            ["http_service": ["endpoint_mode": "traefik", "endpoint": endpoint]],
            #"3: config.http_service.endpoint_mode: found "traefik"; expected one of envoy, forward_auth"#
        ),
        .init(
            [
                "http_service": [
                    "endpoint": endpoint, "authorization_request": ["allowed_headers": [["exakt": "a"]]],
                ]
            ],
            "8: config.http_service.authorization_request.allowed_headers[0]: expected one of exact, prefix, suffix, contains, regex",
            #"9: config.http_service.authorization_request.allowed_headers[0]: unknown key "exakt"; did you mean "exact"?"#
        ),
        .init(
            [
                "http_service": ["endpoint": endpoint], "match_list": [["match_rule_path": "/a"]],
            ],
            #"7: config.match_list[0]: expected "match_rule_path" and "match_rule_type" together"#
        ),
        .init(
            ["http_service": ["endpoint": endpoint], "match_type": "grey", "match_list": [[:]]],
            #"6: config.match_type: found "grey"; expected one of whitelist, blacklist"#,
            "8: config.match_list[0]: expected at least one of match_rule_domain, match_rule_method, match_rule_path"
        ),
        .init(
            [
                "http_service": [
                    "endpoint": endpoint, "authorization_request": ["headers_to_add": ["authorization": nothing]],
                ]
            ],
            #"8: config.http_service.authorization_request.headers_to_add.authorization: found null without quotes; expected a string that is kept secret, "null" in quotes if that is it"#
        ),
        .init(
            ["http_service": ["endpoint": endpoint], "status_on_error": 200],
            #"6: config.status_on_error: found "200"; expected a whole number (400 to 599)"#
        ),
    ]

    @Test(arguments: cases)
    func mistakesAreNamedWithTheirPlace(_ example: ConfigurationCase) {
        #expect(issueLines(of: ExtAuth.self, example.config) == example.issues)
    }

    @Test func aWrongExpressionIsNamed() {
        let config: ConfigurationNode = [
            "http_service": ["endpoint": Self.endpoint],
            "match_list": [["match_rule_path": "(", "match_rule_type": "regex"]],
        ]
        let found = issueLines(of: ExtAuth.self, config)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix(#"8: config.match_list[0].match_rule_path: found "("; expected a regular"#) == true
        )
    }
}
