import Foundation
import TestSupport
import Testing

@Suite("Similar questions in Chroma")
struct ChromaCacheTests {
    /// What a test has: the servers, the collection's id, and the gateway in front.
    private struct Surroundings {
        let chroma: ChromaServer
        let collection: String
        let model: ScriptedUpstream
        let gateway: GatewayFixture

        /// Asks what has to be a miss, and waits until the collection has that many entries.
        func askAndStore(_ question: ChatQuestion, entries: Int) async throws -> ChatAnswer {
            let answer = try await question.ask(self.gateway.port)
            #expect(answer.status == 200 && answer.cache == "miss", "\(question.question.prefix(40))")
            let isStored = try await eventually { try await self.chroma.count(of: self.collection) == entries }
            #expect(isStored, "\(self.gateway.log.messages.suffix(3))")
            return answer
        }
    }

    private func run(
        _ more: String = "",
        limits: String = "",
        answer: @escaping @Sendable (ScriptedUpstream.Request) -> String = { _ in "an answer" },
        _ body: (Surroundings) async throws -> Void
    ) async throws {
        let chroma = try await ChromaServer.start()
        let collection = try await chroma.collection("questions")
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, answer($0)) }
        let embedder = try await ScriptedUpstream.start(OpenAIEmbeddingDouble(key: "sk-right-key"))
        var setup = CacheSetup(model: model, limits: limits)
        setup.services = [("chroma", chroma.port), ("embedder", embedder.port)]
        setup.config =
            "{ embedding: { type: openai, serviceName: embedder.static, apiKey: sk-right-key, timeout: 60s }, "
            + "vector: { type: chroma, serviceName: chroma.static, collectionID: \(collection), topK: 5, "
            + "threshold: 0.2, thresholdRelation: lt, timeout: 60s }\(more) }"
        try await GatewayFixture.run(setup.text) { gateway in
            try await body(Surroundings(chroma: chroma, collection: collection, model: model, gateway: gateway))
        }
        await embedder.stop()
        await model.stop()
    }

    @Test("a question in other words gets the stored answer, in either form, and one of another model does not")
    func otherWords() async throws {
        try await self.run { test in
            _ = try await test.askAndStore(ChatQuestion(question: "How far is the moon from the earth?"), entries: 1)
            for streams in [false, true] {
                let hit = try await ChatQuestion(question: "how far is the moon from the earth", streams: streams)
                    .ask(test.gateway.port)
                #expect(hit.cache == "semantic-hit" && hit.content == "an answer" && hit.isEventStream == streams)
            }
            #expect(test.model.requests.count == 1)
            let other = ChatQuestion(question: "How far is the moon from the earth?", model: "other")
            _ = try await test.askAndStore(other, entries: 2)
            _ = try await test.askAndStore(ChatQuestion(question: "Who wrote Hamlet?"), entries: 3)
        }
    }

    @Test("answers come back character for character")
    func characters() async throws {
        let texts = nastyTexts
        let answer: @Sendable (ScriptedUpstream.Request) -> String = { request in
            texts.indices.first { request.body.contains("first\($0) second\($0)") }.map { texts[$0] } ?? ""
        }
        try await self.run("", answer: answer) { test in
            for (index, text) in texts.enumerated() {
                let question = "first\(index) second\(index) third\(index)"
                _ = try await test.askAndStore(ChatQuestion(question: question), entries: index + 1)
                let hit = try await ChatQuestion(question: question.uppercased()).ask(test.gateway.port)
                #expect(hit.cache == "semantic-hit", "\(index)")
                #expect(hit.content.map { Array($0.utf8) } == Array(text.utf8), "\(index)")
            }
        }
    }

    @Test("with an empty scope a collection is shared with other gateways")
    func shared() async throws {
        try await self.run(", scope: []") { test in
            let vector = TextVector.of("who wrote hamlet").map { "\($0)" }.joined(separator: ",")
            let foreign = #"{"embeddings":[[\#(vector)]],"ids":["who wrote hamlet"],"documents":["Shakespeare"]}"#
            #expect(try await test.chroma.send("POST", "/\(test.collection)/upsert", foreign).status == 200)
            let hit = try await ChatQuestion(question: "Who wrote Hamlet?").ask(test.gateway.port)
            #expect(hit.cache == "semantic-hit" && hit.content == "Shakespeare")
            _ = try await test.askAndStore(ChatQuestion(question: "How far is \"the moon\"?"), entries: 2)
            let stored = try await test.chroma.send("POST", "/\(test.collection)/get", #"{"include":["documents"]}"#)
            #expect(stored.object["ids"] as? [String] == ["who wrote hamlet", "How far is \"the moon\"?"])
            #expect(stored.object["documents"] as? [String] == ["Shakespeare", "an answer"])
        }
    }

    @Test("operators can have an entry forgotten, or a scope, and no other")
    func purge() async throws {
        try await self.run(limits: "admin: { address: \"127.0.0.1:0\" }") { test in
            let admin = try test.gateway.adminPort()
            func delete(_ path: String) async throws -> ReceivedAnswer {
                try await .of(admin, "DELETE /ai-cache/\(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            }
            let moon = ChatQuestion(question: "How far is the moon from the earth?")
            let first = try await test.askAndStore(moon, entries: 1)
            let other = try await test.askAndStore(
                ChatQuestion(question: "Who wrote Hamlet?", model: "other"),
                entries: 2
            )
            let key = try #require(first.answer["x-sluice-cache-key"])
            for (count, status) in [(1, 200), (0, 404)] {
                let removed = try await delete("entries/\(key)")
                #expect(removed.status == status && removed.object["vectors"] as? Int == count)
            }
            #expect(try await test.chroma.count(of: test.collection) == 1)
            _ = try await test.askAndStore(moon, entries: 2)
            let stored = try await test.chroma.send("POST", "/\(test.collection)/get", #"{"include":["metadatas"]}"#)
            let metadatas = try #require(stored.object["metadatas"] as? [[String: Any]])
            let otherKey = try #require(other.answer["x-sluice-cache-key"])
            let scope = try #require(metadatas.first { $0["key"] as? String == otherKey }?["scope"] as? String)
            let removed = try await delete("entries?scope=\(scope)")
            #expect(removed.status == 200 && removed.object["vectors"] as? Int == 1)
            #expect(try await test.chroma.count(of: test.collection) == 1)
        }
    }

    @Test("when it is gone, requests go on to the model")
    func gone() async throws {
        try await self.run { test in
            try await test.chroma.kill()
            for index in 0..<5 {
                let answer = try await ChatQuestion(question: "question \(index)").ask(test.gateway.port)
                #expect(answer.status == 200 && answer.cache == "miss" && answer.content == "an answer")
            }
            #expect(test.gateway.log.messages.contains { $0.contains("vector lookup failed") })
        }
    }
}
