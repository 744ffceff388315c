import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

/// One page and its subdomains, two methods, two fields.
private let strict: ConfigurationNode = [
    "allow_origins": ["https://app.example.com", "http://localhost:3000/"],
    "allow_origin_patterns": ["https://*.example.org", "http://*.example.net:[8080,9090]", "*.internal:[*]"],
    "allow_methods": ["GET", "post"],
    "allow_headers": ["Content-Type", "X-Token"],
    "expose_headers": ["X-Trace", "X-Cost"],
    "allow_credentials": true,
    "max_age": 600,
]

@Suite("cors: requests of pages")
struct CorsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var config: ConfigurationNode? = strict
        var method: HTTPMethod = .get
        var headers: HeaderFields = [:]
        let status: Int
        /// `Access-Control-Allow-Origin` of the response.
        var allowed: String?
        var reaches = true
    }

    static let cases: [Case] = [
        Case(testDescription: "no origin", status: 200),
        Case(
            testDescription: "a listed origin",
            headers: ["origin": "https://app.example.com"],
            status: 200,
            allowed: "https://app.example.com"
        ),
        Case(
            testDescription: "the same in other case is answered as it came",
            headers: ["origin": "https://APP.example.com"],
            status: 200,
            allowed: "https://APP.example.com"
        ),
        Case(
            testDescription: "a slash at the end in the file",
            headers: ["origin": "http://localhost:3000"],
            status: 200,
            allowed: "http://localhost:3000"
        ),
        Case(
            testDescription: "a subdomain",
            headers: ["origin": "https://a.b.example.org"],
            status: 200,
            allowed: "https://a.b.example.org"
        ),
        Case(
            testDescription: "one of the ports",
            headers: ["origin": "http://a.example.net:9090"],
            status: 200,
            allowed: "http://a.example.net:9090"
        ),
        Case(
            testDescription: "any scheme and port where the pattern says so",
            headers: ["origin": "https://wiki.internal:8443"],
            status: 200,
            allowed: "https://wiki.internal:8443"
        ),
        Case(
            testDescription: "no port where any may be",
            headers: ["origin": "http://wiki.internal"],
            status: 200,
            allowed: "http://wiki.internal"
        ),
        Case(
            testDescription: "the page is of the service itself",
            headers: ["origin": "http://gateway.test"],
            status: 200
        ),
        Case(
            testDescription: "the same with the port that goes without saying",
            headers: ["origin": "http://gateway.test:80"],
            status: 200
        ),
        Case(
            testDescription: "the gateway's own name over TLS is another origin",
            headers: ["origin": "https://gateway.test"],
            status: 403,
            reaches: false
        ),
        Case(
            testDescription: "an unknown origin",
            headers: ["origin": "https://evil.test"],
            status: 403,
            reaches: false
        ),
        Case(
            testDescription: "an origin that begins like an allowed one",
            headers: ["origin": "https://a.example.org.evil.test"],
            status: 403,
            reaches: false
        ),
        Case(
            testDescription: "an allowed one as the user of another host",
            headers: ["origin": "https://x:y@evil.example.org"],
            status: 403,
            reaches: false
        ),
        Case(
            testDescription: "another port",
            headers: ["origin": "http://a.example.net:9091"],
            status: 403,
            reaches: false
        ),
        Case(testDescription: "a sandboxed page", headers: ["origin": "null"], status: 403, reaches: false),
        Case(
            testDescription: "a method that is not listed",
            method: .delete,
            headers: ["origin": "https://app.example.com"],
            status: 403,
            reaches: false
        ),
        Case(
            testDescription: "HEAD is as good as GET",
            method: .head,
            headers: ["origin": "https://app.example.com"],
            status: 200,
            allowed: "https://app.example.com"
        ),
        Case(
            testDescription: "a port in the file that browsers leave out",
            config: ["allow_origins": ["https://app.example.com:443", "http://b.example:80/"]],
            headers: ["origin": "https://app.example.com"],
            status: 200,
            allowed: "https://app.example.com"
        ),
        Case(
            testDescription: "the same without TLS",
            config: ["allow_origins": ["https://app.example.com:443", "http://b.example:80/"]],
            headers: ["origin": "http://b.example"],
            status: 200,
            allowed: "http://b.example"
        ),
        Case(
            testDescription: "a port that goes without saying is answered as it came",
            headers: ["origin": "https://app.example.com:443"],
            status: 200,
            allowed: "https://app.example.com:443"
        ),
        Case(
            testDescription: "the port of another scheme",
            config: ["allow_origins": ["https://app.example.com:80"]],
            headers: ["origin": "https://app.example.com"],
            status: 403,
            reaches: false
        ),
        Case(
            testDescription: "a pattern with a port that browsers leave out",
            config: ["allow_origin_patterns": ["https://*.example.net:[443,8443]"]],
            headers: ["origin": "https://a.example.net"],
            status: 200,
            allowed: "https://a.example.net"
        ),
        Case(
            testDescription: "a pattern with that port alone",
            config: ["allow_origin_patterns": ["*.example.net:80"]],
            headers: ["origin": "http://a.example.net"],
            status: 200,
            allowed: "http://a.example.net"
        ),
        Case(
            testDescription: "everybody by default",
            config: nil,
            headers: ["origin": "https://anybody.test"],
            status: 200,
            allowed: "*"
        ),
        Case(
            testDescription: "everybody with credentials",
            config: ["allow_origin_patterns": ["*"], "allow_credentials": true],
            headers: ["origin": "https://anybody.test"],
            status: 200,
            allowed: "https://anybody.test"
        ),
    ]

    @Test(arguments: cases)
    func requests(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(CORS.self, config: example.config)])
        let response = await gateway.send(TestRequest(example.method, headers: example.headers))
        #expect(response.status == example.status)
        #expect(response.headers["access-control-allow-origin"] == example.allowed)
        #expect(gateway.upstreamRequests.count == (example.reaches ? 1 : 0))
        if !example.reaches {
            #expect(response.text == "Invalid CORS request")
            #expect(response.details.hasPrefix("cors."))
        }
        #expect(gateway.isIdle)
    }

    @Test func anAllowedOriginIsToldWhatItMayRead() async throws {
        let gateway = try TestGateway(filters: [.init(CORS.self, config: strict)])
        let response = await gateway.send(TestRequest(headers: ["origin": "https://app.example.com"]))
        #expect(response.headers["access-control-expose-headers"] == "X-Trace,X-Cost")
        #expect(response.headers["access-control-allow-credentials"] == "true")
        #expect(response.headers["access-control-allow-methods"] == nil)
        #expect(response.headers["access-control-max-age"] == nil)
    }

    @Test(
        "caches learn that responses differ by origin, unless all are alike",
        arguments: [
            (strict, nil, ["Origin"]), (strict, "accept, Origin", ["accept, Origin"]), (strict, "*", ["*"]),
            (strict, "accept", ["accept", "Origin"]), (["max_age": 1], "accept", ["accept"]),
        ] as [(ConfigurationNode, String?, [String])]
    )
    func vary(_ config: ConfigurationNode, _ upstream: String?, _ expected: [String]) async throws {
        let gateway = try TestGateway(filters: [.init(CORS.self, config: config)]) { _ in
            TestResponse(headers: upstream.map { ["vary": $0] } ?? [:])
        }
        for headers: HeaderFields in [[:], ["origin": "http://localhost:3000"]] {
            #expect(await gateway.send(TestRequest(headers: headers)).headers.values(of: .vary) == expected)
        }
    }

    @Test func whatTheUpstreamSaysIsReplaced() async throws {
        let gateway = try TestGateway(filters: [.init(CORS.self, config: strict)]) { _ in
            TestResponse(headers: [
                "access-control-allow-origin": "*", "access-control-allow-methods": "PURGE",
                "access-control-allow-credentials": "true", "access-control-allow-headers": "x-own",
                "access-control-expose-headers": "x-own", "access-control-max-age": "1", "x-own": "1",
            ])
        }
        let plain = await gateway.send(TestRequest())
        #expect(plain.headers.map(\.name).filter { $0.hasPrefix("access-control") }.isEmpty)
        let allowed = await gateway.send(TestRequest(headers: ["origin": "http://localhost:3000"]))
        #expect(allowed.headers.values(of: "access-control-allow-origin") == ["http://localhost:3000"])
        #expect(allowed.headers["access-control-expose-headers"] == "X-Trace,X-Cost")
        #expect(allowed.headers["x-own"] == "1")
    }

    @Test func anAnswerMadeBeforeItsTurnHasTheFieldsToo() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(KeyAuth.self, config: ["consumers": [["name": "a", "credential": "k"]]]),
                .init(CORS.self, config: strict),
            ]
        )
        let response = await gateway.send(TestRequest(headers: ["origin": "https://app.example.com"]))
        #expect(response.status == 401 && response.details == "key-auth.unauthorized")
        #expect(response.headers["access-control-allow-origin"] == "https://app.example.com")
        let forbidden = await gateway.send(TestRequest(headers: ["origin": "https://evil.test"]))
        #expect(forbidden.status == 401 && forbidden.headers["access-control-allow-origin"] == nil)
    }
}

