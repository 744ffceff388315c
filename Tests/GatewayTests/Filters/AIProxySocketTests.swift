import NIOHTTP1
import TestSupport
import Testing

@Suite("ai-proxy over a socket")
struct AIProxySocketTests {
    private static let question = #"{"model":"gpt-4o","messages":[{"role":"user","content":"q"}]}"#
    private static let answer = #"{"id":"a","choices":[{"message":{"content":"Fine."}}],"usage":{"total_tokens":7}}"#
    private static let claude =
        #"{"id":"c","model":"m","content":[{"type":"text","text":"Fine."}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"#
    private static let json: HTTPHeaders = ["content-type": "application/json"]
    private static let fields = "content-type: application/json\r\nauthorization: Bearer client\r\n"

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let provider: String
        var path = "/v1/chat/completions"
        var body = AIProxySocketTests.question
        let status: Int
        /// What the answer holds.
        let holds: String
        var details = "via_upstream"
        /// `Host`, path and credential of the calls that the provider gets.
        var calls: [String] = []
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a provider with OpenAI's API",
            provider: "{ type: openai, apiTokens: [good], modelMapping: { gpt-*: m } }",
            status: 200,
            holds: #""total_tokens":7"#,
            calls: ["api.openai.com /v1/chat/completions Bearer good"]
        ),
        Case(
            testDescription: "a provider in another form",
            provider: "{ type: claude, apiTokens: [good], modelMapping: { '*': m } }",
            status: 200,
            holds: #""content":"Fine.""#,
            calls: ["api.anthropic.com /v1/messages good"]
        ),
        Case(
            testDescription: "a token that is refused, and another one",
            provider:
                "{ type: qwen, apiTokens: [bad, bad, bad, good], retryOnFailure: { enabled: true, maxRetries: 3 } }",
            status: 200,
            holds: #""total_tokens":7"#
        ),
        Case(
            testDescription: "a token that is refused",
            provider: "{ type: deepseek, apiTokens: [bad] }",
            status: 401,
            holds: "wrong key",
            calls: ["api.deepseek.com /v1/chat/completions Bearer bad"]
        ),
        Case(
            testDescription: "a token that is refused twice",
            provider: "{ type: deepseek, apiTokens: [bad], retryOnFailure: { enabled: true } }",
            status: 401,
            holds: "wrong key",
            calls: [String](repeating: "api.deepseek.com /v1/chat/completions Bearer bad", count: 2)
        ),
        Case(
            testDescription: "a path that is no call",
            provider: "{ type: openai, apiTokens: [good] }",
            path: "/other",
            status: 404,
            holds: "ai-proxy.unknown_api",
            details: "ai-proxy.unknown_api"
        ),
        Case(
            testDescription: "a call that the provider does not have",
            provider: "{ type: claude, apiTokens: [good] }",
            path: "/v1/embeddings",
            status: 404,
            holds: "ai-proxy.unsupported_api",
            details: "ai-proxy.unsupported_api"
        ),
        Case(
            testDescription: "a body that is no object",
            provider: "{ type: openai, apiTokens: [good] }",
            body: "[1",
            status: 400,
            holds: "ai-proxy.bad_request",
            details: "ai-proxy.bad_request"
        ),
    ]

    @Test(arguments: cases)
    func aCallGoesToItsProvider(_ example: Case) async throws {
        let found = try await FilterExchange.of(
            FilterExchange.Request(path: example.path, fields: Self.fields, body: example.body),
            through: "  - { filter: ai-proxy, config: { provider: \(example.provider) } }"
        ) { Self.answer($0) }
        #expect(found.answer.status == example.status && found.answer.isComplete, "\(found.answer.body)")
        #expect(found.answer.body.contains(example.holds), "\(found.answer.body)")
        #expect(found.line.details == example.details)
        let calls = found.received.map(Self.summary)
        if example.calls.isEmpty {
            #expect(calls.isEmpty == (example.details != "via_upstream"))
        } else {
            #expect(calls == example.calls)
        }
        #expect(!calls.contains { $0.contains("client") })
        for token in ["good", "bad"] { #expect(!found.messages.contains { $0.contains(token) }) }
    }

    @Test func aTokenThatFailsIsLeftOut() async throws {
        let model = try await ScriptedUpstream.start { Self.answer($0) }
        let provider = """
            { type: openai, apiTokens: [good, bad], failover: { enabled: true, failureThreshold: 2, cooldownDuration: 3600000 } }
            """
        let filters = "filters: [{ filter: ai-proxy, config: { provider: \(provider) } }]"
        try await GatewayFixture.run(proxying(to: model, extra: filters)) { gateway in
            let request = FilterExchange.Request(fields: Self.fields, body: Self.question)
            var refused = 0
            for _ in 0..<200 {
                let answer = try await ReceivedAnswer.of(gateway.port, request.text)
                if answer.status == 401 { refused += 1 }
            }
            #expect(refused == 2)
        }
        await model.stop()
    }

    private static func answer(_ request: ScriptedUpstream.Request) -> ScriptedUpstream.Answer {
        guard self.summary(request).hasSuffix("good") else { return .init(status: 401, body: "wrong key") }
        return .init(headers: self.json, body: request.uri == "/v1/messages" ? self.claude : self.answer)
    }

    private static func summary(_ request: ScriptedUpstream.Request) -> String {
        let credential = request.headers["authorization"] + request.headers["x-api-key"]
        return ([request.headers["host"].first ?? "", request.uri] + credential).joined(separator: " ")
    }
}
