import FilterAPI
import FilterTesting
import TestSupport
import Testing

@testable import BundledFilters

private let threeConsumers: ConfigurationNode = [
    "consumers": [
        ["name": "alice", "credential": "alice:s3cret"],
        ["name": "bob", "credential": "bob:pa:ss:word"],
        ["name": "carol", "credential": "carol:"],
        ["name": "umlaut", "credential": "jürgen:grüße"],
    ]
]

@Suite struct BasicAuthTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let headers: HeaderFields
        let consumer: String?

        init(_ description: String, _ headers: HeaderFields, _ consumer: String?) {
            self.testDescription = description
            self.headers = headers
            self.consumer = consumer
        }
    }

    static let cases: [Case] = [
        Case("user and password", [.authorization: basic("alice:s3cret")], "alice"),
        Case("the scheme in other case", [.authorization: "bAsIc  YWxpY2U6czNjcmV0"], "alice"),
        Case("a password with colons", [.authorization: basic("bob:pa:ss:word")], "bob"),
        Case("base64 without its padding", [.authorization: "Basic Ym9iOnBhOnNzOndvcmQ"], "bob"),
        Case("an empty password", [.authorization: basic("carol:")], "carol"),
        Case("letters beyond ASCII", [.authorization: basic("jürgen:grüße")], "umlaut"),
        Case("nothing", [:], nil),
        Case("a wrong password", [.authorization: basic("alice:secret")], nil),
        Case("the front of a password", [.authorization: basic("alice:s3cre")], nil),
        Case("more than a password", [.authorization: basic("alice:s3crets")], nil),
        Case("another user's password", [.authorization: basic("alice:pa:ss:word")], nil),
        Case("an unknown user", [.authorization: basic("mallory:s3cret")], nil),
        Case("a user in other case", [.authorization: basic("Alice:s3cret")], nil),
        Case("a user alone", [.authorization: basic("alice")], nil),
        Case("a colon alone", [.authorization: basic(":")], nil),
        Case("an empty token", [.authorization: "Basic "], nil),
        Case("no base64", [.authorization: "Basic !!!!"], nil),
        Case("the pair as it stands", [.authorization: "Basic alice:s3cret"], nil),
        Case("a length that base64 cannot have", [.authorization: "Basic YWxpY"], nil),
        Case("another scheme", [.authorization: "Bearer YWxpY2U6czNjcmV0"], nil),
        Case("a scheme that begins so", [.authorization: "Basics YWxpY2U6czNjcmV0"], nil),
        Case("the consumer's name instead", ["x-mse-consumer": "alice"], nil),
        Case("a very long token", [.authorization: "Basic " + String(repeating: "YWxp", count: 5000)], nil),
    ]

    @Test(arguments: cases)
    func aPasswordTellsWhoAsks(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(BasicAuth.self, config: threeConsumers)])
        let response = await gateway.send(TestRequest(headers: example.headers))
        #expect(response.status == (example.consumer == nil ? 401 : 200))
        #expect(response.consumer == example.consumer)
        #expect(gateway.upstreamRequests.map { $0.headers["x-mse-consumer"] } == (example.consumer.map { [$0] } ?? []))
        #expect(response.details == (example.consumer == nil ? "basic-auth.unauthorized" : "via_upstream"))
        #expect(gateway.isIdle)
    }

    @Test func twoCredentialsInOneRequestAreNone() async throws {
        let gateway = try TestGateway(filters: [.init(BasicAuth.self, config: threeConsumers)])
        var headers: HeaderFields = [.authorization: basic("alice:s3cret")]
        headers.add(.authorization, basic("bob:pa:ss:word"))
        #expect(await gateway.send(TestRequest(headers: headers)).status == 401)
        var other: HeaderFields = [.authorization: "Bearer for-the-upstream"]
        other.add(.authorization, basic("alice:s3cret"))
        #expect(await gateway.send(TestRequest(headers: other)).consumer == "alice")
    }

    @Test func aClientCannotNameItselfBesideItsPassword() async throws {
        let gateway = try TestGateway(filters: [.init(BasicAuth.self, config: threeConsumers)])
        let headers: HeaderFields = ["x-mse-consumer": "bob", .authorization: basic("alice:s3cret")]
        await gateway.send(TestRequest(headers: headers))
        #expect(gateway.upstreamRequests[0].headers.values(of: "x-mse-consumer") == ["alice"])
    }

    @Test func aRefusalSaysWhatIsAskedForAndShowsNothing() async throws {
        let gateway = try TestGateway(filters: [.init(BasicAuth.self, config: threeConsumers)])
        let response = await gateway.send(TestRequest(headers: [.authorization: basic("alice:wrong-one")]))
        #expect(response.headers[.wwwAuthenticate] == #"Basic realm="MSE Gateway""#)
        #expect(response.text == #"{"error":{"code":401,"detail":"basic-auth.unauthorized"}}"# + "\n")
        let shown = response.text + response.headers.description + gateway.log.description
        #expect(!shown.contains("wrong-one") && !shown.contains("s3cret"))
    }

    @Test func aKnownConsumerThatIsNotAllowedGets403() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    BasicAuth.self,
                    config: threeConsumers,
                    matchRules: [TestRule(routes: ["r"], config: ["allow": ["bob"]])]
                )
            ],
            routes: [TestRoute("r", prefix: "/r"), TestRoute("free", prefix: "/")]
        )
        let response = await gateway.send(TestRequest(.get, "/r", headers: [.authorization: basic("alice:s3cret")]))
        #expect(response.status == 403)
        #expect(response.details == "basic-auth.forbidden")
        #expect(response.headers[.wwwAuthenticate] == #"Basic realm="MSE Gateway""#)
        #expect(response.consumer == nil)
        #expect(await gateway.send(TestRequest(.get, "/r", headers: [.authorization: basic("alice:s")])).status == 401)
        let bob = await gateway.send(TestRequest(.get, "/r", headers: [.authorization: basic("bob:pa:ss:word")]))
        #expect(bob.consumer == "bob")
        #expect(await gateway.send(TestRequest(.get, "/free")).status == 200)
    }
}

