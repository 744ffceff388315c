import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let path = "/v1/chat/completions"
private let key = "higress-ai-history:\(sha256("Bearerk"))"

@Suite struct AIHistoryTests {
    /// A gateway whose model answers `A(question)`.
    private func gateway(
        _ more: [(String, ConfigurationNode)] = [],
        _ chunking: Chunking = .whole,
        _ upstream: TestService.Script? = nil
    ) throws -> TestGateway {
        let redis: ConfigurationNode = ["serviceName": "redis.static"]
        let entries = (more + [("redis", redis)]).map {
            ConfigurationNode.Entry(key: $0.0, keyPosition: redis.position, value: $0.1)
        }
        return try TestGateway(
            filters: [.init(AIHistory.self, config: ConfigurationNode(.mapping(entries), position: redis.position))],
            chunking: chunking,
            upstream: upstream ?? { request in
                let last = JSONDocument(request.body).flatMap { document in
                    document.member("messages", of: 0).flatMap { document.elements(of: $0).last }
                        .flatMap { document.member("content", of: $0) }.flatMap { document.string($0) }
                }
                return Self.answer(#"A(\#(last ?? ""))"#)
            }
        )
    }

    private static func answer(_ text: String) -> TestResponse {
        TestResponse(
            status: 200,
            headers: ["content-type": "application/json"],
            body: #"{"choices":[{"message":{"role":"assistant","content":"\#(text)"},"finish_reason":"stop"}]}"#
        )
    }

    private func ask(_ question: String, query: String = "", key: String = "Bearer k", before: String = "")
        -> TestRequest
    {
        TestRequest(
            .post,
            path + query,
            headers: ["content-type": "application/json", "authorization": key],
            body: #"{"model": "m", "messages": [\#(before){"role":"user","content":"\#(question)"}], "n": 1.0}"#
        )
    }

    private func round(_ question: String) -> String {
        #"{"role":"user","content":"\#(question)"},{"role":"assistant","content":"A(\#(question))"}"#
    }

    @Test(arguments: [Chunking.whole, .random(seed: 2)])
    func earlierRoundsAreFilledIn(_ chunking: Chunking) async throws {
        let gateway = try self.gateway([], chunking)
        for question in ["1", "2", "3", "4"] {
            #expect(await gateway.send(self.ask(question)).status == 200)
            await gateway.settle()
        }
        await gateway.send(self.ask("5"))
        await gateway.settle()
        let bodies = gateway.upstreamRequests.map(\.text)
        #expect(bodies[0] == #"{"model": "m", "messages": [{"role":"user","content":"1"}], "n": 1.0}"#)
        #expect(
            bodies[1] == #"{"model": "m", "messages": [\#(self.round("1")),{"role":"user","content":"2"}], "n": 1.0}"#
        )
        let three = ["2", "3", "4"].map { self.round($0) }.joined(separator: ",")
        #expect(bodies[4] == #"{"model": "m", "messages": [\#(three),{"role":"user","content":"5"}], "n": 1.0}"#)
        #expect(gateway.redis("redis.static").keys() == [key])
        let kept = ["3", "4", "5"].map { self.round($0) }.joined(separator: ",")
        #expect(gateway.redis("redis.static")[key] == "[\(kept)]")
        #expect(gateway.isIdle)
    }

    @Test(
        arguments: [
            ("?fill_history_cnt=1", "", true), ("?fill_history_cnt=0", "", false), ("?fill_history_cnt=-4", "", false),
            ("?fill_history_cnt=x", "", true), ("", #"{"role":"user","content":"mine"},"#, false),
            ("?fill_history_cnt=99999999999999999", "", true),
        ]
    )
    func howMuchIsFilledIn(_ query: String, _ before: String, _ isFilled: Bool) async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static")[key] = "[\(self.round("1"))]"
        let request = self.ask("2", query: query, before: before)
        await gateway.send(request)
        #expect((gateway.upstreamRequests[0].text == String(buffer: request.body)) != isFilled)
        #expect(gateway.upstreamRequests[0].text.contains(self.round("1")) == isFilled)
    }

