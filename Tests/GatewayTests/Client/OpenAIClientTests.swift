import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("OpenAI's own client")
struct OpenAIClientTests {
    private struct Order: Encodable {
        struct Request: Encodable {
            let question: String
            let model: String
            let stream: Bool
        }
        let base_url: String
        let api_key: String
        let requests: [Request]
    }

    private struct Outcome: Decodable {
        let status: Int
        var cache: String?
        var type: String?
        var object: String?
        var id: String?
        var model: String?
        var role: String?
        var finish_reason: String?
        var content: String?
        var total_tokens: Int?
        var error: String?
    }

    @Test("gets the same answer from the model and from the cache, in either form")
    func sameAnswers() async throws {
        let texts = nastyTexts
        let model = try await ScriptedUpstream.start { request in
            let index = texts.indices.first { request.body.contains("question \($0)!") } ?? 0
            return ModelAnswer.fitting(request, texts[index])
        }
        let modes = [false, false, true, true, true, false]
        let requests = texts.indices.flatMap { index in
            modes.enumerated().map { position, stream in
                Order.Request(question: "question \(index)!", model: position < 3 ? "first" : "second", stream: stream)
            }
        }
        try await GatewayFixture.run(CacheSetup(model: model, filters: Self.auth).text) { gateway in
            let outcomes = try await self.run(gateway.port, "key", requests)
            try #require(outcomes.count == requests.count)
            for (number, outcome) in outcomes.enumerated() {
                let text = texts[number / modes.count]
                let position = number % modes.count
                #expect(outcome.status == 200)
                #expect(
                    outcome.cache == (position % 3 == 0 ? "miss" : "hit"),
                    "text \(number / modes.count), \(position)"
                )
                #expect(
                    outcome.content.map { Array($0.utf8) } == Array(text.utf8),
                    "text \(number / modes.count), \(position)"
                )
                #expect(outcome.type == (modes[position] ? "ChatCompletionChunk" : "ChatCompletion"))
                #expect(outcome.object == (modes[position] ? "chat.completion.chunk" : "chat.completion"))
                #expect(outcome.id == "chatcmpl-1" && outcome.model == "m-1")
                #expect(outcome.role == "assistant" && outcome.finish_reason == "stop")
                if position < 2 { #expect(outcome.total_tokens == 7) }
            }
        }
        #expect(model.requests.count == 2 * texts.count)
        await model.stop()
    }

    @Test("understands that it may not ask, and that there is no model")
    func errors() async throws {
        let refusing = try RefusingPort()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let setup = CacheSetup(model: model, filters: Self.auth).text
        let question = [Order.Request(question: "q", model: "m", stream: false)]
        try await GatewayFixture.run(setup) { gateway in
            let outcome = try #require(try await self.run(gateway.port, "wrong", question).first)
            #expect(outcome.status == 401 && outcome.error == "AuthenticationError")
        }
        let dead = setup.replacingOccurrences(of: model.endpoint, with: "127.0.0.1:\(refusing.port)")
        try await GatewayFixture.run(dead) { gateway in
            let outcome = try #require(try await self.run(gateway.port, "key", question).first)
            #expect(outcome.status == 503 && outcome.error == "InternalServerError")
        }
        #expect(model.requests.isEmpty)
        await model.stop()
    }

    private static let auth =
        "  - filter: key-auth\n    config: { keys: [authorization], in_query: false, consumers: [{ name: a, credential: key }] }"

    private func run(_ port: Int, _ key: String, _ requests: [Order.Request]) async throws -> [Outcome] {
        let order = Order(base_url: "http://127.0.0.1:\(port)/v1", api_key: key, requests: requests)
        let outcome = try await ChildProcess.run(
            try Tools.python(),
            [Tools.file("Python/openai_chat.py")],
            environment: ["PYTHONIOENCODING": "utf-8", "NO_PROXY": "127.0.0.1"],
            input: String(decoding: try JSONEncoder().encode(order), as: UTF8.self),
            within: 300
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try JSONDecoder().decode([Outcome].self, from: Data(outcome.output.utf8))
    }
}