@Suite struct BasicAuthBcryptTests {
    private func config(_ recorded: AuthCredentials) throws -> ConfigurationNode {
        let hash = try #require(recorded.bcrypt["2y"])
        let slow = try #require(recorded.bcrypt["slow"])
        return [
            "encrypted": true,
            "consumers": [
                ["name": "alice", "credential": ConfigurationNode(stringLiteral: "alice:\(hash)")],
                ["name": "slow", "credential": ConfigurationNode(stringLiteral: "slow:\(slow)")],
            ],
        ]
    }

    /// Hashing takes real time, and the gateway's must not pass meanwhile, as it would if the test waited for the response.
    private func response(_ gateway: TestGateway, _ pair: String) async -> ReceivedResponse {
        let stream = await gateway.open(TestRequest(headers: [.authorization: basic(pair)]))
        #expect(await eventually(within: 300) { stream.isFinished })
        return stream.received
    }

    @Test func passwordsAreCheckedAgainstHashes() async throws {
        let recorded = try AuthCredentials.recorded()
        let gateway = try TestGateway(filters: [.init(BasicAuth.self, config: try self.config(recorded))])
        let password = try #require(recorded.bcrypt["password"])
        for (pair, consumer) in [
            ("alice:\(password)", "alice"), ("slow:slow", "slow"), ("alice:\(password) ", nil), ("alice:", nil),
            ("alice:slow", nil), ("nobody:\(password)", nil), (":\(password)", nil),
            ("alice:\(try #require(recorded.bcrypt["2y"]))", nil),
        ] as [(String, String?)] {
            let response = await self.response(gateway, pair)
            #expect(response.status == (consumer == nil ? 401 : 200), "\(pair)")
            #expect(response.consumer == consumer, "\(pair)")
        }
        #expect(gateway.isIdle)
    }

    @Test func aPasswordThatWasRightIsRememberedForAMinute() async throws {
        let recorded = try AuthCredentials.recorded()
        let gateway = try TestGateway(filters: [.init(BasicAuth.self, config: try self.config(recorded))])
        #expect(await self.response(gateway, "slow:slow").status == 200)
        // A remembered one is let in within the head's own turn: no operation is begun.
        let stream = await gateway.open(TestRequest(headers: [.authorization: basic("slow:slow")]))
        #expect(gateway.liveOperations == 0)
        #expect(await stream.response().status == 200)
        await gateway.advance(by: .seconds(61))
        #expect(await self.response(gateway, "slow:slow").status == 200)
        #expect(await self.response(gateway, "slow:slower").status == 401)
    }

