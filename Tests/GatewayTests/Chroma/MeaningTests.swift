import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Questions in other words with a real encoder, a real Chroma and a real Redis.
@Suite("The meaning of questions")
struct MeaningTests {
    private struct Surroundings {
        let chroma: ChromaServer
        let collection: String
        let model: ScriptedUpstream
        let gateway: GatewayFixture

        func ask(_ question: ChatQuestion) async throws -> ChatAnswer {
            let answer = try await question.ask(self.gateway.port)
            #expect(answer.status == 200)
            try await self.gateway.expectNothingAlive()
            return answer
        }

        func ask(_ question: String) async throws -> ChatAnswer { try await self.ask(ChatQuestion(question: question)) }
    }

    /// What `embedding.type` names the encoder by.
    enum Interface: String, CaseIterable, Sendable { case openai, huggingface }

    /// - Parameter similarity: The least that a hit needs.
    private func run(
        _ interface: Interface = .openai,
        similarity: Double = 0.8,
        redis: RedisServer? = nil,
        filters: String = "",
        _ body: (Surroundings) async throws -> Void
    ) async throws {
        let chroma = try await ChromaServer.start()
        let collection = try await chroma.collection("questions")
        let encoder = try await SentenceEncoder.start()
        let model = try await ScriptedUpstream.start { request in
            let object = (try? JSONSerialization.jsonObject(with: Data(request.body.utf8))) as? [String: Any]
            let message = (object?["messages"] as? [[String: Any]])?.last?["content"] as? String
            let consumer = request.headers["x-mse-consumer"].joined()
            return ModelAnswer.fitting(request, "\(object?["model"] ?? ""), \(consumer): \(message ?? "")")
        }
        var setup = CacheSetup(model: model, redis: redis, filters: filters)
        setup.services = [("chroma", chroma.port), ("encoder", encoder.port)]
        let cache = redis == nil ? "" : ", \(CacheSetup.redis())"
        setup.config =
            "{ embedding: { type: \(interface), serviceName: encoder.static, apiKey: hf_none, timeout: 300s }, "
            + "vector: { type: chroma, serviceName: chroma.static, collectionID: \(collection), topK: 10, "
            + "threshold: \(1 - similarity), thresholdRelation: lte, timeout: 60s }\(cache) }"
        try await GatewayFixture.run(setup.text) { gateway in
            try await body(Surroundings(chroma: chroma, collection: collection, model: model, gateway: gateway))
        }
        await model.stop()
    }

    @Test("clear paraphrases hit and other questions miss at a similarity of 0.8", arguments: Interface.allCases)
    func paraphrases(_ interface: Interface) async throws {
        let paraphrases = [
            ("How do I reset my password?", "How can I reset my password?"),
            ("How far is the moon from the earth?", "What is the distance between the earth and the moon?"),
            ("Which city is the capital of France?", "What is the capital of France?"),
            ("Why is the sky blue?", "What is the reason that the sky is blue?"),
        ]
        let others = ["How do I bake sourdough bread?", "What is a prime number?", "Why do cats purr?"]
        try await self.run(interface) { test in
            for (first, _) in paraphrases { #expect(try await test.ask(first).cache == "miss", "\(first)") }
            for (first, second) in paraphrases {
                let hit = try await test.ask(second)
                #expect(hit.cache == "semantic-hit" && hit.content == "m, : \(first)", "\(second)")
            }
            for other in others { #expect(try await test.ask(other).cache == "miss", "\(other)") }
            #expect(test.model.requests.count == paraphrases.count + others.count)
        }
    }

    @Test("a higher threshold tells more questions apart")
    func threshold() async throws {
        for (similarity, expected) in [(0.8, "semantic-hit"), (0.95, "miss")] {
            try await self.run(similarity: similarity) { test in
                let first = try await test.ask("How far is the moon from the earth?")
                let second = try await test.ask("What is the distance between the earth and the moon?")
                #expect(first.cache == "miss" && second.cache == expected)
            }
        }
    }

    @Test("with cache and vector a paraphrase hits, and is an exact hit from then on")
    func bothTiers() async throws {
        let redis = try await RedisServer.start()
        try await self.run(redis: redis) { test in
            let paraphrase = "What is the distance between the earth and the moon?"
            let answer = try await test.ask("How far is the moon from the earth?")
            #expect(answer.cache == "miss")
            for expected in ["semantic-hit", "hit"] {
                let hit = try await test.ask(paraphrase)
                #expect(hit.cache == expected && hit.content == answer.content)
            }
            let probe = try await RedisProbe.connect(redis)
            let keys = try await probe.keys()
            #expect(keys.count == 2)
            await probe.close()
            #expect(test.model.requests.count == 1)
            let entries = try await test.chroma.count(of: test.collection)
            #expect(entries == 1)
        }
    }

    @Test("models and consumers that share a collection never get each other's answers")
    func isolation() async throws {
        let authentication =
            "  - filter: key-auth\n    config: { keys: [authorization], consumers: [{ name: a, credential: ka }, { name: b, credential: kb }] }"
        try await self.run(filters: authentication) { test in
            let asking = [("a", "m"), ("a", "n"), ("b", "m"), ("b", "n")]
            for (wording, expected) in [
                ("Why is the sky blue?", "miss"), ("What is the reason that the sky is blue?", "semantic-hit"),
            ] {
                for (consumer, model) in asking {
                    var question = ChatQuestion(question: wording, model: model)
                    question.fields = "Authorization: Bearer k\(consumer)\r\n"
                    let answer = try await test.ask(question)
                    #expect(answer.cache == expected && answer.content == "\(model), \(consumer): Why is the sky blue?")
                }
            }
            let entries = try await test.chroma.count(of: test.collection)
            #expect(entries == 4)
        }
    }
}
