import FilterAPI
import FilterTesting
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: failures of the semantic tier")
struct AICacheSemanticFailureTests {
    private static let failures: [(String, TestResponse)] = [
        ("status", TestResponse(status: 503, body: "overloaded")), ("reset", .resets), ("unreachable", .unreachable),
        ("silence", .neverAnswers), ("garbage", TestResponse(body: "<html>")), ("empty", TestResponse()),
        ("missing fields", TestResponse(body: "{}")),
        ("error in the body", TestResponse(body: #"{"error":{"message":"no"},"status":{"error":"no"}}"#)),
    ]

    @Test(
        "whatever goes wrong is a miss: the request goes on, with one warning and one metric",
        arguments: failures.indices,
        ["embedding", "vector"]
    )
    func failOpen(index: Int, tier: String) async throws {
        let gateway = try SemanticGateway(more: SemanticGateway.memory)
        let failing = tier == "embedding" ? gateway.embedder : gateway.vectors
        // Only the query fails: what comes after the answer is another matter.
        let qdrant = gateway.qdrant
        failing.answer { request in
            guard tier == "vector", request.method == .put else { return Self.failures[index].1 }
            let answer = qdrant.answer(ServiceDoubleRequest(request))
            return TestResponse(status: answer.status, body: answer.body)
        }
        let response = await gateway.send(Wording.star)
        #expect(response.status == 200 && response.cacheStatus == "miss" && response.logged == "miss")
        #expect(response.record.duration < 400_000_000)
        #expect(gateway.cache.warnings.count == 1, "\(gateway.cache.warnings)")
        #expect(gateway.lookupLines == ["cache miss for key: What is a star?"])
        #expect(gateway.cache.lookups("error") == 1 && gateway.failures(tier) == 1)
        #expect(gateway.cache.gateway.isIdle)
        #expect(await gateway.statuses(Wording.star) == ["hit"])
    }

    @Test("a question whose vector could not be made is not embedded again for storing")
    func failedEmbedding() async throws {
        let gateway = try SemanticGateway()
        gateway.embedder.answer { _ in TestResponse(status: 500) }
        #expect(await gateway.statuses(Wording.star) == ["miss"])
        #expect(gateway.embedder.requests.count == 1 && gateway.vectors.requests.isEmpty && gateway.cache.stored == 0)
    }

    @Test("Redis down: similar questions are still found")
    func redisDown() async throws {
        let gateway = try SemanticGateway(more: SemanticGateway.redis)
        _ = await gateway.send(Wording.star)
        gateway.cache.redis.fail(.timeout)
        for _ in 0..<5 { #expect(await gateway.statuses(Wording.reordered) == ["semantic-hit"]) }
        #expect(gateway.cache.upstreamCalls == 1 && gateway.failures("cache") == 3)
    }

    @Test("all services silent: the request waits for each timeout once")
    func everythingDown() async throws {
        let gateway = try SemanticGateway(more: SemanticGateway.redis)
        gateway.cache.redis.fail(.timeout)
        gateway.embedder.answer { _ in .neverAnswers }
        gateway.vectors.answer { _ in .neverAnswers }
        let response = await gateway.send(Wording.star)
        #expect(response.status == 200 && response.record.duration < 400_000_000)
        await gateway.cache.gateway.advance(by: .seconds(1))
        #expect(gateway.cache.gateway.isIdle)
    }

    @Test("three failures in a row leave a service alone for five seconds, and only that one")
    func breakers() async throws {
        let gateway = try SemanticGateway()
        gateway.vectors.answer { _ in .unreachable }
        for number in 0..<6 { _ = await gateway.send(Exchange.request("question \(number)")) }
        #expect(gateway.vectors.requests.count == 3 && gateway.embedder.requests.count == 6)
        #expect(gateway.failures("vector") == 3 && gateway.failures("embedding") == 0)
        #expect(gateway.lookupLines.count == 6)
        gateway.revive()
        await gateway.cache.gateway.advance(by: .seconds(5))
        #expect(await gateway.statuses(Wording.star, Wording.reordered) == ["miss", "semantic-hit"])
    }

    @Test("storing delays no client, and its failure is one warning")
    func storing() async throws {
        let gateway = try SemanticGateway()
        let qdrant = gateway.qdrant
        gateway.vectors.answer { request in
            if request.method == .put {
                return TestResponse(status: 507, body: "disk full").delayed(.milliseconds(250))
            }
            let answer = qdrant.answer(ServiceDoubleRequest(request))
            return TestResponse(status: answer.status, body: answer.body)
        }
        let response = await gateway.cache.gateway.send(Wording.star)
        #expect(response.isComplete && response.record.duration < 100_000_000 && gateway.cache.warnings.isEmpty)
        await gateway.cache.gateway.advance(by: .milliseconds(250))
        #expect(gateway.cache.warnings.count == 1 && gateway.cache.stored == 0 && gateway.cache.gateway.isIdle)
        #expect(gateway.cache.warnings.first?.contains("disk full") == true)
    }

    @Test("a client that leaves during the lookup leaves nothing behind", arguments: ["embedding", "vector"])
    func leaves(tier: String) async throws {
        let gateway = try SemanticGateway()
        (tier == "embedding" ? gateway.embedder : gateway.vectors).answer { _ in .neverAnswers }
        let stream = await gateway.cache.gateway.open(Wording.star, hasBody: true)
        await stream.send(Wording.star.body)
        await stream.end()
        await stream.reset()
        await gateway.cache.gateway.settle()
        #expect(gateway.cache.gateway.isIdle && gateway.cache.upstreamCalls == 0 && gateway.cache.warnings.isEmpty)
        gateway.revive()
        #expect(await gateway.statuses(Wording.star, Wording.reordered) == ["miss", "semantic-hit"])
    }

    @Test("a vector of another length than the one before is refused, and the next one sets the length anew")
    func lengths() async throws {
        let gateway = try SemanticGateway(more: SemanticGateway.memory)
        _ = await gateway.send(Wording.star)
        gateway.embedder.answer { _ in TestResponse(body: #"{"data":[{"embedding":[1,2,3]}]}"#) }
        #expect(await gateway.statuses(Wording.reordered) == ["miss"])
        #expect(gateway.cache.warnings.last?.contains("3 dimensions, the one before had 32") == true)
        gateway.revive()
        #expect(await gateway.statuses(Wording.bread) == ["miss"])
        #expect(gateway.failures("embedding") == 1)
    }

    @Test("vectors that cannot be used are counted each time and logged once")
    func badVectors() async throws {
        let gateway = try SemanticGateway()
        gateway.embedder.answer { _ in TestResponse(body: #"{"data":[{"embedding":[0,0]}]}"#) }
        for number in 0..<3 { #expect(await gateway.statuses(Exchange.request("question \(number)")) == ["miss"]) }
        #expect(gateway.failures("embedding") == 3 && gateway.cache.warnings.count == 1)
    }

    @Test("what is wrong with vectors is logged once for each cause, and again after ten minutes")
    func badVectorCauses() async throws {
        let gateway = try SemanticGateway()
        _ = await gateway.send(Wording.star)
        let bodies = ["[0,0]", "[]", "[1,1e99]", "[1,2,3]"].map { #"{"data":[{"embedding":\#($0)}]}"# }
        var number = 0
        func send(_ body: String) async {
            // A vector that is well sets the length again and closes the breaker.
            gateway.revive()
            number += 1
            _ = await gateway.send(Exchange.request("good question \(number)"))
            gateway.embedder.answer { _ in TestResponse(body: body) }
            _ = await gateway.send(Exchange.request("bad question \(number)"))
        }
        for _ in 0..<2 { for body in bodies { await send(body) } }
        let causes = ["all zeros", "is empty", "not finite", "3 dimensions"]
        #expect(gateway.failures("embedding") == 8 && gateway.cache.warnings.count == 4, "\(gateway.cache.warnings)")
        for (warning, cause) in zip(gateway.cache.warnings, causes) { #expect(warning.contains(cause)) }
        await gateway.cache.gateway.advance(by: .seconds(599))
        await send(bodies[0])
        #expect(gateway.cache.warnings.count == 4)
        await gateway.cache.gateway.advance(by: .seconds(2))
        await send(bodies[0])
        #expect(gateway.cache.warnings.count == 5)
    }

    @Test("no credential reaches the log")
    func secrets() async throws {
        let gateway = try SemanticGateway()
        gateway.embedder.answer(as: OpenAIEmbeddingDouble(key: "another"))
        _ = await gateway.send(Wording.star)
        #expect(gateway.cache.warnings.count == 1)
        #expect(!gateway.cache.gateway.log.contains { $0.description.contains("sk-right-key") })
    }
}
