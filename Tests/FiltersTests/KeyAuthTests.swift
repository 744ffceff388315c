import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

/// Two consumers; alice has two keys, bob has his in a field of his own.
private let twoConsumers: ConfigurationNode = [
    "keys": ["x-api-key", "apikey", "authorization"],
    "consumers": [
        ["name": "alice", "credentials": ["key-of-alice", "a+b/c=="]],
        ["name": "bob", "credential": "Bearer key-of-bob"],
        ["name": "carol", "credential": "key-of-carol", "keys": ["x-carol"]],
    ],
]

@Suite struct KeyAuthTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var path = "/"
        var headers: HeaderFields = [:]
        let consumer: String?

        init(_ description: String, path: String = "/", headers: HeaderFields = [:], _ consumer: String?) {
            self.testDescription = description
            self.path = path
            self.headers = headers
            self.consumer = consumer
        }
    }

    static let cases: [Case] = [
        Case("a key in a header field", headers: ["x-api-key": "key-of-alice"], "alice"),
        Case("the name of the field in other case", headers: ["X-API-KEY": "key-of-alice"], "alice"),
        Case("a field whose name is not a usual one", headers: ["apikey": "key-of-alice"], "alice"),
        Case("a second key of the same consumer", headers: ["x-api-key": "a+b/c=="], "alice"),
        Case("a key in the query", path: "/x?a=1&apikey=key-of-alice", "alice"),
        Case("a plus in the query is a plus", path: "/?apikey=a+b/c==", "alice"),
        Case("a percent-encoded key", path: "/?apikey=a%2Bb%2fc%3D%3D&z", "alice"),
        Case("a percent-encoded name", path: "/?%61pikey=key-of-alice", "alice"),
        Case("a bearer token", headers: ["authorization": "Bearer key-of-alice"], "alice"),
        Case("a scheme in other case", headers: ["authorization": "bearer   key-of-alice"], "alice"),
        Case("a key in Authorization without a scheme", headers: ["authorization": "key-of-alice"], "alice"),
        Case("a credential with its scheme", headers: ["authorization": "Bearer key-of-bob"], "bob"),
        Case("a credential with its scheme in another field", headers: ["x-api-key": "Bearer key-of-bob"], "bob"),
        Case("a consumer's own place", headers: ["x-carol": "key-of-carol"], "carol"),
        Case("the same key twice", path: "/?apikey=key-of-alice", headers: ["x-api-key": "key-of-alice"], "alice"),
        Case("two keys of one consumer", path: "/?apikey=a+b/c==", headers: ["x-api-key": "key-of-alice"], "alice"),
        Case(
            "a field for the upstream beside a key",
            headers: ["authorization": "Basic dTpw", "x-api-key": "key-of-alice"],
            "alice"
        ),
        Case("nothing", nil),
        Case("an unknown key", headers: ["x-api-key": "key-of-mallory"], nil),
        Case("an empty key in a field", headers: ["x-api-key": ""], nil),
        Case("an empty key in the query", path: "/?apikey=", nil),
        Case("a parameter without a value", path: "/?apikey", nil),
        Case("a bearer token that is empty", headers: ["authorization": "Bearer "], nil),
        Case("a prefix of a key", headers: ["x-api-key": "key-of-alic"], nil),
        Case("more than a key", headers: ["x-api-key": "key-of-alice1"], nil),
        Case("a key in other case", headers: ["x-api-key": "KEY-OF-ALICE"], nil),
        Case("a key in a place that is not named", headers: ["x-other": "key-of-alice"], nil),
        Case("a parameter in other case", path: "/?APIKEY=key-of-alice", nil),
        Case("a key in the path", path: "/apikey=key-of-alice", nil),
        Case("the scheme where it does not belong", headers: ["x-api-key": "Bearer key-of-alice"], nil),
        Case("a token whose credential has a scheme", headers: ["x-api-key": "key-of-bob"], nil),
        Case("a key at another consumer's place", headers: ["x-carol": "key-of-alice"], nil),
        Case("a key at the common place of a consumer with its own", headers: ["x-api-key": "key-of-carol"], nil),
        Case(
            "keys of two consumers",
            headers: ["x-api-key": "key-of-alice", "authorization": "Bearer key-of-bob"],
            nil
        ),
        Case("keys of two consumers in one field", path: "/?apikey=key-of-alice&apikey=Bearer%20key-of-bob", nil),
        Case("the consumer's name instead of a key", headers: ["x-mse-consumer": "alice"], nil),
    ]

    @Test(arguments: cases)
    func aKeyTellsWhoAsks(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: twoConsumers)])
        let response = await gateway.send(TestRequest(.get, example.path, headers: example.headers))
        #expect(response.status == (example.consumer == nil ? 401 : 200))
        #expect(response.consumer == example.consumer)
        #expect(gateway.upstreamRequests.map { $0.headers["x-mse-consumer"] } == (example.consumer.map { [$0] } ?? []))
        #expect(gateway.isIdle)
    }

    @Test func aClientCannotNameItselfBesideItsKey() async throws {
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: twoConsumers)])
        await gateway.send(TestRequest(headers: ["x-mse-consumer": "bob", "x-api-key": "key-of-alice"]))
        #expect(gateway.upstreamRequests[0].headers.values(of: "x-mse-consumer") == ["alice"])
    }

    @Test func theKeyGoesOnToTheUpstream() async throws {
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: twoConsumers)])
        await gateway.send(TestRequest(.get, "/?apikey=key-of-alice", headers: ["x-api-key": "key-of-alice"]))
        #expect(gateway.upstreamRequests[0].path == "/?apikey=key-of-alice")
        #expect(gateway.upstreamRequests[0].headers["x-api-key"] == "key-of-alice")
    }

    @Test func withoutKeysTheUsualFieldsAreRead() async throws {
        let gateway = try TestGateway(
            filters: [.init(KeyAuth.self, config: ["consumers": [["name": "alice", "credential": "k1"]]])]
        )
        #expect(await gateway.send(TestRequest(headers: ["x-api-key": "k1"])).status == 200)
        #expect(await gateway.send(TestRequest(headers: ["authorization": "Bearer k1"])).status == 200)
        #expect(await gateway.send(TestRequest(headers: ["apikey": "k1"])).status == 401)
    }

    @Test func onlyTheHeaderIsReadWhenAsked() async throws {
        let config: ConfigurationNode = [
            "keys": ["apikey"], "in_query": false, "consumers": [["name": "alice", "credential": "k1"]],
        ]
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: config)])
        #expect(await gateway.send(TestRequest(headers: ["apikey": "k1"])).status == 200)
        #expect(await gateway.send(TestRequest(.get, "/?apikey=k1")).status == 401)
    }

    @Test func onlyTheQueryIsReadWhenAsked() async throws {
        let config: ConfigurationNode = [
            "keys": ["api[key]"], "in_header": false, "consumers": [["name": "alice", "credential": "k1"]],
        ]
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: config)])
        #expect(await gateway.send(TestRequest(headers: ["apikey": "k1"])).status == 401)
        #expect(await gateway.send(TestRequest(.get, "/?api[key]=k1")).status == 200)
        #expect(await gateway.send(TestRequest(.get, "/?api%5Bkey%5D=k1")).status == 200)
    }
}

