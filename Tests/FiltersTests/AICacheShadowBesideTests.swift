import FilterAPI
import FilterTesting
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: lookups of shadow mode run beside their requests")
struct AICacheShadowBesideTests {
    private static let redis =
        #"{"mode":"shadow","compare":{"method":"normalised"},"cache":{"type":"redis","serviceName":"my-redis.static"}}"#
    private static let semantic = SemanticGateway.memory + #","mode":"shadow","compare":{"method":"normalised"}"#

    /// A gateway whose answers are numbered, and whose Redis holds the first one.
    private func numbered(
        later: @escaping @Sendable (Int) -> TestResponse = { Exchange.json("answer \($0)") }
    ) async throws -> CachingGateway {
        let calls = Mutex(0)
        let gateway = try CachingGateway(Self.redis) { _ in
            let count = calls.withLock { count in
                count += 1
                return count
            }
            return count == 1 ? Exchange.json("answer 1") : later(count)
        }
        _ = await gateway.send(Exchange.request("q"))
        await gateway.gateway.settleAll()
        gateway.redis.delay = .milliseconds(50)
        return gateway
    }

    private func shadowLookups(_ gateway: CachingGateway, _ result: String) -> Int {
        gateway.gateway.metrics.counter("ai_cache_shadow_lookups_total", "", labels: [("result", result)]).value
    }

    private func shadowAnswers(_ gateway: CachingGateway, _ tier: String, _ outcome: String) -> Int {
        let labels = [("tier", tier), ("outcome", outcome)]
        return gateway.gateway.metrics.counter("ai_cache_shadow_answers_total", "", labels: labels).value
    }

    @Test("a request goes upstream at once, and is observed when both its answer and its lookup are there")
    func answerFirst() async throws {
        let gateway = try SemanticGateway(more: Self.semantic)
        let cache = gateway.cache
        _ = await gateway.send(Wording.star)
        await cache.gateway.settleAll()
        let double = OpenAIEmbeddingDouble(key: "sk-right-key")
        gateway.embedder.answer { request in
            let answer = double.answer(ServiceDoubleRequest(request))
            return TestResponse(status: answer.status, body: answer.body).delayed(.milliseconds(150))
        }
        let before = cache.gateway.time
        let response = await cache.send(Wording.reordered)
        #expect(cache.gateway.time == before && response.status == 200)
        #expect(response.cacheStatus == "miss" && response.headers[CacheStatusHeaders.shadow] == "pending")
        #expect(response.headers[CacheStatusHeaders.similarity] == nil)
        #expect(response.logged == "miss" && response.aiLog["cache_shadow"] == "pending")
        #expect(cache.lookups("miss") == 1 && cache.stored == 1 && self.shadowLookups(cache, "semantic") == 0)
        await cache.gateway.settleAll()
        #expect(cache.lookups("miss") == 2 && self.shadowLookups(cache, "semantic") == 1)
        #expect(self.shadowAnswers(cache, "semantic", "agreed") == 1 && cache.gateway.isIdle)
        // Both wordings are stored, by the vectors of their lookups.
        #expect(cache.stored == 2 && gateway.uploaded == 2 && gateway.embedder.requests.count == 2)
        #expect(gateway.lookupLines.count == 2 && cache.upstreamCalls == 2)
    }

    @Test("a stored answer to an equal question stays, also when the new one comes before the lookup has ended")
    func exactStays() async throws {
        let gateway = try await self.numbered()
        let second = await gateway.send(Exchange.request("q"))
        #expect(second.answerText == "answer 2" && second.headers[CacheStatusHeaders.shadow] == "pending")
        await gateway.gateway.settleAll()
        #expect(self.shadowLookups(gateway, "exact") == 1 && self.shadowAnswers(gateway, "exact", "disagreed") == 1)
        #expect(gateway.stored == 1 && gateway.gateway.isIdle)
    }

    @Test("a lookup that ends after the head and before the end of the answer is in the log of the stream")
    func withinAnswer() async throws {
        let gateway = try await self.numbered { _ in
            TestResponse(
                headers: [.contentType: "text/event-stream"],
                chunks: Exchange.events(["answer ", "1"]),
                every: .milliseconds(40)
            )
        }
        let second = await gateway.send(Exchange.request("q", stream: true))
        await gateway.gateway.settleAll()
        #expect(second.answerText == "answer 1" && second.headers[CacheStatusHeaders.shadow] == "pending")
        #expect(second.aiLog["cache_shadow"] == "exact" && second.logged == "miss")
        #expect(self.shadowAnswers(gateway, "exact", "agreed") == 1 && gateway.stored == 1)
    }

