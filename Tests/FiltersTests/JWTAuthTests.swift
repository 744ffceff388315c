import FilterAPI
import FilterTesting
import TestSupport
import Testing

@testable import BundledFilters

/// A consumer whose keys another library made.
private func consumer(
    _ name: String,
    issuer: String = "issuer-a",
    keys: String = "all",
    _ more: [(String, ConfigurationNode)] = []
) throws -> ConfigurationNode {
    let nowhere = SourcePosition(file: "", line: 0, column: 0)
    let jwks = try #require(AuthCredentials.recorded().jwks[keys])
    let given: [(String, ConfigurationNode)] = [
        ("name", ConfigurationNode(stringLiteral: name)), ("issuer", ConfigurationNode(stringLiteral: issuer)),
        ("jwks", ConfigurationNode(stringLiteral: jwks)),
    ]
    let entries = (given + more).map { ConfigurationNode.Entry(key: $0.0, keyPosition: nowhere, value: $0.1) }
    return ConfigurationNode(.mapping(entries), position: nowhere)
}

private func list(_ nodes: [ConfigurationNode]) -> ConfigurationNode {
    ConfigurationNode(.sequence(nodes), position: SourcePosition(file: "", line: 0, column: 0))
}

private func token(_ name: String) throws -> String { try #require(AuthCredentials.recorded().tokens[name]) }

private func bearer(_ name: String) throws -> HeaderFields { [.authorization: "Bearer \(try token(name))"] }

@Suite struct JWTAuthTests {
    static let algorithms = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384",
        "HS512",
    ]

    @Test(arguments: algorithms)
    func tokensOfAnotherLibraryPass(_ algorithm: String) async throws {
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": [consumer("alice")]])])
        for _ in 0..<2 {
            let response = await gateway.send(TestRequest(headers: try bearer(algorithm)))
            #expect(response.status == 200, "\(response.text)")
            #expect(response.consumer == "alice")
        }
        #expect(gateway.upstreamRequests.map { $0.headers["x-mse-consumer"] } == ["alice", "alice"])
        let changed = try token(algorithm).dropLast(8) + "AAAAAAAA"
        let response = await gateway.send(TestRequest(headers: [.authorization: "Bearer \(changed)"]))
        #expect(response.status == 401 && response.text == "Jwt verification fails")
        #expect(gateway.isIdle)
    }

    @Test(
        arguments: [
            ("rsa", "rsa", nil), ("rsa", "rsa_pss", nil), ("shared", "shared", nil), ("anonymous", "ES256", nil),
            ("anonymous", "RS256", nil), ("rsa", "RS256", "Jwks doesn't have key to match kid or alg from Jwt"),
            ("rsa", "confused", "Jwt verification fails"),
            ("all", "confused_same_kid", "Jwks doesn't have key to match kid or alg from Jwt"),
            ("anonymous", "HS256", "Jwt verification fails"), ("anonymous", "EdDSA", "Jwt verification fails"),
        ] as [(String, String, String?)]
    )
    func aKeyVerifiesWhatItsKindIsFor(_ keys: String, _ name: String, _ reason: String?) async throws {
        let gateway = try TestGateway(
            filters: [.init(JWTAuth.self, config: ["consumers": [consumer("alice", keys: keys)]])]
        )
        let response = await gateway.send(TestRequest(headers: try bearer(name)))
        #expect(response.status == (reason == nil ? 200 : 401))
        if let reason { #expect(response.text == reason) }
    }

    /// A key of six bytes, which is less than any of its hashes: made and signed by Python's hmac.
    @Test func aShortSharedSecretVerifiesToo() async throws {
        let alice: ConfigurationNode = [
            "name": "alice", "issuer": "i", "jwks": #"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#,
        ]
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": list([alice])])])
        for token in [
            "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiaSJ9.1iFldGaj1lJWxMbR33ptc7c2rYOmOLo6NQNzm5fmvcA",
            "eyJhbGciOiAiSFM1MTIiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiaSJ9.y6VD0EqgYQo_WwWfmRxmFM7MJ3t6C3lzoHcKFpXUVZXHqonAaRekjFSpNPulKZ_feUl3ai1n9PblyETD3eCwJA",
        ] {
            let response = await gateway.send(TestRequest(headers: [.authorization: "Bearer \(token)"]))
            #expect(response.consumer == "alice", "\(response.text)")
        }
    }

    static let reasons: [(String, String, String)] = [
        ("expired", "Jwt is expired", "expired"), ("not_yet", "Jwt not yet valid", "not_yet_valid"),
        ("other_issuer", "Jwt issuer is not configured", "unknown_issuer"),
        ("no_issuer", "Jwt issuer is not configured", "unknown_issuer"),
        ("wrong_key", "Jwt verification fails", "verification_failed"),
        ("tampered", "Jwt verification fails", "verification_failed"),
        ("short_signature", "Jwt verification fails", "verification_failed"),
        ("critical", "Jwt verification fails", "verification_failed"),
        ("unknown_key", "Jwks doesn't have key to match kid or alg from Jwt", "no_matching_key"),
        ("none", "Jwt header [alg] is not supported", "unsupported_algorithm"),
        (
            "two_parts", "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections", "malformed"
        ),
        ("not_base64", "Jwt signature is an invalid Base64url encoded", "malformed"),
        ("not_json", "Jwt header is an invalid JSON", "malformed"),
        ("text_date", "Jwt payload [exp] field is not an integer", "malformed"),
    ]

    @Test(arguments: reasons)
    func aRefusalSaysWhy(_ name: String, _ reason: String, _ detail: String) async throws {
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": [consumer("alice")]])])
        let response = await gateway.send(TestRequest(headers: try bearer(name)))
        #expect(response.status == 401)
        #expect(response.text == reason)
        #expect(response.details == "jwt-auth.\(detail)")
        #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="MSE Gateway", error="invalid_token""#)
        #expect(response.consumer == nil && gateway.upstreamRequests.isEmpty && gateway.isIdle)
        let shown = response.text + response.headers.description + gateway.log.description
        #expect(!shown.contains(try token(name)))
    }

    @Test(arguments: ["expired_within_skew", "not_yet_within_skew", "endless", "no_audience"])
    func clocksMayDiffer(_ name: String) async throws {
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": [consumer("alice")]])])
        #expect(await gateway.send(TestRequest(headers: try bearer(name))).status == 200)
        let strict = try consumer("alice", [("clock_skew_seconds", 0)])
        let other = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": list([strict])])])
        let status = await other.send(TestRequest(headers: try bearer(name))).status
        #expect(status == (name.hasSuffix("skew") ? 401 : 200))
    }

    @Test func aRememberedTokenEndsWhenItSays() async throws {
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": [consumer("alice")]])])
        let request = TestRequest(headers: try bearer("ES256"))
        #expect(await gateway.send(request).status == 200)
        await gateway.advance(by: .seconds(3650))
        #expect(await gateway.send(request).status == 200)
        await gateway.advance(by: .seconds(11))
        let response = await gateway.send(request)
        #expect(response.status == 401 && response.text == "Jwt is expired")
    }

    @Test(arguments: [
        ("ES256", true), ("one_audience", true), ("other_audience", false), ("no_audience", false),
    ])
    func audiencesAreLookedAtWhenAsked(_ name: String, _ passes: Bool) async throws {
        let alice = try consumer("alice", [("audiences", ["api", "x"])])
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": list([alice])])])
        let response = await gateway.send(TestRequest(headers: try bearer(name)))
        #expect(response.status == (passes ? 200 : 401))
        if !passes { #expect(response.text == "Audiences in Jwt are not allowed") }
    }

    @Test func nothingIsMissing() async throws {
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": [consumer("alice")]])])
        for headers in [[:], [.authorization: "Basic eA=="], [.authorization: "Bearer "]] as [HeaderFields] {
            let response = await gateway.send(TestRequest(headers: headers))
            #expect(response.status == 401 && response.text == "Jwt is missing")
            #expect(response.details == "jwt-auth.missing")
            #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="MSE Gateway""#)
        }
    }
}

@Suite struct JWTAuthPlaceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let headers: HeaderFields
        let passes: Bool

        init(_ description: String, path: String = "/", _ headers: HeaderFields, _ passes: Bool) {
            self.testDescription = description
            self.path = path
            self.headers = headers
            self.passes = passes
        }
    }

    /// `TOKEN` stands for a good token.
    static let usual: [Case] = [
        Case("a bearer token", [.authorization: "Bearer TOKEN"], true),
        Case("the scheme in other case", [.authorization: "bearer  TOKEN"], true),
        Case("a query parameter", path: "/?a=1&access_token=TOKEN", [:], true),
        Case("both", path: "/?access_token=TOKEN", [.authorization: "Bearer TOKEN"], true),
        Case("no scheme", [.authorization: "TOKEN"], false),
        Case("another parameter", path: "/?token=TOKEN", [:], false),
        Case("a cookie", [.cookie: "access_token=TOKEN"], false),
        Case("a good one beside a bad one", path: "/?access_token=x", [.authorization: "Bearer TOKEN"], false),
    ]

    static let own: [Case] = [
        Case("a field without a prefix", ["x-jwt": "TOKEN"], true),
        Case("a field with a prefix", ["x-token": "jwt TOKEN"], true),
        Case("a field without its prefix", ["x-token": "TOKEN"], false),
        Case("a parameter", path: "/?q=%20&%74=TOKEN", [:], true),
        Case("a cookie", [.cookie: "a=b; session=TOKEN; c=d"], true),
        Case("a cookie whose name ends so", [.cookie: "my-session=TOKEN"], false),
        Case("the usual field", [.authorization: "Bearer TOKEN"], false),
        Case("the usual parameter", path: "/?access_token=TOKEN", [:], false),
    ]

    @Test(arguments: usual)
    func theUsualPlaces(_ example: Case) async throws { try await self.check(example, try consumer("alice")) }

    @Test(arguments: own)
    func placesOfItsOwn(_ example: Case) async throws {
        let places: [(String, ConfigurationNode)] = [
            ("from_headers", [["name": "x-jwt"], ["name": "x-token", "value_prefix": "JWT "]]),
            ("from_params", ["t"]), ("from_cookies", ["session"]),
        ]
        try await self.check(example, try consumer("alice", places))
        try await self.check(example, try consumer("alice", places + [("keep_token", false)]))
    }

    private func check(_ example: Case, _ alice: ConfigurationNode) async throws {
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": list([alice])])])
        let good = try token("ES256")
        var headers: HeaderFields = [:]
        for (name, value) in example.headers { headers.add(HeaderName(name), value.replacing("TOKEN", with: good)) }
        let request = TestRequest(.get, example.path.replacing("TOKEN", with: good), headers: headers)
        let response = await gateway.send(request)
        #expect(response.status == (example.passes ? 200 : 401), "\(response.text)")
        #expect(response.consumer == (example.passes ? "alice" : nil))
    }

    @Test func aTokenNeedNotGoOn() async throws {
        let alice = try consumer(
            "alice",
            [
                ("keep_token", false), ("from_headers", [["name": "x-jwt"]]), ("from_params", ["t"]),
                ("from_cookies", ["s"]),
            ]
        )
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": list([alice])])])
        let good = try token("ES256")
        let headers: HeaderFields = ["x-jwt": good, .cookie: "a=b; s=\(good); c=d"]
        await gateway.send(TestRequest(.get, "/x?a=%41&t=\(good)&b", headers: headers))
        await gateway.send(TestRequest(.get, "/x?t=\(good)", headers: [.cookie: "s=\(good)"]))
        await gateway.send(TestRequest(.get, "/x", headers: [.cookie: "a=b;\ts=\(good); \t s=\(good)"]))
        let sent = gateway.upstreamRequests
        #expect(sent.map(\.path) == ["/x?a=%41&b", "/x", "/x"])
        #expect(sent.map { $0.headers[.cookie] } == ["a=b; c=d", nil, "a=b"])
        #expect(sent.allSatisfy { !$0.headers.contains("x-jwt") })
        #expect(sent.map { $0.headers["x-mse-consumer"] } == ["alice", "alice", "alice"])
    }

    @Test func aTokenGoesOnUnlessSaidOtherwise() async throws {
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": [consumer("alice")]])])
        await gateway.send(TestRequest(headers: try bearer("ES256")))
        #expect(gateway.upstreamRequests[0].headers[.authorization] == "Bearer \(try token("ES256"))")
    }
}

