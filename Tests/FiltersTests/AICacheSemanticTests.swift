import FilterAPI
import FilterTesting
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: similar questions")
struct AICacheSemanticTests {
    @Test(
        "another wording of a stored question is answered from the cache",
        arguments: ["", SemanticGateway.memory, SemanticGateway.redis]
    )
    func hit(cache: String) async throws {
        let gateway = try SemanticGateway(more: cache)
        #expect(await gateway.send(Wording.star).cacheStatus == "miss")
        await gateway.cache.gateway.advance(by: .seconds(30))
        let hit = await gateway.send(Wording.reordered)
        #expect(hit.status == 200 && hit.cacheStatus == "semantic-hit" && hit.logged == "hit")
        #expect(hit.headers[.cacheStatus] == "sluice; hit; detail=\"semantic\"" && hit.headers[.age] == "30")
        #expect(hit.headers[CacheStatusHeaders.key] != nil && hit.details == "ai-cache.hit")
        let score = try #require(hit.headers[CacheStatusHeaders.similarity].flatMap { Double($0) })
        #expect(score > 0.99 && score < 1.01)
        #expect(try ReadReply(json: hit.body).text == "A ball of gas.")
        #expect(gateway.cache.upstreamCalls == 1 && gateway.cache.gateway.isIdle)
        let lines = gateway.lookupLines
        #expect(lines.count == 2 && lines[0] == "cache miss for key: What is a star?")
        #expect(lines[1].hasPrefix("key accepted: What is a star? with score: "))
        #expect(gateway.cache.lookups("semantic_hit") == 1 && gateway.cache.lookups("miss") == 1)
        #expect(gateway.cache.stored == 1 && gateway.uploaded == 1)
        #expect(gateway.cache.gateway.metrics.counter("ai_cache_tokens_saved_total", "").value == 11)
    }

    @Test("streams and JSON serve each other", arguments: [(false, true), (true, false), (true, true)])
    func acrossModes(modes: (Bool, Bool)) async throws {
        let gateway = try SemanticGateway()
        _ = await gateway.send(Exchange.request("What is a star?", stream: modes.0))
        let hit = await gateway.send(Exchange.request("A star is what?", stream: modes.1))
        #expect(hit.cacheStatus == "semantic-hit")
        let reply = modes.1 ? try ReadReply(events: hit.body) : try ReadReply(json: hit.body)
        #expect(reply.text == "A ball of gas." && reply.isDone == modes.1)
    }

    @Test("the semantic tier is on with a cache beside it, and asks for each vector once")
    func onceOnly() async throws {
        let gateway = try SemanticGateway(more: SemanticGateway.memory)
        _ = await gateway.send(Wording.star)
        #expect(gateway.embedder.requests.count == 1)
        #expect(gateway.vectors.requests.map(\.method) == [.post, .put])
        #expect(await gateway.send(Wording.star).cacheStatus == "hit")
        #expect(gateway.embedder.requests.count == 1 && gateway.vectors.requests.count == 2)
    }

    @Test("enableSemanticCache: false leaves the services alone")
    func switchedOff() async throws {
        let gateway = try SemanticGateway(more: SemanticGateway.memory + #","enableSemanticCache":false"#)
        #expect(await gateway.statuses(Wording.star, Wording.reordered, Wording.star) == ["miss", "miss", "hit"])
        #expect(gateway.embedder.requests.isEmpty && gateway.vectors.requests.isEmpty)
    }

    @Test(
        "a semantic hit is written to the cache under the new wording",
        arguments: [SemanticGateway.memory, SemanticGateway.redis]
    )
    func writeBack(cache: String) async throws {
        let gateway = try SemanticGateway(more: cache)
        #expect(
            await gateway.statuses(Wording.star, Wording.reordered, Wording.reordered)
                == ["miss", "semantic-hit", "hit"]
        )
        #expect(gateway.embedder.requests.count == 2)
    }

    @Test("a question that is too far says the threshold and its score, and is stored itself")
    func tooFar() async throws {
        let gateway = try SemanticGateway()
        #expect(await gateway.statuses(Wording.star, Wording.bread) == ["miss", "miss"])
        let line = try #require(gateway.lookupLines.last)
        #expect(line.hasPrefix("score not meet the threshold 0.9: What is a star? with score "))
        #expect(gateway.lookupLines.count == 2 && gateway.cache.lookups("miss") == 2)
        #expect(await gateway.statuses(Wording.bread) == ["semantic-hit"])
    }