    @Test func manyAtOnceAreCheckedOnce() async throws {
        let recorded = try AuthCredentials.recorded()
        let gateway = try TestGateway(filters: [.init(BasicAuth.self, config: try self.config(recorded))])
        let statuses = await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                let pair = number % 10 == 0 ? "slow:wrong" : "slow:slow"
                group.addTask { await self.response(gateway, pair).status }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [200: 180, 401: 20])
    }

    @Test func whatCannotWaitIsTurnedAway() async throws {
        let queue = HashingQueue(width: 1, capacity: 1)
        let (blocked, unblock) = AsyncStream<Void>.makeStream()
        let gate = DispatchGate()
        #expect(queue.submit { gate.wait() })
        #expect(queue.submit { unblock.finish() })
        #expect(!queue.submit {})
        gate.open()
        for await _ in blocked {}
    }

    @Test func aCheckThatNobodyWaitsForIsLeftOut() async throws {
        let queue = HashingQueue(width: 1, capacity: 8)
        let gate = DispatchGate()
        #expect(queue.submit { gate.wait() })
        let checks = PasswordChecks(on: queue)
        let digest = CredentialDigester().digest(UnsafeRawBufferPointer(start: nil, count: 0))
        let hash = BcryptHash(unmatchedWithCost: 15)
        let task = Task { await checks.check([], against: hash, digest) }
        task.cancel()
        #expect(await task.value == .cancelled)
        // Hashing at that cost would take a minute here; behind what is left out it ends at once.
        let (ended, end) = AsyncStream<Void>.makeStream()
        #expect(queue.submit { end.finish() })
        gate.open()
        for await _ in ended {}
    }
}

@Suite struct BasicAuthConfigurationTests {
    static let alice: ConfigurationNode = ["name": "alice", "credential": "alice:x"]

    static let cases: [ConfigurationCase] = [
        .init(["consumers": [alice]]),
        .init([:], #"1: config: missing key "consumers" (list of objects)"#),
        .init(
            ["consumers": [["name": "alice"]]],
            #"3: config.consumers[0] "alice": missing key "credential" (secret)"#
        ),
        .init(
            ["consumers": [["credential": "a:b"]]],
            #"3: config.consumers[0]: missing key "name" (string)"#
        ),
        .init(
            ["consumers": [["name": "alice", "credential": "alice"]]],
            #"5: config.consumers[0] "alice": credential: expected a user, a colon and a password"#
        ),
        .init(
            ["consumers": [["name": "alice", "credential": ":x"]]],
            #"5: config.consumers[0] "alice": credential: expected a user, a colon and a password"#
        ),
        .init(
            ["consumers": [["name": "alice", "credential": ["a:b"]]]],
            #"5: config.consumers[0] "alice": credential: found a list; expected a string that is kept secret"#
        ),
        .init(
            ["consumers": [alice, ["name": "bob", "credential": "alice:y"]]],
            #"8: config.consumers[1] "bob": credential: found a user that consumer "alice" has already; expected each user once"#
        ),
        .init(
            ["consumers": [alice, ["name": "alice", "credential": "bob:y"]]],
            #"7: config.consumers[1] "alice": name: found the name of an earlier consumer; expected each name once"#
        ),
        .init(
            ["consumers": [alice], "encrypted": true],
            #"5: config.consumers[0] "alice": credential: the password is no bcrypt hash; with encrypted: true expected USER:$2b$... as "htpasswd -nB USER" prints it"#
        ),
        .init(
            [
                "encrypted": true,
                "consumers": [
                    [
                        "name": "a",
                        "credential": "a:$2a$20$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                    ]
                ],
            ],
            #"6: config.consumers[0] "a": credential: the bcrypt hash has the cost 20; expected 4 to 15"#
        ),
        .init(
            ["consumers": [alice], "encrypted": "maybe"],
            #"6: config.encrypted: found "maybe"; expected true or false"#
        ),
        .init(
            ["consumers": [alice], "allow": ["alcie"]],
            #"7: config.allow[0]: unknown consumer "alcie"; did you mean "alice"?"#
        ),
        .init(
            ["consumers": [alice], "relam": "x"],
            #"6: config: unknown key "relam"; did you mean "realm"?"#
        ),
    ]

    @Test(arguments: cases)
    func mistakesAreNamedWithTheirPlace(_ example: ConfigurationCase) {
        #expect(issueLines(of: BasicAuth.self, example.config) == example.issues)
    }

    @Test func noMessageShowsAPassword() {
        let config: ConfigurationNode = [
            "encrypted": true,
            "consumers": [["name": "a", "credential": "a:sesame"], ["name": "b", "credential": "a:sesame"]],
        ]
        let found = issueLines(of: BasicAuth.self, config)
        #expect(found.count >= 2)
        #expect(!found.joined().contains("sesame"))
    }
}
