import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("ai-statistics over a socket")
struct AIStatisticsSocketTests {
    private static let usage = #""usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}"#
    private static let whole = ScriptedUpstream.Answer(
        headers: ["content-type": "application/json"],
        body: #"{"id":"c","model":"m","choices":[{"message":{"content":"A"}}],\#(usage)}"#
    )
    private static let streamed = ScriptedUpstream.Answer(
        headers: ["content-type": "text/event-stream"],
        parts: [
            "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"A\"}}]}\n\n",
            "data: {\"choices\":[],\(usage)}\n\n", "data: [DONE]\n\n",
        ]
    )

    @Test(arguments: [false, true])
    func answersAreCountedAndLogged(_ streams: Bool) async throws {
        let upstream = try await ScriptedUpstream.start { _ in streams ? Self.streamed : Self.whole }
        let log = try AccessLogFile()
        let configuration = proxying(
            to: upstream,
            extra: """
                admin: { address: "127.0.0.1:0" }
                filters:
                \(log.entry)
                  - filter: ai-statistics
                    config: { attributes: [{ key: answer, apply_to_log: true }] }
                """
        )
        try await GatewayFixture.run(configuration) { gateway in
            let request = FilterExchange.Request(body: #"{"model":"m","messages":[{"role":"user","content":"Q"}]}"#)
            let answer = try await ReceivedAnswer.of(gateway.port, request.text)
            #expect(answer.body == (streams ? Self.streamed : Self.whole).parts.joined())
            let line = try #require(try await log.lines(1).first)
            let said = try #require(line.object("ai_log"))
            #expect(
                said["model"] as? String == "m" && said["total_token"] as? Int == 21 && said["answer"] as? String == "A"
            )
            #expect(said["response_type"] as? String == (streams ? "stream" : "normal"))
            #expect((said["llm_first_token_duration"] != nil) == streams && said["llm_service_duration"] is Int)
            let metrics = try await ReceivedAnswer.of(
                try gateway.adminPort(),
                "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            ).body
            let labels = #"{route="all",service="up.static",model="m",consumer="none"}"#
            for (name, value) in [
                ("ai_requests", 1), ("ai_input_tokens", 9), ("ai_output_tokens", 12),
                ("ai_stream_requests", streams ? 1 : 0),
            ] {
                #expect(metrics.contains("sluice_\(name)_total\(labels) \(value)\n"), "\(name)")
            }
            #expect(metrics.contains("sluice_ai_service_duration_seconds_count\(labels) 1\n"))
        }
        await upstream.stop()
    }
}
