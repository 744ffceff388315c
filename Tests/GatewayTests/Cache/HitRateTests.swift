import Foundation
import TestSupport
import Testing

@Suite("The hit rate")
struct HitRateTests {
    /// A question of the mix: some repeat, some are others in other words, some say nothing new; all by their number.
    private static func question(_ number: Int) -> ChatQuestion {
        let topic = number % 37
        var question = ChatQuestion(question: "tell me about subject\(topic) please", streams: number % 3 == 0)
        switch number % 10 {
        case 0, 1: question.question = "please tell me about subject\(topic)"
        case 2: question.question = "entirely new words\(number) of matter\(number)"
        case 3: question.fields = "x-higress-skip-ai-cache: on\r\n"
        case 4: question.fields = "Cache-Control: no-cache\r\n"
        case 5: question.question = "cache hit for key: key accepted\(topic)\ncache miss for key"
        default: break
        }
        return question
    }

    @Test("the managed product's query over the log of 1,000 mixed lookups equals the counters")
    func query() async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let embedder = try await ScriptedUpstream.start(OpenAIEmbeddingDouble(key: "sk-right-key"))
        let qdrant = QdrantDouble(collection: "c", key: "right-key", dimensions: TextVector.dimensions)
        let vectors = try await ScriptedUpstream.start(qdrant)
        var setup = CacheSetup(model: model)
        setup.services = [("embedder", embedder.port), ("vectors", vectors.port)]
        setup.config =
            "{ cache: { type: memory }, embedding: { type: openai, serviceName: embedder.static, apiKey: sk-right-key }, "
            + "vector: { type: qdrant, serviceName: vectors.static, collectionID: c, apiKey: right-key, "
            + "threshold: 0.95, thresholdRelation: gt }, logKeys: hash }"
        try await GatewayFixture.run(setup.text, workers: 2) { gateway in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<8 {
                    group.addTask {
                        for number in stride(from: lane, to: 1000, by: 8) {
                            let answer = try await Self.question(number).ask(gateway.port)
                            #expect(answer.status == 200)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await gateway.expectNothingAlive()
            let count = { (results: [String]) in results.reduce(0) { $0 + counter(gateway, $1) } }
            let hits = count(["exact_hit", "semantic_hit"])
            let misses = count(["miss", "error", "coalesced"])
            #expect(hits + misses + count(["skip", "bypass"]) == 1000)
            #expect(counter(gateway, "skip") == 100 && counter(gateway, "bypass") == 100)
            #expect(counter(gateway, "exact_hit") > 0 && counter(gateway, "semantic_hit") > 0 && misses > 100)
            let log = gateway.log.messages.joined(separator: "\n") + "\n"
            let outcome = try await ChildProcess.run(try Tools.python(), [Tools.file("Python/hit_rate.py")], input: log)
            let found = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Double]
            )
            #expect(found["hits"] == Double(hits) && found["misses"] == Double(misses))
            #expect(found["rate"] == Double(hits) * 100 / Double(hits + misses))
        }
        await model.stop()
        await embedder.stop()
        await vectors.stop()
    }
}