@Suite("cors: preflights")
struct CorsPreflightTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var config: ConfigurationNode? = strict
        var origin = "https://app.example.com"
        var method = "POST"
        var headers: String?
        var status = 204
        var detail = "cors.preflight"
        var origins: String? = "https://app.example.com"
        var methods: String? = "GET,POST"
        var fields: String? = "Content-Type,X-Token"
        var maximumAge: String? = "600"

        static func refused(_ description: String, _ detail: String, _ change: (inout Case) -> Void) -> Case {
            var example = Case(
                testDescription: description,
                status: 403,
                detail: detail,
                origins: nil,
                methods: nil,
                fields: nil,
                maximumAge: nil
            )
            change(&example)
            return example
        }
    }

    static let cases: [Case] = [
        Case(testDescription: "a listed method"),
        Case(testDescription: "listed fields in other case", headers: "x-token, content-TYPE"),
        Case(testDescription: "no field at all", headers: ""),
        .refused("an unknown origin", "cors.origin_forbidden") { $0.origin = "https://evil.test" },
        .refused("a method that is not listed", "cors.method_forbidden") { $0.method = "DELETE" },
        .refused("a field that is not listed", "cors.headers_forbidden") { $0.headers = "x-token, x-other" },
        Case(
            testDescription: "the defaults",
            config: nil,
            origins: "*",
            methods: "GET,PUT,POST,DELETE,PATCH,OPTIONS",
            fields: "DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,"
                + "Content-Type,Authorization",
            maximumAge: "7200"
        ),
        Case(
            testDescription: "everything, without credentials",
            config: ["allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"], "max_age": "1h"],
            method: "PURGE",
            headers: "authorization,x-a",
            origins: "*",
            methods: "*",
            fields: "authorization,x-a",
            maximumAge: "3600"
        ),
        Case(
            testDescription: "everything, with credentials, names what was asked for",
            config: [
                "allow_origin_patterns": ["*"], "allow_methods": ["*"], "allow_headers": ["*"],
                "allow_credentials": true,
            ],
            method: "PURGE",
            headers: "x-a",
            methods: "PURGE",
            fields: "x-a",
            maximumAge: "7200"
        ),
    ]

    @Test(arguments: cases)
    func preflights(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(CORS.self, config: example.config)])
        var request = TestRequest(
            .options,
            "/x",
            headers: ["origin": example.origin, "access-control-request-method": example.method]
        )
        if let headers = example.headers { request.headers["access-control-request-headers"] = headers }
        let response = await gateway.send(request)
        #expect(response.status == example.status && response.details == example.detail)
        #expect(response.headers["access-control-allow-origin"] == example.origins)
        #expect(response.headers["access-control-allow-methods"] == example.methods)
        #expect(response.headers["access-control-allow-headers"] == example.fields)
        #expect(response.headers["access-control-max-age"] == example.maximumAge)
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test func anOptionsRequestThatIsNoPreflightGoesOn() async throws {
        let gateway = try TestGateway(filters: [.init(CORS.self, config: ["allow_methods": ["OPTIONS"]])])
        #expect(await gateway.send(TestRequest(.options)).status == 200)
        #expect(await gateway.send(TestRequest(.options, headers: ["origin": "https://a.test"])).status == 200)
        #expect(gateway.upstreamRequests.count == 2)
    }

    @Test func beforeAuthenticationAPreflightNeedsNoKey() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(KeyAuth.self, config: ["consumers": [["name": "a", "credential": "k"]]]),
                .init(CORS.self, phase: .authn, priority: 1000, config: strict),
            ]
        )
        let response = await gateway.send(
            TestRequest(
                .options,
                headers: ["origin": "https://app.example.com", "access-control-request-method": "POST"]
            )
        )
        #expect(response.status == 204)
    }
}