@Suite struct JWTAuthClaimTests {
    @Test func claimsGoOnAsFields() async throws {
        let alice = try consumer(
            "alice",
            [
                (
                    "claims_to_headers",
                    [
                        ["claim": "sub", "header": "x-user"], ["claim": "level", "header": "x-level"],
                        ["claim": "staff", "header": "x-staff"], ["claim": "user.id", "header": "x-user-id"],
                        ["claim": "roles", "header": "x-roles"], ["claim": "empty", "header": "x-empty"],
                        ["claim": "tenant", "header": "x-tenant", "override": false],
                    ]
                )
            ]
        )
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": list([alice])])])
        var headers = try bearer("claims")
        for name in ["x-user", "x-roles", "x-level", "x-tenant"] { headers[HeaderName(name)] = "forged" }
        for _ in 0..<2 { await gateway.send(TestRequest(headers: headers)) }
        for sent in gateway.upstreamRequests.map(\.headers) {
            #expect(sent.values(of: "x-user") == ["alice"] && sent.values(of: "x-level") == ["7"])
            #expect(sent["x-staff"] == "true" && sent["x-user-id"] == "u-9" && sent["x-empty"] == "")
            #expect(!sent.contains("x-roles"), "what the token does not say as text is not left to the client")
            #expect(sent.values(of: "x-tenant") == ["forged", "t-1"])
        }
        #expect(gateway.upstreamRequests.count == 2)
    }

