import FilterAPI
import Foundation
import Gateway
import TestSupport
import Testing

/// Questions and answers of which the encoder in this process sees only the front.
@Suite("Texts longer than the model sees")
struct LongTextTests {
    /// A model that sees 38 tokens, two of which stand around every text.
    private static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("SentenceEncoderTests/Models/bert-f32").path
    /// The 36 tokens that are left.
    private static let front = String(repeating: "the cat ", count: 18)

    private func setup(_ upstream: ScriptedUpstream, embedding: String = "", vector: String, more: String = "")
        -> CacheSetup
    {
        var setup = CacheSetup(model: upstream)
        setup.config =
            "{ cache: { type: memory }, embedding: { type: local, path: \"\(Self.model)\", timeout: 300s\(embedding) }, "
            + "vector: { type: memory, \(vector) }\(more) }"
        return setup
    }

    private func ask(_ question: String, _ gateway: GatewayFixture) async throws -> String? {
        let answer = try await ChatQuestion(question: question).ask(gateway.port)
        try await gateway.expectNothingAlive()
        return answer.cache
    }

    @Test(
        "questions that differ only behind what the model sees are misses, unless their front may stand for them",
        arguments: [("", ["miss", "miss", "hit"], 2), (", longer: truncate", ["miss", "semantic-hit", "hit"], 0)]
    )
    func questions(embedding: String, statuses: [String], longer: Int) async throws {
        let upstream = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "on the mat") }
        let setup = self.setup(upstream, embedding: embedding, vector: "threshold: 0.99, thresholdRelation: gt")
        try await GatewayFixture.run(setup.text) { gateway in
            var found: [String] = []
            for end in ["sat", "ran", "sat"] { found.append(try await self.ask(Self.front + end, gateway) ?? "-") }
            #expect(found == statuses)
            let metrics = gateway.server.surroundings.metrics
            func lookups(_ result: String) -> Int {
                metrics.counter("ai_cache_lookups_total", "", labels: [("result", result)]).value
            }
            #expect(metrics.counter("ai_cache_encoder_longer_total", "").value == longer)
            #expect(metrics.counter("ai_cache_uploaded_total", "").value == (longer == 0 ? 1 : 0))
            #expect(lookups("error") == 0 && lookups("miss") == statuses.filter { $0 == "miss" }.count)
        }
        await upstream.stop()
    }

    @Test("answers that differ only behind what the model sees are undecided", arguments: ["", ", longer: truncate"])
    func answers(embedding: String) async throws {
        let upstream = try await ScriptedUpstream.start { request in
            ModelAnswer.fitting(request, Self.front + (request.body.contains("star!!") ? "sat" : "ran"))
        }
        let setup = self.setup(
            upstream,
            embedding: embedding,
            vector: "maxErrorRate: 0.5, verification: { minLabels: 4, exploration: 0 }",
            more: ", compare: { method: similar, threshold: 0.5 }"
        )
        try await GatewayFixture.run(setup.text) { gateway in
            let statuses = [
                try await self.ask("what is a star!", gateway), try await self.ask("what is a star!!", gateway),
            ]
            #expect(statuses == ["miss", "miss"])
            let metrics = gateway.server.surroundings.metrics
            func compared(_ result: String) -> Int {
                metrics.counter("ai_cache_comparisons_total", "", labels: [("result", result)]).value
            }
            #expect(await eventually { compared("undecided") == 1 })
            #expect(compared("same") == 0 && compared("different") == 0)
        }
        await upstream.stop()
    }
}
