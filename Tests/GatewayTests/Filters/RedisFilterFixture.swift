import NIOHTTP1
import TestSupport
import Testing

/// A gateway with filters that count in a real Redis server, in front of a model.
struct RedisFilterFixture {
    let gateway: GatewayFixture
    let redis: RedisServer
    let probe: RedisProbe
    let model: ScriptedUpstream

    /// Runs `body` with a gateway.
    ///
    /// - Parameters:
    ///   - filters: The items of `filters` after `key-auth`, which knows alice, bob and boss by their names; the server is
    ///     `store.static`.
    ///   - script: The model.
    static func run(
        _ filters: String,
        _ script: @escaping ScriptedUpstream.Script = { _ in RedisFilterFixture.answer(tokens: 30) },
        _ body: (RedisFilterFixture) async throws -> Void
    ) async throws {
        let redis = try await RedisServer.start()
        let probe = try await RedisProbe.connect(redis)
        let model = try await ScriptedUpstream.start(script)
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
              - { name: llm, type: static, domain: "\(model.endpoint)" }
              - { name: store, type: static, domain: "127.0.0.1:\(redis.port)" }
            routes:
              - { name: chat, match: { path: { prefix: /v1/ } }, service: llm.static }
            filters:
              - filter: key-auth
                config:
                  keys: [x-key]
                  consumers: [{ name: alice, credential: alice }, { name: bob, credential: bob }, { name: boss, credential: boss }]
            \(filters)
            """
        try await GatewayFixture.run(configuration) { gateway in
            try await body(RedisFilterFixture(gateway: gateway, redis: redis, probe: probe, model: model))
        }
        await probe.close()
        await model.stop()
    }

    /// A model's answer that took so many tokens.
    static func answer(tokens: Int) -> ScriptedUpstream.Answer {
        .init(
            headers: ["content-type": "application/json"],
            body:
                #"{"choices":[{"message":{"role":"assistant","content":"Fine."},"finish_reason":"stop"}],"usage":{"total_tokens":\#(tokens)}}"#
        )
    }

    /// Asks as a consumer, and waits until nothing goes on in the gateway any more.
    func ask(
        _ consumer: String,
        _ suffix: String = "",
        method: String = "POST",
        fields: String = "content-type: application/json\r\n",
        body: String = #"{"model":"m","messages":[{"role":"user","content":"q"}]}"#
    ) async throws -> ReceivedAnswer {
        let request = FilterExchange.Request(
            method: method,
            path: "/v1/chat/completions\(suffix)",
            fields: "x-key: \(consumer)\r\n\(fields)",
            body: body
        )
        let answer = try await ReceivedAnswer.of(self.gateway.port, request.text)
        try await self.gateway.expectNothingAlive()
        return answer
    }
}
