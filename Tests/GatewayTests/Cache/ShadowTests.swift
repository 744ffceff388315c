import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("The cache that only watches")
struct ShadowTests {
    /// Questions in two wordings each; the model answers the second wording of some with something else.
    private static let topics = ["stars", "bread", "boats", "frogs", "trees", "clocks"]

    private static func answer(_ request: ScriptedUpstream.Request) -> ScriptedUpstream.Answer {
        let isSecond = request.body.contains("please")
        let changes = ["frogs", "trees"].contains { request.body.contains($0) }
        return ModelAnswer.fitting(request, isSecond && changes ? "something else entirely" : "an answer that stays")
    }

    @Test("what it observed reaches the file, the admin listener, the statistics and the report")
    func report() async throws {
        let path = try TemporaryDirectories.shared.make().appendingPathComponent("observations.jsonl").path
        let model = try await ScriptedUpstream.start(Self.answer)
        var setup = CacheSetup(model: model, limits: "admin: { address: \"127.0.0.1:0\" }")
        setup.config =
            "{ mode: shadow, observations: \(path), compare: { method: normalised }, cache: { type: memory }, "
            + "embedding: { type: ngram }, vector: { type: memory, threshold: 0.8, thresholdRelation: gte } }"
        try await GatewayFixture.run(setup.text, workers: 2) { gateway in
            for topic in Self.topics {
                for wording in ["tell me about \(topic)", "tell me about \(topic)", "please tell me about \(topic)"] {
                    let answer = try await ChatQuestion(question: wording).ask(gateway.port)
                    #expect(answer.status == 200 && answer.cache == "miss")
                    try await gateway.expectNothingAlive()
                }
            }
            let admin = "http://127.0.0.1:\(try gateway.adminPort())"
            let stats = try await self.get("/ai-cache/stats", try gateway.adminPort())
            let shadow = try #require(stats["shadow"] as? [String: Any])
            #expect((shadow["lookups"] as? [String: Int])?["exact"] == 6 && shadow["observations"] as? Int == 18)
            #expect((shadow["exact"] as? [String: Any])?["precision"] as? Double == 1)
            #expect((shadow["semantic"] as? [String: Any])?["disagreed"] as? Int == 2)
            #expect((stats["caches"] as? [[String: Any]])?.first?["mode"] as? String == "shadow")
            #expect(stats["hit_rate"] as? Double == 0)

            let asked = try await self.report(["--admin", admin])
            for report in [asked, try await self.report(fromFile: path, lookups: 18)] {
                #expect(report["lookups"] as? Int == 18 && report["compared"] as? Int == 18)
                let exact = report["exact"] as? [String: Int]
                #expect(exact == ["hits": 6, "agreed": 6, "compared": 6])
                let row = try #require((report["thresholds"] as? [[String: Any]])?.first)
                #expect(row["semanticHits"] as? Int ?? 0 >= 6 && row["compared"] as? Int ?? 0 >= 6)
            }
        }
        await model.stop()
    }

    private func get(_ path: String, _ port: Int) async throws -> [String: Any] {
        let request = "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        return try await ReceivedAnswer.of(port, request).object
    }

    private func report(_ arguments: [String]) async throws -> [String: Any] {
        let outcome = try await Sluice.run(["ai-cache", "report", "--format", "json"] + arguments)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    /// Reads the file once all of it is there: it is written behind the answers.
    private func report(fromFile path: String, lookups: Int) async throws -> [String: Any] {
        let areThere = await eventually {
            let data = FileManager.default.contents(atPath: path) ?? Data()
            return data.count { $0 == UInt8(ascii: "\n") } >= lookups
        }
        #expect(areThere)
        return try await self.report([path])
    }
}
