import NIOHTTP1
import TestSupport
import Testing

@Suite("model-router and model-mapper over a socket")
struct ModelFilterSocketTests {
    private static let router =
        "  - { filter: model-router, config: { modelToHeader: x-higress-llm-model, addProviderHeader: x-provider } }"
    private static let mapper =
        #"  - { filter: model-mapper, config: { modelMapping: { "gpt-4-*": qwen-max, gpt-4o: qwen-vl-plus, "*": qwen-turbo } } }"#

    @Test(
        arguments: [
            ("dashscope/qwen-long", ["dashscope/qwen-long"], ["dashscope"], "qwen-long"),
            ("qwen-long", ["qwen-long"], [], "qwen-long"),
        ]
    )
    func router(_ model: String, _ header: [String], _ provider: [String], _ forwarded: String) async throws {
        let request = FilterExchange.Request(
            fields: "content-type: application/json\r\nx-provider: spoofed\r\n",
            body: #"{ "model": "\#(model)", "temperature": 0.70, "messages": [] }"#
        )
        let received = try #require(try await FilterExchange.of(request, through: Self.router).received.first)
        #expect(received.headers["x-higress-llm-model"] == header && received.headers["x-provider"] == provider)
        #expect(received.body == #"{ "model": "\#(forwarded)", "temperature": 0.70, "messages": [] }"#)
        #expect(received.headers["content-length"] == ["\(received.body.utf8.count)"])
    }

    @Test func routesAreSelectedByTheModel() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.headers["x-route"].joined()) }
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes:
              - name: large
                match: { headers: [{ name: x-higress-llm-model, exact: large }] }
                service: up.static
                requestHeaders: { set: { x-route: large } }
              - { name: rest, service: up.static, requestHeaders: { set: { x-route: rest } } }
            filters: [{ filter: model-router }]
            """
        try await GatewayFixture.run(configuration) { gateway in
            for (model, route) in [("large", "large"), ("small", "rest")] {
                let request = FilterExchange.Request(body: #"{"model":"\#(model)"}"#)
                let answer = try await ReceivedAnswer.of(gateway.port, request.text)
                #expect(answer.body == route)
            }
        }
        await upstream.stop()
    }

    @Test(arguments: [("gpt-4o", "qwen-vl-plus"), ("gpt-4-turbo", "qwen-max"), ("other", "qwen-turbo")])
    func mapper(_ model: String, _ target: String) async throws {
        let body = #"{"model":"\#(model)","messages":[{"role":"user","content":"Ünïcode"}],"n":1.0}"#
        let received = try #require(try await FilterExchange.of(.init(body: body), through: Self.mapper).received.first)
        #expect(received.body == body.replacing(model, with: target))
    }

    @Test(arguments: ["model-router", "model-mapper"])
    func longBodies(_ filter: String) async throws {
        let filters = "  - { filter: \(filter), config: { maxBodyBytes: 8 } }"
        #expect(try await FilterExchange.of(.init(body: #"{"model":"m"}"#), through: filters).answer.status == 413)
    }
}