    @Test(
        "every relation compares as it says",
        arguments: [("gt", 1.0, false), ("gte", 1.0, true), ("lt", 1.0, false), ("lte", 1.0, true), ("lt", 1000, true)]
    )
    func relations(relation: String, threshold: Double, isAccepted: Bool) throws {
        let relation = try #require(SimilarityThreshold.Relation(rawValue: relation))
        #expect(SimilarityThreshold(value: threshold, relation: relation).accepts(1) == isAccepted)
    }

    @Test("other models, consumers and system messages never share an answer")
    func scopes() async throws {
        let gateway = try SemanticGateway(before: [TestFilter(Consumers.self)])
        let alice: HeaderFields = ["x-consumer": "alice"]
        let bob: HeaderFields = ["x-consumer": "bob"]
        #expect(await gateway.statuses(Exchange.request("What is a star?", headers: alice)) == ["miss"])
        #expect(
            await gateway.statuses(
                Exchange.request("A star is what?", headers: bob),
                Exchange.request("A star is what?", model: "other", headers: alice),
                Exchange.request("A star is what?", more: #","temperature":0.5"#, headers: alice)
            ) == ["miss", "miss", "miss"]
        )
        // Neither does the log tell what others asked.
        #expect(!gateway.lookupLines.dropFirst().contains { $0.contains("What is a star?") })
    }

    @Test("with topK neighbours of other scopes are passed over")
    func topK() async throws {
        let gateway = try SemanticGateway(vector: #","threshold":0.9,"thresholdRelation":"gt","topK":5"#)
        _ = await gateway.send(Exchange.request("What is a star?", model: "a"))
        _ = await gateway.send(Exchange.request("What is a star?", model: "b"))
        #expect(
            await gateway.statuses(
                Exchange.request("A star is what?", model: "a"),
                Exchange.request("A star is what?", model: "b"),
                Exchange.request("A star is what?", model: "c")
            ) == ["semantic-hit", "semantic-hit", "miss"]
        )
    }

    @Test("ten nearer neighbours of other scopes do not hide the right one, even with topK 1")
    func manyScopes() async throws {
        let gateway = try SemanticGateway()
        let models = ["mine"] + (0..<10).map { "other-\($0)" }
        for model in models { _ = await gateway.send(Exchange.request("What is a star?", model: model)) }
        for model in models.shuffled() {
            #expect(await gateway.statuses(Exchange.request("A star is what?", model: model)) == ["semantic-hit"])
        }
    }

