import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("A long answer comes whole from every store")
struct LongAnswerTests {
    @Test(arguments: ["redis", "memory"], [150_000, 300_000, 900_000])
    func aHitIsAsLongAsTheMiss(store: String, length: Int) async throws {
        let text = String(repeating: "0123456789", count: length / 10)
        let message = #"{"role":"assistant","content":"\#(text)"}"#
        let body = #"{"choices":[{"index":0,"message":\#(message),"finish_reason":"stop"}]}"#
        let upstream = try await ScriptedUpstream.start { _ in
            .init(headers: ["content-type": "application/json"], body: body)
        }
        let redis = try await RedisServer.start()
        let cache =
            store == "redis" ? "{ type: redis, serviceName: my-redis.static, timeout: 60s }" : "{ type: memory }"
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: "\(upstream.endpoint)" }
              - { name: my-redis, type: static, domain: "127.0.0.1:\(redis.port)" }
            routes:
              - { name: all, service: up.static }
            filters:
              - { filter: ai-cache, config: { cache: \(cache) } }
            """
        try await GatewayFixture.run(configuration) { gateway in
            let question = #"{"messages":[{"role":"user","content":"long"}]}"#
            for expected in ["miss", "hit", "hit"] {
                let client = try await RawClient.connect(port: gateway.port)
                try await client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(question.utf8.count)\r\nConnection: close\r\n\r\n" + question
                )
                let answer = try await client.readToEnd()
                #expect(answer.contains("x-sluice-cache: \(expected)\r\n"))
                #expect(answer.contains(text))
                await client.close()
                try await gateway.expectNothingAlive()
            }
        }
        await upstream.stop()
    }
}
