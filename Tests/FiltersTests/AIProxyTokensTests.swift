import FilterAPI
import FilterTesting
import NIOCore
import Synchronization
import Testing

@testable import BundledFilters

private let json: HeaderFields = ["content-type": "application/json"]
private let chat = "/v1/chat/completions"

/// A provider with these tokens.
private func provider(
    _ type: String = "openai",
    tokens: ConfigurationNode,
    _ key: String,
    _ value: ConfigurationNode
) -> ConfigurationNode {
    let place = tokens.position
    let entries: [(String, ConfigurationNode)] = [
        ("type", .init(stringLiteral: type)), ("apiTokens", tokens), (key, value),
    ]
    let node = ConfigurationNode(
        .mapping(entries.map { .init(key: $0.0, keyPosition: place, value: $0.1) }),
        position: place
    )
    return ["provider": node]
}

@Suite("ai-proxy: tokens that fail are left out")
struct AIProxyTokensTests {
    @Test func tokensThatFailAreLeftOutForAWhile() async throws {
        let failover: ConfigurationNode = [
            "enabled": true, "failureThreshold": 2, "healthCheckInterval": 5000, "failoverOnStatus": ["401", "5.."],
        ]
        let config: ConfigurationNode = [
            "provider": ["type": "openai", "apiTokens": ["good", "bad"], "failover": failover]
        ]
        let gateway = try TestGateway(filters: [.init(AIProxy.self, config: config)]) { request in
            TestResponse(status: request.headers[.authorization] == "Bearer bad" ? 401 : 200)
        }
        var failures = 0
        for _ in 0..<200 where failures < 2 {
            if await gateway.send(TestRequest(.get, "/v1/models")).status == 401 { failures += 1 }
        }
        #expect(failures == 2)
        for _ in 0..<50 { #expect(await gateway.send(TestRequest(.get, "/v1/models")).status == 200) }
        await gateway.advance(by: .seconds(6))
        var later = 0
        for _ in 0..<200 where later == 0 {
            if await gateway.send(TestRequest(.get, "/v1/models")).status == 401 { later += 1 }
        }
        #expect(later == 1, "after its pause it is tried again")
        for _ in 0..<50 { #expect(await gateway.send(TestRequest(.get, "/v1/models")).status == 200) }
        #expect(gateway.log.allSatisfy { !$0.message.contains("bad") })
    }

    /// What the provider says to the token `bad`.
    private final class Mood: Sendable {
        let isGood = Mutex(false)
    }

    @Test func aHealthCheckBringsATokenBack() async throws {
        let failover: ConfigurationNode = [
            "enabled": true, "failureThreshold": 1, "healthCheckInterval": 1000, "healthCheckModel": "small",
        ]
        let config = provider(tokens: ["good", "bad"], "failover", failover)
        let mood = Mood()
        let gateway = try TestGateway(filters: [.init(AIProxy.self, config: config)]) { request in
            let isRefused = request.headers[.authorization] == "Bearer bad" && !mood.isGood.withLock { $0 }
            return TestResponse(status: isRefused ? 401 : 200)
        }
        func checks() -> [ServiceRequest] { gateway.upstream.requests.filter { $0.path == chat } }
        for _ in 0..<200 { await gateway.send(TestRequest(.get, "/v1/models")) }
        #expect(checks().isEmpty)
        // As long as checks fail it stays out, however late it is, and nobody has to ask for that.
        await gateway.advance(by: .milliseconds(3500))
        #expect(checks().count == 3, "one check an interval")
        for _ in 0..<50 { #expect(await gateway.send(TestRequest(.get, "/v1/models")).status == 200) }
        let check = try #require(checks().first)
        #expect(check.method == .post && check.authority == "api.openai.com")
        #expect(check.headers[.authorization] == "Bearer bad" && check.headers[.contentType] == "application/json")
        #expect(check.text == #"{"model":"small","messages":[{"role":"user","content":"who are you?"}]}"#)
        mood.isGood.withLock { $0 = true }
        await gateway.advance(by: .milliseconds(1000))
        let before = gateway.upstream.requests.count
        for _ in 0..<100 { await gateway.send(TestRequest(.get, "/v1/models")) }
        #expect(gateway.upstream.requests.dropFirst(before).contains { $0.headers[.authorization] == "Bearer bad" })
        await gateway.advance(by: .seconds(60))
        #expect(checks().count == 4, "what takes part is not checked")
        #expect(gateway.isIdle && gateway.log.allSatisfy { !$0.message.contains("bad") })
    }

    @Test func aCheckIsInTheProvidersForm() async throws {
        let failover: ConfigurationNode = [
            "enabled": true, "failureThreshold": 1, "healthCheckInterval": 100, "healthCheckTimeout": 100,
            "healthCheckModel": "claude-small",
        ]
        let config = provider("claude", tokens: ["one"], "failover", failover)
        let gateway = try TestGateway(filters: [.init(AIProxy.self, config: config)]) { request in
            request.text.contains("who are you?") ? .neverAnswers : TestResponse(status: 500)
        }
        await gateway.send(TestRequest(.post, chat, headers: json, body: #"{"messages":[]}"#))
        await gateway.advance(by: .milliseconds(550))
        let checks = gateway.upstream.requests.filter { $0.text.contains("who are you?") }
        #expect(checks.count == 3, "each is given up in time")
        let check = try #require(checks.first)
        #expect(check.path == "/v1/messages" && check.headers[.xApiKey] == "one")
        #expect(check.text.hasPrefix(#"{"model":"claude-small","max_tokens":"#))
    }

    @Test func aTokenCoolsDownWhateverChecksSay() async throws {
        let failover: ConfigurationNode = [
            "enabled": true, "failureThreshold": 1, "healthCheckInterval": 1000, "healthCheckModel": "m",
            "cooldownDuration": 10000,
        ]
        let config = provider(tokens: ["good", "bad"], "failover", failover)
        let gateway = try TestGateway(filters: [.init(AIProxy.self, config: config)]) { request in
            TestResponse(status: request.headers[.authorization] == "Bearer bad" ? 401 : 200)
        }
        for _ in 0..<200 { await gateway.send(TestRequest(.get, "/v1/models")) }
        await gateway.advance(by: .seconds(8))
        for _ in 0..<50 { #expect(await gateway.send(TestRequest(.get, "/v1/models")).status == 200) }
        await gateway.advance(by: .seconds(3))
        var statuses: Set<Int> = []
        for _ in 0..<200 { statuses.insert(await gateway.send(TestRequest(.get, "/v1/models")).status) }
        #expect(statuses == [200, 401])
    }
}

@Suite("ai-proxy: how tokens stand")
struct AIProxyTokenStandingsTests {
    /// What happens to the only token.
    enum Event: Sendable {
        case answer(Int, isLeftOut: Bool)
        case check(Bool, isBack: Bool)
        case time(Int)
        case usable(Bool)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let failover: ConfigurationNode
        let events: [Event]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "failures in a row",
            failover: ["enabled": true],
            events: [
                .answer(500, isLeftOut: false), .answer(429, isLeftOut: false), .answer(200, isLeftOut: false),
                .answer(500, isLeftOut: false), .answer(404, isLeftOut: false), .usable(true),
                .answer(500, isLeftOut: true), .usable(false), .answer(500, isLeftOut: false), .time(4), .usable(false),
                .time(1), .usable(true), .answer(500, isLeftOut: true), .usable(false),
            ]
        ),
        Case(
            testDescription: "only some statuses",
            failover: ["enabled": true, "failureThreshold": 1, "failoverOnStatus": ["401", "42."]],
            events: [
                .answer(500, isLeftOut: false), .answer(4010, isLeftOut: false), .answer(429, isLeftOut: true),
            ]
        ),
        Case(
            testDescription: "good checks in a row",
            failover: ["enabled": true, "failureThreshold": 1, "successThreshold": 2, "healthCheckModel": "m"],
            events: [
                .answer(500, isLeftOut: true), .time(3600), .usable(false), .check(true, isBack: false),
                .check(false, isBack: false), .check(true, isBack: false), .usable(false), .check(true, isBack: true),
                .usable(true), .check(true, isBack: false), .answer(500, isLeftOut: true),
            ]
        ),
        Case(
            testDescription: "a call that went well",
            failover: ["enabled": true, "failureThreshold": 2, "healthCheckModel": "m"],
            events: [
                .answer(500, isLeftOut: false), .answer(500, isLeftOut: true), .answer(200, isLeftOut: false),
                .usable(true), .check(true, isBack: false), .answer(500, isLeftOut: false),
            ]
        ),
        Case(
            testDescription: "checks and a time",
            failover: [
                "enabled": true, "failureThreshold": 1, "healthCheckModel": "m", "cooldownDuration": 10000,
            ],
            events: [
                .answer(500, isLeftOut: true), .time(9), .usable(false), .time(1), .usable(true),
                .check(true, isBack: false), .answer(500, isLeftOut: true), .check(true, isBack: true), .usable(true),
            ]
        ),
    ]

    @Test(arguments: cases)
    func events(_ example: Case) throws {
        let rules = try #require(ConfigurationFields.value(example.failover, as: Rules.self).failover)
        var standings = TokenStandings(count: 1, rules)
        var now = NIODeadline.uptimeNanoseconds(1)
        var absence = TokenAbsence(token: 0, number: 0)
        for (place, event) in example.events.enumerated() {
            switch event {
            case .answer(let status, let isLeftOut):
                let begun = standings.note(status: status, of: 0, at: now)
                #expect((begun != nil) == isLeftOut, "event \(place)")
                absence = begun ?? absence
            case .check(let isHealthy, let isBack):
                #expect(standings.checked(absence, isHealthy: isHealthy, at: now) == isBack, "event \(place)")
            case .time(let seconds): now = now + .seconds(Int64(seconds))
            case .usable(let isUsable): #expect(standings.isUsable(0, at: now) == isUsable, "event \(place)")
            }
        }
    }

    private struct Rules: FilterConfiguration {
        let failover: TokenFailover?
        init(_ fields: ConfigurationFields) { self.failover = TokenFailover(fields) }
    }
}

@Suite("ai-proxy: calls that fail are made again")
struct AIProxyRetryTests {
    /// Answers of the provider: the n-th call gets the n-th, and later ones the last.
    private final class Answers: Sendable {
        private let rest: Mutex<[TestResponse]>

        init(_ answers: [TestResponse]) { self.rest = Mutex(answers) }

        func next() -> TestResponse {
            self.rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? TestResponse(status: 200) }
        }
    }

    private static let answer = #"{"id":"a","choices":[],"usage":{"total_tokens":7}}"#

    private func send(
        of type: String = "openai",
        tokens: ConfigurationNode = ["one", "two"],
        retrying retry: ConfigurationNode,
        _ answers: [TestResponse],
        body: String = #"{"model":"m","messages":[]}"#,
        headers: HeaderFields = json,
        behind: [TestFilter] = []
    ) async throws -> (ReceivedResponse, [ServiceRequest]) {
        let config = provider(type, tokens: tokens, "retryOnFailure", retry)
        let script = Answers(answers)
        let gateway = try TestGateway(filters: behind + [.init(AIProxy.self, config: config)]) { _ in script.next() }
        let response = await gateway.send(TestRequest(.post, chat, headers: headers, body: body))
        #expect(gateway.isIdle)
        return (response, gateway.upstream.requests)
    }

    @Test func anotherTokenIsTried() async throws {
        let (response, requests) = try await self.send(
            retrying: ["enabled": true],
            [TestResponse(status: 429, body: "no"), TestResponse(status: 200, headers: json, body: Self.answer)],
            behind: [.init(AIStatistics.self, config: ["use_default_response_attributes": true])]
        )
        #expect(response.status == 200 && response.text == Self.answer)
        #expect(response.headers[.contentType] == "application/json")
        #expect(
            requests.count == 2 && Set(requests.map { $0.headers[.authorization] }) == ["Bearer one", "Bearer two"]
        )
        #expect(Set(requests.map { "\($0.method) \($0.authority)\($0.path) \($0.text)" }).count == 1)
        #expect(
            response.aiLog["retries"] == 1 && response.aiLog["total_token"] == 7,
            "the answer counts as the upstream's"
        )
    }

    @Test func theOnlyTokenIsTriedAgain() async throws {
        let (response, requests) = try await self.send(
            tokens: ["one"],
            retrying: ["enabled": true, "maxRetries": 3],
            [TestResponse(status: 503), TestResponse(status: 500), TestResponse(status: 200, body: "good")]
        )
        #expect(response.status == 200 && response.text == "good" && requests.count == 3)
    }

    @Test(arguments: [1, 3])
    func theFirstAnswerStaysWhenAllFail(_ maximum: Int) async throws {
        let (response, requests) = try await self.send(
            retrying: ["enabled": true, "maxRetries": .init(integerLiteral: maximum)],
            [
                TestResponse(status: 503, headers: ["x-first": "1"], body: "first"),
                TestResponse(status: 500, body: "later"),
            ]
        )
        #expect(response.status == 503 && response.text == "first" && response.headers["x-first"] == "1")
        #expect(requests.count == 1 + maximum)
    }

    @Test(
        arguments: [
            (["enabled": false], json, 503, 1), (["enabled": true, "retryOnStatus": ["429", "5.2"]], json, 503, 1),
            (["enabled": true, "retryOnStatus": ["50."]], json, 200, 2),
            // A body that was not read cannot be sent again.
            (["enabled": true], ["content-type": "multipart/form-data"], 503, 1),
        ] as [(ConfigurationNode, HeaderFields, Int, Int)]
    )
    func onlyWhatIsConfiguredIsTriedAgain(
        _ retry: ConfigurationNode,
        _ headers: HeaderFields,
        _ status: Int,
        _ calls: Int
    ) async throws {
        let answers = [TestResponse(status: 503, body: "no"), TestResponse(status: 200, body: "yes")]
        let (response, requests) = try await self.send(retrying: retry, answers, headers: headers)
        #expect(response.status == status && requests.count == calls)
    }

    @Test func aServiceThatIsSilentIsGivenUp() async throws {
        let (response, requests) = try await self.send(
            retrying: ["enabled": true, "retryTimeout": 2000],
            [TestResponse(status: 500, body: "first"), TestResponse.neverAnswers]
        )
        #expect(response.status == 500 && response.text == "first" && requests.count == 2)
    }

    @Test func anAnswerInAnotherFormIsTurned() async throws {
        let whole =
            #"{"id":"x","model":"c","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"#
        let (response, requests) = try await self.send(
            of: "claude",
            retrying: ["enabled": true],
            [TestResponse(status: 529, body: "busy"), TestResponse(status: 200, headers: json, body: whole)]
        )
        #expect(response.status == 200 && response.text.contains(#""content":"hi""#) && requests.count == 2)
        #expect(requests.allSatisfy { $0.path == "/v1/messages" && $0.headers[.authorization] == nil })
    }

    @Test func aStreamIsTurnedToo() async throws {
        let events = """
            data: {"type":"message_start","message":{"id":"x","model":"c"}}

            data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"hi"}}

            data: {"type":"message_stop"}


            """
        let (response, _) = try await self.send(
            of: "claude",
            retrying: ["enabled": true],
            [
                TestResponse(status: 529, body: "busy"),
                TestResponse(status: 200, headers: ["content-type": "text/event-stream"], body: events),
            ],
            body: #"{"model":"m","stream":true,"messages":[]}"#
        )
        #expect(response.status == 200 && response.text.contains(#""content":"hi""#))
        #expect(response.text.hasSuffix("data: [DONE]\n\n"))
    }
}