@Suite("cors: configuration")
struct CorsConfigurationTests {
    @Test(
        arguments: [
            (["allow_origins": ["https://*.example.com"]], "holds a *; expected it in allow_origin_patterns"),
            (
                ["allow_origins": ["example.com"]],
                "found no origin; expected SCHEME://HOST or SCHEME://HOST:PORT, without a path"
            ),
            (
                ["allow_origins": ["https://example.com/path"]],
                "found no origin; expected SCHEME://HOST or SCHEME://HOST:PORT, without a path"
            ),
            (
                ["allow_origins": ["*"], "allow_credentials": true],
                #"found true beside allow_origins "*", which browsers refuse; expected allow_origin_patterns"#
            ),
            (
                ["allow_credentials": true],
                "found true without allow_origins and allow_origin_patterns; expected one of them"
            ),
            (["allow_headers": ["a b"]], #"found "a b"; expected the name of a header field"#),
            (["allow_methods": [""]], #"found ""; expected the name of a method"#),
            (["allow_origin_patterns": [""]], "found an empty text; expected an origin"),
            (["allow_origin": ["*"]], #"unknown key "allow_origin"; did you mean "allow_origins"?"#),
            (
                ["allow_origin_patterns": ["*"], "allow_credentials": true, "expose_headers": ["*"]],
                #"with credentials browsers take "*" for a header field of that name"#
            ),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: CORS.self, config: config)
        #expect(found.count == 1 && found.first?.hasSuffix(message) == true, "\(found)")
    }
}