@Suite struct KeyAuthAnswerTests {
    @Test func a401SaysWhatIsAskedFor() async throws {
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: twoConsumers)])
        let response = await gateway.send(TestRequest())
        #expect(response.headers[.wwwAuthenticate] == #"Key realm="MSE Gateway""#)
        #expect(response.headers[.contentType] == "application/json")
        #expect(response.text == #"{"error":{"code":401,"detail":"key-auth.unauthorized"}}"# + "\n")
        #expect(response.details == "key-auth.unauthorized")
        #expect(response.origin == .filter("key-auth"))
    }

    @Test func aClientThatTakesNoJSONGetsText() async throws {
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: twoConsumers)])
        let response = await gateway.send(TestRequest(headers: ["accept": "text/html"]))
        #expect(response.text == "401 key-auth.unauthorized\n")
    }

    @Test func aRealmIsQuoted() async throws {
        let config: ConfigurationNode = [
            "realm": #"a "b" \c"#, "consumers": [["name": "alice", "credential": "k1"]],
        ]
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: config)])
        let response = await gateway.send(TestRequest())
        #expect(response.headers[.wwwAuthenticate] == #"Key realm="a \"b\" \\c""#)
    }

    @Test func aKnownConsumerThatIsNotAllowedGets403() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    KeyAuth.self,
                    config: twoConsumers,
                    matchRules: [TestRule(routes: ["r"], config: ["allow": ["bob"]])]
                )
            ],
            routes: [TestRoute("r")]
        )
        let response = await gateway.send(TestRequest(headers: ["x-api-key": "key-of-alice"]))
        #expect(response.status == 403)
        #expect(response.details == "key-auth.forbidden")
        #expect(response.consumer == nil)
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test func neitherAnswerNorLogShowsAKey() async throws {
        let gateway = try TestGateway(filters: [.init(KeyAuth.self, config: twoConsumers)])
        let response = await gateway.send(TestRequest(.get, "/?apikey=wrong-key", headers: ["x-api-key": "other-key"]))
        let shown = response.text + response.headers.description + gateway.log.description
        #expect(!shown.contains("wrong-key") && !shown.contains("other-key") && !shown.contains("key-of-alice"))
    }
}

