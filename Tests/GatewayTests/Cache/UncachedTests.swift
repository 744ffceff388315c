import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// An exchange, and whether its answer may be kept.
struct Exchange: Sendable, CustomTestStringConvertible {
    let name: String
    let answer: ScriptedUpstream.Answer
    var streams = false
    var body: String?
    var fields = ""
    var config = "{ cache: { type: memory } }"
    var testDescription: String { self.name }

    /// A JSON answer.
    static func json(
        _ name: String,
        _ body: String,
        status: Int = 200,
        headers: HTTPHeaders = ["content-type": "application/json"],
        streams: Bool = false
    ) -> Exchange {
        Exchange(name: name, answer: .init(status: status, headers: headers, body: body), streams: streams)
    }

    /// A JSON answer with one choice.
    static func choice(_ name: String, _ choice: String) -> Exchange {
        self.json(name, #"{"id":"i","choices":[\#(choice)]}"#)
    }

    /// An answer of events; each is followed by an empty line.
    static func events(
        _ name: String,
        _ events: [String],
        isCutOff: Bool = false,
        headers: HTTPHeaders = ["content-type": "text/event-stream"]
    ) -> Exchange {
        var answer = ScriptedUpstream.Answer(headers: headers, parts: events)
        answer.isCutOff = isCutOff
        return Exchange(name: name, answer: answer, streams: true)
    }

    /// A request with a good answer.
    static func request(_ name: String, _ body: String? = nil, fields: String = "", config: String? = nil) -> Exchange {
        var exchange = Exchange(name: name, answer: ModelAnswer.json("answer"), body: body, fields: fields)
        if let config { exchange.config = config }
        return exchange
    }

    private static let good = ModelAnswer.event(#"{"content":"answer"}"#)
    private static let stop = ModelAnswer.event("{}", finish: #""stop""#)
    private static let done = "data: [DONE]\n\n"

    static let unstored: [Exchange] = [
        .json("status 201", ModelAnswer.json("answer").parts[0], status: 201),
        .json("status 500", ModelAnswer.json("answer").parts[0], status: 500),
        .json("another content type", ModelAnswer.json("answer").parts[0], headers: ["content-type": "text/plain"]),
        .json("JSON for a stream", ModelAnswer.json("answer").parts[0], streams: true),
        .json("JSON cut short", #"{"choices":[{"message":{"content":"answer"},"finish_reason":"stop"}"#),
        .json("no JSON", "answer"),
        .json(
            "an error object",
            #"{"error":{"message":"m"},"choices":[{"message":{"content":"answer"},"finish_reason":"stop"}]}"#
        ),
        .json("no choice", #"{"choices":[]}"#),
        .json(
            "two choices",
            #"{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"},{"index":1,"message":{"content":"b"},"finish_reason":"stop"}]}"#
        ),
        .json(
            "a response that must not be stored",
            ModelAnswer.json("answer").parts[0],
            headers: ["content-type": "application/json", "cache-control": "private, no-store"]
        ),
        .choice("cut at the limit of tokens", #"{"message":{"content":"answer"},"finish_reason":"length"}"#),
        .choice("filtered content", #"{"message":{"content":"answer"},"finish_reason":"content_filter"}"#),
        .choice("tool calls", #"{"message":{"content":"answer","tool_calls":[{"id":"c"}]},"finish_reason":"stop"}"#),
        .choice("stopped for tool calls", #"{"message":{"content":"answer"},"finish_reason":"tool_calls"}"#),
        .choice(
            "a function call",
            #"{"message":{"content":"answer","function_call":{"name":"f"}},"finish_reason":"stop"}"#
        ),
        .choice("a refusal", #"{"message":{"content":"answer","refusal":"no"},"finish_reason":"stop"}"#),
        .choice("blank text", #"{"message":{"content":" \n\t"},"finish_reason":"stop"}"#),
        .choice("empty text", #"{"message":{"content":""},"finish_reason":"stop"}"#),
        .choice("no text", #"{"message":{"content":null},"finish_reason":"stop"}"#),
        .events("a stream without end", [good]),
        .events("a stream that breaks off", [good], isCutOff: true),
        .events(
            "a stream with an error event",
            [good, "event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n", done]
        ),
        .events("a stream with an error object", [good, "data: {\"error\":{\"message\":\"m\"}}\n\n", done]),
        .events("a stream cut at the limit of tokens", [good, ModelAnswer.event("{}", finish: #""length""#), done]),
        .events("a stream with tool calls", [good, ModelAnswer.event(#"{"tool_calls":[{"index":0}]}"#), stop, done]),
        .events("a stream of nothing", [ModelAnswer.event(#"{"content":"  "}"#), stop, done]),
        .events("a stream of no JSON", ["data: answer\n\n", done]),
        .request("a client that forbids it", fields: "Cache-Control: no-store\r\n"),
        .request("a client that leaves the cache out", fields: "x-higress-skip-ai-cache: on\r\n"),
        .request("invalid JSON", #"{"messages":[{"role":"user","content":"q"}]"#),
        .request("a name twice", #"{"messages":[{"content":"p"}],"messages":[{"role":"user","content":"q"}]}"#),
        .request("an empty question", #"{"messages":[{"role":"user","content":""}]}"#),
        .request("no question", #"{"prompt":"q"}"#),
        .request("a body over the limit", config: "{ cache: { type: memory }, maxBodyBytes: 20B }"),
        .request("an answer over the limit", config: "{ cache: { type: memory }, maxEntryBytes: 20B }"),
        .request("caching switched off", config: "{ cacheKeyStrategy: disabled }"),
    ]

    static let stored: [Exchange] = [
        .choice("no finish_reason", #"{"message":{"content":"answer"}}"#),
        .json(
            "JSON with a charset",
            ModelAnswer.json("answer").parts[0],
            headers: ["content-type": "application/json; charset=utf-8"]
        ),
        .events("a stream without finish_reason", [good, done]),
        .events("a stream without [DONE]", [good, stop]),
        .events("comments between events", [": hello\n\n", good, ": ping\n\n", stop, done]),
        .events(
            "CRLF, ids, names and data in two lines",
            [
                "id: 1\r\nevent: message\r\nretry: 5\r\ndata: {\"choices\":[{\"index\":0,\r\ndata: \"delta\":{\"content\":\"answer\"}}]}\r\n\r\n",
                "data:[DONE]\r\n\r\n",
            ]
        ),
        .events("events cut anywhere", (good + stop + done).map { String($0) }),
        .events(
            "a usage event behind",
            [good, stop, "data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n", done]
        ),
        .events("a role first", [ModelAnswer.event(#"{"role":"assistant"}"#), good, stop, done]),
        .events("all events at once", [good + stop + done]),
    ]
}

@Suite("An answer")
struct UncachedTests {
    @Test("that may not be kept is asked for again", arguments: Exchange.unstored)
    func unstored(_ exchange: Exchange) async throws {
        try await self.ask(exchange) { gateway, request, model in
            for count in 1...2 {
                let answer = try await ReceivedAnswer.of(gateway.port, request)
                #expect(answer.status == exchange.answer.status)
                if !exchange.answer.isCutOff { #expect(answer.body == exchange.answer.parts.joined()) }
                #expect(answer["x-sluice-cache"] != "hit")
                #expect(model.requests.count == count)
                try await gateway.expectNothingAlive()
            }
        }
    }

    @Test("that is complete is kept, in whatever form it came", arguments: Exchange.stored)
    func stored(_ exchange: Exchange) async throws {
        try await self.ask(exchange) { gateway, request, model in
            let miss = try await ReceivedAnswer.of(gateway.port, request)
            #expect(miss["x-sluice-cache"] == "miss" && miss.body == exchange.answer.parts.joined())
            try await gateway.expectNothingAlive()
            let hit = ChatAnswer(answer: try await .of(gateway.port, request))
            #expect(hit.cache == "hit" && hit.content == "answer", "\(hit.answer.body)")
            #expect(model.requests.count == 1)
        }
    }

    private func ask(
        _ exchange: Exchange,
        _ body: (GatewayFixture, String, ScriptedUpstream) async throws -> Void
    ) async throws {
        let model = try await ScriptedUpstream.start { _ in exchange.answer }
        let question = ChatQuestion(question: "what?", streams: exchange.streams)
        let request = chatRequest(exchange.body ?? question.body, fields: exchange.fields)
        try await GatewayFixture.run(CacheSetup(model: model, config: exchange.config).text) { gateway in
            try await body(gateway, request, model)
        }
        await model.stop()
    }
}