    @Test func aClaimCannotEndItsField() async throws {
        let alice = try consumer("alice", [("claims_to_headers", [["claim": "tenant", "header": "x-tenant"]])])
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: ["consumers": list([alice])])])
        await gateway.send(TestRequest(headers: try bearer("hostile_claim")))
        #expect(gateway.upstreamRequests[0].headers["x-tenant"] == "t  x-admin: 1")
        #expect(!gateway.upstreamRequests[0].headers.contains("x-admin"))
    }
}

@Suite struct JWTAuthConsumerTests {
    private func gateway(rule: ConfigurationNode? = nil) throws -> TestGateway {
        try TestGateway(
            filters: [
                .init(
                    JWTAuth.self,
                    config: [
                        "global_auth": true,
                        "consumers": [
                            consumer("alice"), consumer("bob", issuer: "issuer-b"),
                            consumer("carol", issuer: "issuer-c", [("from_headers", [["name": "x-carol"]])]),
                        ],
                    ],
                    matchRules: rule.map { [TestRule(routes: ["r"], config: $0)] } ?? []
                )
            ],
            routes: [TestRoute("r")]
        )
    }

    @Test func theIssuerTellsWhoAsks() async throws {
        let gateway = try self.gateway()
        #expect(await gateway.send(TestRequest(headers: try bearer("RS256"))).consumer == "alice")
        #expect(await gateway.send(TestRequest(headers: try bearer("bob"))).consumer == "bob")
        #expect(await gateway.send(TestRequest(headers: ["x-carol": try token("carol")])).consumer == "carol")
        // Only at the consumer's own place.
        let misplaced = await gateway.send(TestRequest(headers: try bearer("carol")))
        #expect(misplaced.status == 401 && misplaced.text == "Jwt issuer is not configured")
    }