    @Test("scope: [] stores and reads plain texts, as other gateways do")
    func emptyScope() async throws {
        let gateway = try SemanticGateway(more: #","scope":[]"#)
        _ = await gateway.send(Wording.star)
        #expect(gateway.qdrant.vectors.all.map(\.fields).count == 1)
        let fields = try document(try #require(gateway.qdrant.vectors.all.first).fields)
        let answer = JSONAnswer(fields)
        #expect(answer["question"].string == "What is a star?" && answer["answer"].string == "A ball of gas.")
        #expect(!answer["scope"].exists && !answer["expires"].exists)
        #expect(await gateway.statuses(Wording.reordered) == ["semantic-hit"])
    }

    @Test("an accepted neighbour without an answer reads the cache under its wording")
    func withoutAnswer() async throws {
        let gateway = try SemanticGateway(more: #","scope":[]"# + SemanticGateway.redis)
        gateway.cache.redis["higress-ai-cache:What is a star?"] = "A ball of gas."
        gateway.qdrant.vectors.store(
            .init(id: "1", vector: TextVector.of("What is a star?"), fields: #"{"question":"What is a star?"}"#)
        )
        let hit = await gateway.send(Wording.reordered)
        #expect(hit.cacheStatus == "semantic-hit" && gateway.lookupLines.count == 1)
        #expect(try ReadReply(json: hit.body).text == "A ball of gas.")
        #expect(await gateway.statuses(Wording.reordered) == ["hit"])
    }

    @Test("an accepted neighbour with no answer anywhere is a miss")
    func answerNowhere() async throws {
        for cache in ["", SemanticGateway.memory, SemanticGateway.redis] {
            let gateway = try SemanticGateway(more: #","scope":[]"# + cache)
            gateway.qdrant.vectors.store(
                .init(id: "1", vector: TextVector.of("What is a star?"), fields: #"{"question":"What is a star?"}"#)
            )
            #expect(await gateway.statuses(Wording.reordered) == ["miss"])
            #expect(gateway.lookupLines == ["cache miss for key: A star is what?"])
        }
    }

    @Test("entries expire with the cache's time to live, and another wording does not make them younger")
    func expiry() async throws {
        let gateway = try SemanticGateway(more: #","cache":{"type":"memory","cacheTTL":60}"#)
        _ = await gateway.send(Wording.star)
        await gateway.cache.gateway.advance(by: .seconds(50))
        #expect(await gateway.statuses(Wording.reordered, Wording.reordered) == ["semantic-hit", "hit"])
        await gateway.cache.gateway.advance(by: .seconds(11))
        #expect(await gateway.statuses(Wording.reordered) == ["miss"])
    }

    @Test(
        "a copy under another wording is as old as the answer",
        arguments: [
            #","cache":{"type":"memory"}"#, #","cache":{"type":"memory","cacheTTL":60}"#, SemanticGateway.redis,
            #","scope":[]"# + SemanticGateway.memory,
        ]
    )
    func ageOfCopies(more: String) async throws {
        let gateway = try SemanticGateway(more: more)
        _ = await gateway.send(Wording.star)
        await gateway.cache.gateway.advance(by: .seconds(3))
        let copied = await gateway.send(Wording.reordered)
        let again = await gateway.send(Wording.reordered)
        #expect(copied.cacheStatus == "semantic-hit" && again.cacheStatus == "hit")
        // Records tell when they were stored, plain texts do not: of those the store alone knows.
        guard !more.contains("scope") else { return }
        #expect(copied.headers[.age] == "3" && again.headers[.age] == "3")
        let young = Exchange.request("A star is what?", headers: [.cacheControl: "max-age=1"])
        let old = Exchange.request("A star is what?", headers: [.cacheControl: "max-age=10"])
        #expect(await gateway.statuses(old, young) == ["hit", "miss"])
    }

    @Test("Cache-Control counts for similar questions too")
    func cacheControl() async throws {
        let gateway = try SemanticGateway()
        _ = await gateway.send(Wording.star)
        await gateway.cache.gateway.advance(by: .seconds(30))
        func asking(_ rule: String) -> TestRequest {
            Exchange.request("A star is what?", headers: [.cacheControl: rule])
        }
        #expect(await gateway.statuses(asking("no-store"), asking("max-age=10")) == ["bypass", "miss"])
        #expect(await gateway.statuses(asking("max-age=60")) == ["semantic-hit"])
    }

    @Test("an answer that was fetched without a lookup is stored with its vector")
    func noCache() async throws {
        let gateway = try SemanticGateway()
        let request = Exchange.request("What is a star?", headers: [.cacheControl: "no-cache"])
        #expect(await gateway.send(request).cacheStatus == "bypass")
        #expect(gateway.vectors.requests.map(\.method) == [.put] && gateway.uploaded == 1)
        #expect(await gateway.statuses(Wording.reordered) == ["semantic-hit"])
    }

    @Test("logKeys: hash prints no question")
    func hashedKeys() async throws {
        let gateway = try SemanticGateway(more: #","logKeys":"hash""#)
        _ = await gateway.statuses(Wording.star, Wording.reordered, Wording.bread)
        #expect(gateway.lookupLines.count == 3 && !gateway.lookupLines.contains { $0.lowercased().contains("star") })
    }

    @Test("responseHeaders: false switches the new fields off too")
    func withoutHeaders() async throws {
        let gateway = try SemanticGateway(more: #","responseHeaders":false"#)
        _ = await gateway.send(Wording.star)
        let hit = await gateway.send(Wording.reordered)
        #expect(gateway.cache.upstreamCalls == 1 && hit.headers[CacheStatusHeaders.similarity] == nil)
        #expect(hit.headers[.xSluiceCache] == nil && hit.headers[.cacheStatus] == nil)
    }
}