@Suite struct KeyAuthScopeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var globalAuth: Bool?
        /// The rule's configuration; `nil` for no rule, an empty one for a rule without.
        var rule: ConfigurationNode?
        let path: String
        let key: String?
        let status: Int
    }

    static let cases: [Case] = [
        .init(testDescription: "unset, no rules: everywhere", path: "/b", key: nil, status: 401),
        .init(testDescription: "false, no rules: nowhere", globalAuth: false, path: "/b", key: nil, status: 200),
        .init(testDescription: "true, no rules: everywhere", globalAuth: true, path: "/b", key: nil, status: 401),
        .init(
            testDescription: "unset: not beside the rules",
            rule: ["allow": ["alice"]],
            path: "/b",
            key: nil,
            status: 200
        ),
        .init(
            testDescription: "unset: where a rule matches",
            rule: ["allow": ["alice"]],
            path: "/a",
            key: nil,
            status: 401
        ),
        .init(testDescription: "unset: allowed", rule: ["allow": ["alice"]], path: "/a", key: "k-alice", status: 200),
        .init(testDescription: "unset: not allowed", rule: ["allow": ["alice"]], path: "/a", key: "k-bob", status: 403),
        .init(testDescription: "unset: nobody allowed", rule: ["allow": []], path: "/a", key: "k-alice", status: 403),
        .init(
            testDescription: "true: beside the rules every consumer passes",
            globalAuth: true,
            rule: ["allow": ["alice"]],
            path: "/b",
            key: "k-bob",
            status: 200
        ),
        .init(
            testDescription: "true: beside the rules without a key",
            globalAuth: true,
            rule: ["allow": ["alice"]],
            path: "/b",
            key: nil,
            status: 401
        ),
        .init(
            testDescription: "true: where a rule matches, its list holds",
            globalAuth: true,
            rule: ["allow": ["alice"]],
            path: "/a",
            key: "k-bob",
            status: 403
        ),
        .init(
            testDescription: "false: not beside the rules",
            globalAuth: false,
            rule: ["allow": ["alice"]],
            path: "/b",
            key: nil,
            status: 200
        ),
        .init(
            testDescription: "false: where a rule matches",
            globalAuth: false,
            rule: ["allow": ["alice"]],
            path: "/a",
            key: nil,
            status: 401
        ),
        .init(
            testDescription: "a rule with consumers of its own",
            rule: ["keys": ["x-own"], "consumers": [["name": "dave", "credential": "k-dave"]]],
            path: "/a",
            key: "k-alice",
            status: 401
        ),
    ]

    @Test(arguments: cases)
    func rulesSayWhereAndWho(_ example: Case) async throws {
        var entries: [ConfigurationNode.Entry] = [
            Self.entry(
                "consumers",
                [["name": "alice", "credential": "k-alice"], ["name": "bob", "credential": "k-bob"]]
            )
        ]
        if let globalAuth = example.globalAuth {
            entries.append(Self.entry("global_auth", ConfigurationNode(booleanLiteral: globalAuth)))
        }
        let nowhere = SourcePosition(file: "", line: 0, column: 0)
        let gateway = try TestGateway(
            filters: [
                .init(
                    KeyAuth.self,
                    config: ConfigurationNode(.mapping(entries), position: nowhere),
                    matchRules: example.rule.map { [TestRule(routes: ["a"], config: $0)] } ?? []
                )
            ],
            routes: [TestRoute("a", prefix: "/a"), TestRoute("b", prefix: "/b")]
        )
        let headers: HeaderFields = example.key.map { ["x-api-key": $0] } ?? [:]
        #expect(await gateway.send(TestRequest(.get, example.path, headers: headers)).status == example.status)
    }

    private static func entry(_ key: String, _ value: ConfigurationNode) -> ConfigurationNode.Entry {
        .init(key: key, keyPosition: SourcePosition(file: "", line: 0, column: 0), value: value)
    }

    @Test func aRuleOfItsOwnAuthenticatesItsOwnConsumers() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    KeyAuth.self,
                    config: twoConsumers,
                    matchRules: [
                        TestRule(
                            domains: ["own.test"],
                            config: [
                                "keys": ["x-own"], "realm": "own",
                                "consumers": [["name": "dave", "credential": "k-dave"]],
                            ]
                        ),
                        TestRule(config: ["allow": ["bob"]]),
                    ]
                )
            ]
        )
        let own = await gateway.send(TestRequest(authority: "own.test", headers: ["x-own": "k-dave"]))
        #expect(own.consumer == "dave")
        let refused = await gateway.send(TestRequest(authority: "own.test", headers: ["x-api-key": "key-of-alice"]))
        #expect(refused.headers[.wwwAuthenticate] == #"Key realm="own""#)
        // The first rule that matches wins; elsewhere the second one holds.
        #expect(await gateway.send(TestRequest(headers: ["x-own": "k-dave"])).status == 401)
        #expect(await gateway.send(TestRequest(headers: ["x-api-key": "key-of-alice"])).status == 403)
        #expect(await gateway.send(TestRequest(headers: ["x-api-key": "Bearer key-of-bob"])).status == 200)
    }

    @Test func aRouteMayLeaveItOutOrNameWhoMayPass() async throws {
        let gateway = try TestGateway(
            filters: [.init(KeyAuth.self, config: twoConsumers)],
            routes: [
                TestRoute("open", prefix: "/open", filters: ["key-auth": .disabled]),
                TestRoute("bob", prefix: "/bob", filters: ["key-auth": .config(["allow": ["bob"]])]),
            ]
        )
        #expect(await gateway.send(TestRequest(.get, "/open")).status == 200)
        #expect(await gateway.send(TestRequest(.get, "/bob", headers: ["x-api-key": "key-of-alice"])).status == 403)
    }
}