    @Test func tokensOfTwoConsumersAreNone() async throws {
        let gateway = try self.gateway()
        var headers = try bearer("ES256")
        headers["x-carol"] = try token("carol")
        let response = await gateway.send(TestRequest(headers: headers))
        #expect(response.status == 401 && response.text == "Found multiple Jwt tokens")
        var many = try bearer("ES256")
        for _ in 0..<5 { many.add(.authorization, "Bearer \(try token("ES256"))") }
        #expect(await gateway.send(TestRequest(headers: many)).text == "Found multiple Jwt tokens")
    }

    @Test func aClientCannotNameItselfBesideItsToken() async throws {
        let gateway = try self.gateway()
        var headers = try bearer("ES256")
        headers["x-mse-consumer"] = "bob"
        await gateway.send(TestRequest(headers: headers))
        #expect(gateway.upstreamRequests[0].headers.values(of: "x-mse-consumer") == ["alice"])
    }

    @Test func aKnownConsumerThatIsNotAllowedGets403() async throws {
        let gateway = try self.gateway(rule: ["allow": ["bob"]])
        for _ in 0..<2 {
            let response = await gateway.send(TestRequest(headers: try bearer("ES256")))
            #expect(response.status == 403 && response.text == "Access Denied")
            #expect(response.details == "jwt-auth.forbidden" && response.consumer == nil)
            #expect(await gateway.send(TestRequest(headers: try bearer("bob"))).consumer == "bob")
        }
        #expect(await gateway.send(TestRequest(headers: try bearer("tampered"))).status == 401)
    }

