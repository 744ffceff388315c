import Foundation
import TestSupport
import Testing

/// The examples of the reference's documents, as they stand there, in front of doubles of the services they name.
@Suite("The reference's examples")
struct ReferenceExampleTests {
    private static let vectorHost = "vrs-cn-xxxxxx.dashvector.cn-hangzhou.aliyuncs.com"

    /// An example as the value of `config`.
    private func example(_ name: String) throws -> String {
        let text = try String(contentsOfFile: Tools.file("ReferenceExamples/\(name).yaml"), encoding: .utf8)
        return "\n" + text.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
    }

    /// Vectors as an encoder gives them: questions about stars are near each other, and far from all others.
    private static func vector(_ text: String) -> [Double] {
        guard text.contains("星星") else { return TextVector.of(text, dimensions: 1024) }
        let wording = TextVector.of(text, dimensions: 1024)
        let length = 1.04.squareRoot()
        return wording.indices.map { (0.2 * wording[$0] + ($0 == 7 ? 1 : 0)) / length }
    }

    @Test("the tutorial's YAML, tabs before comments included: three wordings are a miss, a hit and a hit")
    func tutorial() async throws {
        let example = try self.example("tutorial")
        #expect(example.contains("\t#"))
        let vectors = DashVectorDouble(
            collection: "XXXXX",
            key: "sk-xxxxxxxxxxxxxxxxxx",
            host: Self.vectorHost,
            dimensions: 1024
        )
        let store = try await ScriptedUpstream.start(vectors)
        let embedder = try await ScriptedUpstream.start(
            DashScopeEmbeddingDouble(key: "sk-xxxxxxxxxx", vector: Self.vector)
        )
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "星星是发光的天体。") }
        var setup = CacheSetup(model: model, config: example)
        setup.localServices = [("aliyun-dashvector", store.port), ("aliyun-embedding", embedder.port)]
        try await GatewayFixture.run(setup.text) { gateway in
            for (question, expected) in [
                ("星星是什么", "miss"), ("什么是星星", "semantic-hit"), ("星星通常指什么", "semantic-hit"),
                ("How do I bake bread?", "miss"),
            ] {
                let answer = try await ChatQuestion(question: question, model: "qwen-max").ask(gateway.port)
                #expect(answer.status == 200 && answer.cache == expected, "\(question)")
                #expect(answer.content == "星星是发光的天体。")
                try await gateway.expectNothingAlive()
            }
        }
        #expect(model.requests.count == 2 && vectors.vectors.all.count == 2)
        #expect(embedder.requests.allSatisfy { $0.body.contains(#""text-embedding-v3""#) })
        for server in [store, embedder, model] { await server.stop() }
    }

    @Test("the current form's example, its placeholders filled in, with both tiers")
    func basic() async throws {
        let redis = try await RedisServer.start()
        var example = try self.example("basic")
        for (placeholder, value) in [
            ("[Your Key]", "sk-embedding"), ("[Your Collection ID]", "questions"), ("[Your domain]", Self.vectorHost),
            ("[Your key]", "sk-vector"), ("6379", "\(redis.port)"), ("timeout: 100", "timeout: 60000"),
        ] {
            #expect(example.contains(placeholder))
            example = example.replacingOccurrences(of: placeholder, with: value)
        }
        let vectors = DashVectorDouble(
            collection: "questions",
            key: "sk-vector",
            host: Self.vectorHost,
            dimensions: 1024
        )
        let store = try await ScriptedUpstream.start(vectors)
        // The default threshold of the reference accepts every neighbour.
        example = example.replacingOccurrences(
            of: "      vector:\n",
            with: "      vector:\n        threshold: 0.12\n        servicePort: \(store.port)\n"
        )
        let embedder = try await ScriptedUpstream.start(
            DashScopeEmbeddingDouble(key: "sk-embedding", vector: Self.vector)
        )
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "an answer") }
        var setup = CacheSetup(model: model, redis: redis, config: example)
        setup.localServices = [("my_dashvector", store.port), ("my_dashscope", embedder.port)]
        try await GatewayFixture.run(setup.text) { gateway in
            for (question, expected) in [
                ("星星是什么", "miss"), ("星星是什么", "hit"), ("什么是星星", "semantic-hit"), ("什么是星星", "hit"),
            ] {
                let answer = try await ChatQuestion(question: question).ask(gateway.port)
                #expect(answer.status == 200 && answer.cache == expected, "\(question)")
                try await gateway.expectNothingAlive()
            }
        }
        #expect(embedder.requests.allSatisfy { $0.body.contains(#""text-embedding-v2""#) })
        for server in [store, embedder, model] { await server.stop() }
    }

    @Test("the legacy form's example")
    func legacy() async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "an \"answer\"") }
        var setup = CacheSetup(model: model, redis: redis)
        // Two seconds may be too short for a machine that stops now and then.
        let example = try self.example("legacy")
        #expect(example.contains("timeout: 2000"))
        setup.config = example.replacingOccurrences(of: "timeout: 2000", with: "timeout: 60000")
        try await GatewayFixture.run(setup.text) { gateway in
            for (streams, expected) in [(false, "miss"), (false, "hit"), (true, "hit")] {
                let answer = try await ChatQuestion(question: "q", streams: streams).ask(gateway.port)
                #expect(answer.status == 200 && answer.cache == expected && answer.content == "an \"answer\"")
                try await gateway.expectNothingAlive()
            }
        }
        #expect(model.requests.count == 1)
        await model.stop()
    }
}
