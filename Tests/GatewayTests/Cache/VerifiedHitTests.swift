import Foundation
import TestSupport
import Testing

@Suite("Verified semantic hits over sockets")
struct VerifiedHitTests {
    private let vector = "type: memory, maxErrorRate: 0.5, verification: { minLabels: 4, exploration: 0 }"

    private func setup(_ model: ScriptedUpstream, vector: String? = nil, compare: String = "{ method: equal }")
        -> CacheSetup
    {
        var setup = CacheSetup(model: model, limits: "admin: { address: \"127.0.0.1:0\" }")
        setup.config =
            "{ cache: { type: memory }, embedding: { type: ngram }, vector: { \(vector ?? self.vector) }, compare: \(compare) }"
        return setup
    }

    /// The same question with other signs.
    private func wording(_ number: Int) -> ChatQuestion {
        ChatQuestion(question: "what is a star" + String(repeating: "!", count: number))
    }

    /// Asks, and waits for what happens behind the client's back.
    private func ask(_ number: Int, _ gateway: GatewayFixture) async throws -> ChatAnswer {
        let answer = try await self.wording(number).ask(gateway.port)
        try await gateway.expectNothingAlive()
        return answer
    }

    private func statistics(_ gateway: GatewayFixture) async throws -> [String: Any] {
        let request = "GET /ai-cache/stats HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        return try await ReceivedAnswer.of(try gateway.adminPort(), request).object
    }

    /// Waits until so many comparisons, which are made behind the answers, have come to that.
    private func expectComparisons(_ count: Int, _ result: String, _ gateway: GatewayFixture) async throws -> [String:
        Int]
    {
        var found: [String: Int] = [:]
        let areMade = try await eventually {
            found = try await self.statistics(gateway)["comparisons"] as? [String: Int] ?? [:]
            return found[result] == count
        }
        #expect(areMade, "\(found)")
        return found
    }

    @Test("what agrees often enough is served, and goes on being served after a restart")
    func servedAfterRestart() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-verified-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a ball of gas") }
        let path = folder.appending(path: "vectors").path
        let setup = self.setup(model, vector: self.vector + ", path: \"\(path)\"")
        try await GatewayFixture.run(setup.text) { gateway in
            for number in 1...5 { #expect(try await self.ask(number, gateway).cache == "miss") }
            #expect(try await self.ask(6, gateway).cache == "semantic-hit")
            #expect(try await self.ask(5, gateway).cache == "hit")
            let statistics = try await self.statistics(gateway)
            #expect(statistics["verified"] as? [String: Int] == ["explored": 4, "exploited": 1, "quarantines": 0])
            #expect(
                statistics["comparisons"] as? [String: Int]
                    == ["same": 4, "different": 0, "undecided": 0, "dropped": 0]
            )
            let cache = (statistics["caches"] as? [[String: Any]])?.first
            #expect(cache?["labelled"] as? Int == 1 && cache?["quarantined"] as? Int == 0)
        }
        #expect(model.requests.count == 5)
        try await GatewayFixture.run(setup.text) { gateway in
            let hit = try await self.ask(7, gateway)
            #expect(hit.cache == "semantic-hit" && hit.content == "a ball of gas")
        }
        #expect(model.requests.count == 5)
        await model.stop()
    }

    @Test(
        "an answer that is stored again after a restart keeps its labels, unless it says something else",
        arguments: [("A BALL of gas!", "semantic-hit"), ("a lump of rock", "miss")]
    )
    func storedAgain(answer: String, status: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-verified-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a ball of gas") }
        let later = try await ScriptedUpstream.start { ModelAnswer.fitting($0, answer) }
        let vector = self.vector + ", path: \"\(folder.appending(path: "vectors").path)\""
        try await GatewayFixture.run(self.setup(model, vector: vector).text) { gateway in
            for number in 1...5 {
                let miss = try await self.ask(number, gateway)
                #expect(miss.cache == "miss")
            }
        }
        try await GatewayFixture.run(self.setup(later, vector: vector).text) { gateway in
            #expect(try await self.ask(6, gateway).cache == "semantic-hit")
            var again = self.wording(1)
            again.fields = "Cache-Control: no-cache\r\n"
            #expect(try await again.ask(gateway.port).cache == "bypass")
            try await gateway.expectNothingAlive()
            #expect(try await self.ask(7, gateway).cache == status)
        }
        await model.stop()
        await later.stop()
    }

    @Test("neighbours that ask something else are not served above the bound")
    func otherMeaning() async throws {
        // Questions in whose second half another answer belongs to every wording; all of them are near each other.
        let model = try await ScriptedUpstream.start { request in
            let isOdd = request.body.contains("odd")
            return ModelAnswer.fitting(request, isOdd ? "answer \(request.body.utf8.count)" : "one answer")
        }
        let vector = "type: memory, maxErrorRate: 0.05, verification: { seed: 4 }"
        let setup = self.setup(model, vector: vector)
        try await GatewayFixture.run(setup.text) { gateway in
            var wrong = 0
            for number in 1...150 {
                let isOdd = number % 2 == 0
                var question = ChatQuestion(question: (isOdd ? "odd matter" : "what is a star"))
                question.question += String(repeating: "!", count: number)
                let answer = try await question.ask(gateway.port)
                #expect(answer.status == 200)
                let expected = isOdd ? "answer \(question.body.utf8.count)" : "one answer"
                wrong += answer.content == expected ? 0 : 1
            }
            try await gateway.expectNothingAlive()
            // 0.05 of 150 is 7.5; 16 is three deviations above.
            #expect(wrong <= 16)
            #expect(counter(gateway, "semantic_hit") > 0)
        }
        await model.stop()
    }

    @Test("a judge that hangs holds nobody up, and what is too much for it is left out")
    func hangingJudge() async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "answer \($0.body.utf8.count)") }
        let gate = AsyncStream<Void>.makeStream()
        let judge = try await ScriptedUpstream.start { _ in
            for await _ in gate.stream {}
            return ModelAnswer.json("SAME")
        }
        var setup = self.setup(
            model,
            compare: "{ method: judge, serviceName: judge.static, model: m, timeout: 600s, queue: 1 }"
        )
        setup.services = [("judge", judge.port)]
        try await GatewayFixture.run(setup.text) { gateway in
            for number in 1...6 {
                let answer = try await self.wording(number).ask(gateway.port)
                #expect(answer.status == 200 && answer.cache == "miss")
            }
            let comparisons = try await self.expectComparisons(4, "dropped", gateway)
            #expect(comparisons == ["same": 0, "different": 0, "undecided": 0, "dropped": 4])
            gate.continuation.finish()
            try await gateway.expectNothingAlive()
            _ = try await self.expectComparisons(1, "same", gateway)
        }
        await model.stop()
        await judge.stop()
    }
}