    @Test(
        "an answer that cannot be compared leaves its lookup unknown",
        arguments: [TestResponse(status: 500, body: "no"), Exchange.json(finishReason: "length"), .unreachable]
    )
    func unknown(answer: TestResponse) async throws {
        let gateway = try await self.numbered { _ in answer }
        _ = await gateway.send(Exchange.request("q"))
        await gateway.gateway.settleAll()
        #expect(self.shadowLookups(gateway, "exact") == 1 && self.shadowAnswers(gateway, "exact", "unknown") == 1)
        #expect(gateway.gateway.isIdle)
    }

    @Test("a client that leaves takes nothing of the lookup along")
    func clientLeaves() async throws {
        let gateway = try await self.numbered { Exchange.json("answer \($0)").delayed(.seconds(1)) }
        let stream = await gateway.begin(Exchange.request("q"))
        await stream.reset()
        await gateway.gateway.settleAll()
        #expect(self.shadowLookups(gateway, "exact") == 1 && self.shadowAnswers(gateway, "exact", "unknown") == 1)
        #expect(gateway.gateway.isIdle)
    }

    @Test("a lookup that fails behind the answer is not observed, and the answer is stored")
    func failsLate() async throws {
        let gateway = try SemanticGateway(more: Self.semantic)
        gateway.embedder.answer { _ in .neverAnswers }
        let response = await gateway.cache.send(Wording.star)
        #expect(response.headers[CacheStatusHeaders.shadow] == "pending" && response.record.duration == 0)
        await gateway.cache.gateway.settleAll()
        #expect(gateway.cache.lookups("error") == 1 && self.shadowLookups(gateway.cache, "none") == 0)
        #expect(gateway.cache.stored == 1 && gateway.uploaded == 0 && gateway.cache.gateway.isIdle)
    }

    @Test("only so many lookups run at a time; further requests are not looked up, and say so")
    func limit() async throws {
        let gateway = try CachingGateway(Self.redis)
        gateway.redis.delay = .milliseconds(50)
        let requests = Array(repeating: Exchange.request(), count: LookupLimit.usual + 4)
        let responses = await gateway.sendAtOnce(requests)
        let skipped = gateway.gateway.metrics.counter("ai_cache_shadow_skipped_total", "")
        #expect(responses.allSatisfy { $0.status == 200 } && skipped.value == 4)
        #expect(responses.count { $0.cacheStatus == "bypass" } == 4 && gateway.lookups("bypass") == 4)
        #expect(responses.allSatisfy { ($0.headers[CacheStatusHeaders.shadow] == nil) == ($0.cacheStatus == "bypass") })
        await gateway.gateway.settleAll()
        #expect(
            gateway.lookups("miss") == LookupLimit.usual && self.shadowLookups(gateway, "none") == LookupLimit.usual
        )
        let next = await gateway.send(Exchange.request())
        await gateway.gateway.settleAll()
        #expect(next.cacheStatus == "miss" && skipped.value == 4 && self.shadowLookups(gateway, "exact") == 1)
    }

    @Test("places are given back")
    func places() {
        let limit = LookupLimit(2)
        #expect(limit.enter() && limit.enter() && !limit.enter() && !limit.enter())
        limit.leave()
        #expect(limit.enter() && !limit.enter())
    }

    /// What may come before a lookup has ended.
    enum Event: Sendable {
        case answer, streamEnd
    }

    @Test(
        "what is left when a lookup ends depends on what came before",
        arguments: [
            ([], "nothing"), ([.answer], "answer"), ([.streamEnd], "no answer"), ([.answer, .streamEnd], "answer"),
        ] as [([Event], String)]
    )
    func rest(events: [Event], expected: String) {
        let question = AICacheStream.Question(
            key: CacheKey(question: "q", prefix: "p:", scope: nil),
            scope: nil,
            streamed: false,
            wantsUsageEvent: false,
            rules: CacheControlRules()
        )
        let beside = BesideLookup(question)
        let answer = CachedAnswer(content: bytes("a"))
        for event in events {
            switch event {
            case .answer: #expect(beside.received(bytes("record"), answer))
            case .streamEnd: beside.streamEnded()
            }
        }
        #expect(beside.isPending && beside.isStreamOver == events.contains(.streamEnd))
        #expect(self.text(beside.ended()) == expected)
        #expect(!beside.isPending && !beside.received(bytes("record"), answer))
        #expect(self.text(beside.ended()) == "nothing")
    }

    private func text(_ rest: BesideLookup.Rest) -> String {
        switch rest {
        case .nothing: "nothing"
        case .answer(let record, let answer):
            record == bytes("record") && answer.content == bytes("a") ? "answer" : "another answer"
        case .noAnswer: "no answer"
        }
    }
}