    @Test func ofConsumersWithOneIssuerTheFirstWithTheKeyCounts() async throws {
        let consumers = list([try consumer("first", keys: "rsa"), try consumer("second", keys: "all")])
        let config: ConfigurationNode = ["consumers": consumers]
        let gateway = try TestGateway(filters: [.init(JWTAuth.self, config: config)])
        #expect(await gateway.send(TestRequest(headers: try bearer("rsa"))).consumer == "first")
        #expect(await gateway.send(TestRequest(headers: try bearer("ES256"))).consumer == "second")
        let response = await gateway.send(TestRequest(headers: try bearer("tampered")))
        #expect(response.text == "Jwks doesn't have key to match kid or alg from Jwt", "the first one's reason")
    }
}

@Suite struct JWTAuthRemoteTests {
    private func gateway() throws -> TestGateway {
        try TestGateway(
            filters: [
                .init(
                    JWTAuth.self,
                    config: [
                        "consumers": [
                            [
                                "name": "alice", "issuer": "issuer-a",
                                "remote_jwks": ["service_name": "idp.static", "path": "/keys", "cache_duration": 60],
                            ]
                        ]
                    ]
                )
            ]
        )
    }

    private func answer(_ keys: String) throws -> TestResponse {
        TestResponse(status: 200, body: try #require(AuthCredentials.recorded().jwks[keys]))
    }

    @Test func keysAreFetchedOnceAndUsed() async throws {
        let gateway = try self.gateway()
        let all = try self.answer("all")
        let issuer = gateway.http("idp.static") { _ in all.delayed(.milliseconds(100)) }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for name in ["ES256", "RS256", "EdDSA", "HS256"] {
                group.addTask {
                    guard let headers = try? bearer(name) else { return 0 }
                    return await gateway.send(TestRequest(headers: headers)).status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == [200, 200, 200, 200])
        #expect(issuer.requests.map(\.path) == ["/keys"])
        #expect(await gateway.send(TestRequest(headers: try bearer("tampered"))).status == 401)
        #expect(issuer.requests.count == 1)
        #expect(gateway.isIdle)
    }

    @Test func oldKeysAreUsedWhileNewOnesAreFetched() async throws {
        let gateway = try self.gateway()
        let all = try self.answer("all")
        let issuer = gateway.http("idp.static") { _ in all }
        let request = TestRequest(headers: try bearer("ES256"))
        #expect(await gateway.send(request).status == 200)
        await gateway.advance(by: .seconds(61))
        issuer.answer { _ in .neverAnswers }
        let before = gateway.time
        let stream = await gateway.open(request)
        #expect(await stream.response().status == 200)
        #expect(gateway.time == before, "nobody waited")
        #expect(issuer.requests.count == 2)
        // The fetch fails; what is at hand stays in use, and the next try comes later.
        await gateway.advance(by: .seconds(6))
        #expect(await gateway.send(request).status == 200)
        #expect(issuer.requests.count == 3)
    }

    @Test func withoutKeysNothingPassesAndTriesBecomeRare() async throws {
        let gateway = try self.gateway()
        let issuer = gateway.http("idp.static") { _ in TestResponse(status: 503) }
        let request = TestRequest(headers: try bearer("ES256"))
        for _ in 0..<3 {
            let response = await gateway.send(request)
            #expect(response.status == 401 && response.text == "Jwks remote fetch is failed")
            #expect(response.details == "jwt-auth.jwks_unavailable")
        }
        #expect(issuer.requests.count == 1)
        for (seconds, requests) in [(1, 2), (1, 2), (1, 3), (3, 3), (1, 4)] {
            await gateway.advance(by: .seconds(seconds))
            #expect(await gateway.send(request).status == 401)
            #expect(issuer.requests.count == requests)
        }
        let all = try self.answer("all")
        issuer.answer { _ in all }
        await gateway.advance(by: .seconds(8))
        #expect(await gateway.send(request).status == 200)
        #expect(gateway.log.contains { $0.description.contains("fetching keys from idp.static failed") })
        #expect(gateway.isIdle)
    }

    @Test(arguments: ["", "{}", #"{"keys":[]}"#, #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#, "no json"])
    func keysThatCannotBeReadAreNone(_ body: String) async throws {
        let gateway = try self.gateway()
        gateway.http("idp.static") { _ in TestResponse(status: 200, body: body) }
        #expect(await gateway.send(TestRequest(headers: try bearer("ES256"))).text == "Jwks remote fetch is failed")
    }

    @Test func keysThatAreForSomethingElseArePassedOver() async throws {
        let gateway = try self.gateway()
        let mixed = try self.answer("mixed")
        gateway.http("idp.static") { _ in mixed }
        #expect(await gateway.send(TestRequest(headers: try bearer("ES256"))).status == 200)
        #expect(await gateway.send(TestRequest(headers: try bearer("RS256"))).status == 401)
    }

    @Test func anUnknownKeyHasTheKeysFetchedAnew() async throws {
        let gateway = try self.gateway()
        let (rsa, all) = (try self.answer("rsa"), try self.answer("all"))
        let issuer = gateway.http("idp.static") { _ in rsa }
        #expect(await gateway.send(TestRequest(headers: try bearer("rsa"))).status == 200)
        issuer.answer { _ in all }
        let request = TestRequest(headers: try bearer("ES256"))
        #expect(await gateway.send(request).status == 401)
        #expect(issuer.requests.count == 1, "not so soon after the last time")
        await gateway.advance(by: .seconds(11))
        #expect(await gateway.send(request).text == "Jwks doesn't have key to match kid or alg from Jwt")
        await gateway.settle()
        #expect(issuer.requests.count == 2)
        #expect(await gateway.send(request).status == 200)
        // A token of a key that is gone is not believed because it was once.
        #expect(await gateway.send(TestRequest(headers: try bearer("rsa"))).status == 401)
    }

    @Test func aClientThatLeavesLeavesTheKeysToOthers() async throws {
        let gateway = try self.gateway()
        let all = try self.answer("all")
        let issuer = gateway.http("idp.static") { _ in all.delayed(.seconds(1)) }
        let stream = await gateway.open(TestRequest(headers: try bearer("ES256")))
        await stream.reset()
        #expect(await gateway.send(TestRequest(headers: try bearer("ES256"))).status == 200)
        #expect(issuer.requests.count == 1 && gateway.isIdle)
    }
}

@Suite struct JWTAuthConfigurationTests {
    static let keys: ConfigurationNode = #"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#
    static let alice: ConfigurationNode = ["name": "alice", "issuer": "i", "jwks": keys]

    static let cases: [ConfigurationCase] = [
        .init(["consumers": [alice]]),
        .init([:], #"1: config: missing key "consumers" (list of objects)"#),
        .init(
            ["consumers": [["name": "alice", "jwks": keys]]],
            #"3: config.consumers[0] "alice": missing key "issuer" (string)"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i"]]],
            #"3: config.consumers[0] "alice": missing key "jwks" or "remote_jwks" (keys)"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "jwks": ["keys": []]]]],
            #"6: config.consumers[0] "alice": jwks: found a mapping; expected a string that is kept secret"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "jwks": "{"]]],
            #"6: config.consumers[0] "alice": jwks: the JWKS is no JSON; expected a JSON Web Key Set such as {"keys": [{"kty": ...}]}"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "jwks": #"{"keys":[]}"#]]],
            #"6: config.consumers[0] "alice": jwks: the JWKS has no key that verifies signatures; expected a JSON Web Key Set such as {"keys": [{"kty": ...}]}"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "jwks": #"{"keys":[{"kty":"EC","crv":"P-256"}]}"#]]],
            #"6: config.consumers[0] "alice": jwks: keys[0] of the JWKS has no "x"; expected a JSON Web Key Set such as {"keys": [{"kty": ...}]}"#
        ),
        .init(
            [
                "consumers": [
                    ["name": "alice", "issuer": "i", "jwks": #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#]
                ]
            ],
            #"6: config.consumers[0] "alice": jwks: keys[0] of the JWKS is no RSA key of at least 2048 bits; expected a JSON Web Key Set such as {"keys": [{"kty": ...}]}"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "jwks": #"{"keys":[{"kty":"x"}]}"#]]],
            #"6: config.consumers[0] "alice": jwks: keys[0] of the JWKS has an unknown "kty"; expected one of RSA, EC, OKP, oct; expected a JSON Web Key Set such as {"keys": [{"kty": ...}]}"#
        ),
        .init(
            ["consumers": [alice, ["name": "bob", "issuer": "i", "jwks": keys]]],
            #"10: config.consumers[1] "bob": jwks: found an issuer with these keys that consumer "alice" has already; expected each issuer with these keys once"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "remote_jwks": ["service_name": "idp", "path": "keys"]]]],
            #"7: config.consumers[0] "alice": remote_jwks.service_name: bad argument: "idp" has no service type suffix (.static or .dns)"#,
            #"8: config.consumers[0] "alice": remote_jwks.path: expected a path that begins with /"#
        ),
        .init(
            [
                "consumers": [
                    [
                        "name": "alice", "issuer": "i", "jwks": keys,
                        "claims_to_headers": [["claim": "a", "header": "Host"]],
                    ]
                ]
            ],
            #"10: config.consumers[0] "alice": claims_to_headers[0] "a": header: found "Host"; expected the name of a field that is not the gateway's own"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "jwks": keys, "clock_skew_seconds": -1]]],
            #"7: config.consumers[0] "alice": clock_skew_seconds: found "-1"; expected a whole number (0 to 86400)"#
        ),
        .init(
            ["consumers": [["name": "alice", "issuer": "i", "jwks": keys, "from_header": []]]],
            #"7: config.consumers[0] "alice": unknown key "from_header"; did you mean "from_headers"?"#
        ),
        .init(
            ["consumers": [alice], "allow": ["alcie"]],
            #"8: config.allow[0]: unknown consumer "alcie"; did you mean "alice"?"#
        ),
    ]

    @Test(arguments: cases)
    func mistakesAreNamedWithTheirPlace(_ example: ConfigurationCase) {
        #expect(issueLines(of: JWTAuth.self, example.config) == example.issues)
    }

    @Test func noMessageShowsAKey() {
        let config: ConfigurationNode = [
            "consumers": [
                ["name": "a", "issuer": "i", "jwks": #"{"keys":[{"kty":"oct","k":"sesame"},{"kty":"oct"}]}"#],
                ["name": "b", "issuer": "i", "jwks": #"{"keys":[{"kty":"oct","k":"sesame"},{"kty":"oct"}]}"#],
            ]
        ]
        let found = issueLines(of: JWTAuth.self, config)
        #expect(found.count >= 2)
        #expect(!found.joined().contains("sesame"))
    }
}