    @Test func theSystemMessageStaysFirst() async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static")[key] = "[\(self.round("1"))]"
        let system = #"{"role":"system","content":"s"},"#
        await gateway.send(self.ask("2", before: system))
        #expect(
            gateway.upstreamRequests[0].text.contains(system + self.round("1") + #",{"role":"user","content":"2"}"#)
        )
    }

    @Test func everyoneHasADialogueOfTheirOwn() async throws {
        let gateway = try self.gateway()
        await gateway.send(self.ask("1"))
        await gateway.settle()
        await gateway.send(self.ask("2", key: "Bearer other"))
        await gateway.settle()
        #expect(!gateway.upstreamRequests[1].text.contains("A(1)"))
        #expect(gateway.redis("redis.static").keys().count == 2)
        #expect(gateway.redis("redis.static").commands.joined().allSatisfy { !$0.contains("Bearer") })
    }

    @Test func aStreamIsKeptToo() async throws {
        let events = [
            #"data: {"choices":[{"delta":{"content":"He\n"}}]}"#,
            #"data: {"choices":[{"delta":{"content":"\"llo"},"finish_reason":"stop"}]}"#,
            "data: [DONE]",
        ].map { $0 + "\n\n" }.joined()
        let gateway = try self.gateway([("cacheTTL", 60), ("cacheKeyPrefix", "h:")], .bytes(3)) { _ in
            TestResponse(status: 200, headers: ["content-type": "text/event-stream"], body: events)
        }
        #expect(await gateway.send(self.ask(#"say \"hi\""#)).text == events)
        await gateway.settle()
        let kept = "h:\(sha256("Bearerk"))"
        #expect(
            gateway.redis("redis.static")[kept]
                == #"[{"role":"user","content":"say \"hi\""},{"role":"assistant","content":"He\n\"llo"}]"#
        )
        #expect(gateway.redis("redis.static").timeToLive(kept) == .seconds(60))
    }

    @Test(
        arguments: [
            (500, "application/json", #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}"#),
            (200, "text/plain", "x"), (200, "application/json", "{"),
            (
                200, "application/json",
                #"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1"}]},"finish_reason":"tool_calls"}]}"#
            ),
            (200, "application/json", #"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#),
            (200, "text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n"),
            (200, "application/json", #"{"error":{"message":"x"}}"#),
        ]
    )
    func otherAnswersAreNotKept(_ status: Int, _ type: String, _ body: String) async throws {
        let gateway = try self.gateway { _ in TestResponse(status: status, headers: ["content-type": type], body: body)
        }
        #expect(await gateway.send(self.ask("1")).text == body)
        await gateway.settle()
        #expect(gateway.redis("redis.static").keys().isEmpty && gateway.isIdle)
    }

    @Test func aDialogueCanBeAskedFor() async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static")[key] = "[\(self.round("1")),\(self.round("2"))]"
        for (query, expected) in [
            ("", "[\(self.round("1")),\(self.round("2"))]"), ("?cnt=1", "[\(self.round("2"))]"),
            ("?cnt=9", "[\(self.round("1")),\(self.round("2"))]"),
            ("?cnt=0", "[]"),
        ] {
            let request = TestRequest(.get, "\(path)/ai-history/query\(query)", headers: ["authorization": "Bearer k"])
            let response = await gateway.send(request)
            #expect(response.status == 200 && response.text == expected && response.details == "ai-history.query")
            #expect(response.headers[.contentType] == "application/json; charset=utf-8")
        }
        let nobody = await gateway.send(TestRequest(.get, "\(path)/ai-history/query"))
        #expect(nobody.status == 401 && nobody.details == "ai-history.no_identity")
        let stranger = await gateway.send(
            TestRequest(.get, "\(path)/ai-history/query", headers: ["authorization": "x"])
        )
        #expect(stranger.text == "[]")
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test(arguments: ["", "{", "{}", "[1]", #"[{"role":"user"}]"#, "null", #"[{"role":1,"content":"x"}]"#])
    func strangeValuesAreNoHistory(_ value: String) async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static")[key] = value
        #expect(await gateway.send(self.ask("2")).status == 200)
        await gateway.settle()
        #expect(gateway.upstreamRequests[0].text == String(buffer: self.ask("2").body))
        #expect(gateway.redis("redis.static")[key] == "[\(self.round("2"))]")
    }

    @Test(arguments: [TestRedis.Failure.connectFailure, .timeout, .reset, .error("LOADING")])
    func withoutRedisTheRequestGoesOn(_ failure: TestRedis.Failure) async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static").fail(failure)
        #expect(await gateway.send(self.ask("1")).status == 200)
        #expect(gateway.log.contains { $0.message.contains("a dialogue could not be read") })
        let query = TestRequest(.get, "\(path)/ai-history/query", headers: ["authorization": "Bearer k"])
        #expect(await gateway.send(query).status == 503)
        #expect(gateway.isIdle)
    }

    @Test(arguments: [
        ("text/plain", "Bearer k", "{}"), ("application/json", "", "{}"), ("application/json", "Bearer k", "["),
    ])
    func otherRequestsPass(_ type: String, _ key: String, _ body: String) async throws {
        let gateway = try self.gateway()
        let headers: HeaderFields = ["content-type": type, "authorization": key]
        await gateway.send(TestRequest(.post, path, headers: headers, body: body))
        #expect(gateway.upstreamRequests.map(\.text) == [body])
    }

    @Test(
        arguments: [
            ([:], #"missing key "redis""#), (["redis": ["service_name": "r.static"]], #"did you mean "serviceName"?"#),
            (["redis": ["serviceName": "r.static"], "fillHistoryCnt": 0], "expected a whole number (1 to 100)"),
            (["redis": ["serviceName": "r.static"], "identityHeader": "a b"], "expected the name of a header field"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AIHistory.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