@Suite struct KeyAuthConfigurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let config: ConfigurationNode
        /// What is said, without the place of the entry.
        let issues: [String]
        var testDescription: String { self.issues.first ?? "no issue" }
    }

    static let alice: ConfigurationNode = ["name": "alice", "credential": "k1"]

    static let cases: [Case] = [
        Case(config: ["consumers": [alice]], issues: []),
        Case(config: [:], issues: [#"1: config: missing key "consumers" (list of objects)"#]),
        Case(
            config: ["consumers": []],
            issues: ["2: config.consumers: found an empty list; expected at least one mapping"]
        ),
        Case(
            config: ["consumers": [["name": "alice"]]],
            issues: [#"3: config.consumers[0] "alice": missing key "credential" or "credentials" (at least one key)"#]
        ),
        Case(
            config: ["consumers": [["name": "alice", "credential": ""]]],
            issues: [
                #"5: config.consumers[0] "alice": credential: found an empty key; expected one that is not empty"#
            ]
        ),
        Case(
            config: ["consumers": [["name": "alice", "credential": "Bearer "]]],
            issues: [
                #"5: config.consumers[0] "alice": credential: found an empty key; expected one that is not empty"#
            ]
        ),
        Case(
            config: ["consumers": [["name": "alice", "credentials": []]]],
            issues: [#"5: config.consumers[0] "alice": credentials: found no key; expected at least one"#]
        ),
        Case(
            config: ["consumers": [["name": "alice", "credential": "a", "credentials": ["b"]]]],
            issues: [
                #"6: config.consumers[0] "alice": credentials: found both "credential" and "credentials"; expected one of them"#
            ]
        ),
        Case(
            config: ["consumers": [alice, ["name": "bob", "credential": "k1"]]],
            issues: [
                #"8: config.consumers[1] "bob": credential: found a key that consumer "alice" has already; expected each key once"#
            ]
        ),
        Case(
            config: ["consumers": [alice, ["name": "bob", "credentials": ["k2", "bearer k1"]]]],
            issues: [
                #"10: config.consumers[1] "bob": credentials[1]: found a key that consumer "alice" has already; expected each key once"#
            ]
        ),
        Case(
            config: ["consumers": [["name": "alice", "credentials": ["k1", "k1"]]]],
            issues: [
                #"7: config.consumers[0] "alice": credentials[1]: found a key that this consumer has already; expected each key once"#
            ]
        ),
        Case(
            config: ["consumers": [alice, ["name": "alice", "credential": "k2"]]],
            issues: [
                #"7: config.consumers[1] "alice": name: found the name of an earlier consumer; expected each name once"#
            ]
        ),
        Case(
            config: ["consumers": [["name": "a\r\nx: y", "credential": "k1"]]],
            issues: [
                #"4: config.consumers[0] "a\r\nx: y": name: holds a control character; expected a text that a header field can carry"#
            ]
        ),
        Case(
            config: ["consumers": [alice], "in_header": false, "in_query": false],
            issues: ["7: config.in_query: in_header and in_query are both false; expected at least one to be true"]
        ),
        Case(
            config: ["consumers": [alice], "keys": []],
            issues: ["6: config.keys: expected names of header fields or query parameters, at least one"]
        ),
        Case(
            config: ["consumers": [alice], "in_query": false, "keys": ["api key"]],
            issues: [
                "7: config.keys: found a name that no header field can have; expected letters, digits and hyphens"
            ]
        ),
        Case(
            config: ["consumers": [alice], "in_query": false, "keys": ["api_key"]],
            issues: [
                "7: warning: config.keys: header fields with an underscore in their name are removed before the first filter; use a hyphen"
            ]
        ),
        Case(
            config: ["consumers": [alice], "allow": ["alcie"]],
            issues: [#"7: config.allow[0]: unknown consumer "alcie"; did you mean "alice"?"#]
        ),
        Case(
            config: ["consumer": [alice]],
            issues: [#"2: config: unknown key "consumer"; did you mean "consumers"?"#]
        ),
    ]

    @Test(arguments: cases)
    func mistakesAreNamedWithTheirPlace(_ example: Case) {
        let found = TestGateway.issues(of: KeyAuth.self, config: example.config).map(shortened)
        #expect(found == example.issues)
    }

    @Test func aRuleWithOnlyAllowNeedsAConfiguration() {
        let found = TestGateway.issues(of: KeyAuth.self, matchRules: [TestRule(config: ["allow": ["alice"]])])
        #expect(found.contains { $0.contains(#"missing key "consumers""#) })
    }

    @Test func noMessageShowsAKey() {
        let config: ConfigurationNode = [
            "consumers": [
                ["name": "alice", "credentials": ["sesame", "sesame"]], ["name": "bob", "credential": ["sesame"]],
            ]
        ]
        let found = TestGateway.issues(of: KeyAuth.self, config: config)
        #expect(found.count >= 2)
        #expect(!found.joined().contains("sesame"))
    }
}

/// `LINE: config...: message` of `<key-auth>:LINE:1: filters[0] "key-auth": config...: message`.
private func shortened(_ issue: String) -> String {
    issue.replacing("<key-auth>:", with: "").replacing(#"filters[0] "key-auth": "#, with: "")
        .replacing(":1: ", with: ": ", maxReplacements: 1)
}
