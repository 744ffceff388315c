import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let json: HeaderFields = ["content-type": "application/json"]

@Suite struct ModelMapperTests {
    static let mapping: ConfigurationNode = [
        "modelMapping": [
            "gpt-*": "short", "gpt-4-*": "qwen-max", "gpt-4o": "qwen-vl-plus", "keep-*": "", "*": "qwen-turbo",
        ]
    ]

    @Test(
        arguments: [
            (#"{"model": "gpt-4o", "n": 1.0}"#, #"{"model": "qwen-vl-plus", "n": 1.0}"#),
            (#"{"model":"gpt-4-turbo"}"#, #"{"model":"qwen-max"}"#), (#"{"model":"gpt-4"}"#, #"{"model":"short"}"#),
            (#"{"model":"keep-me"}"#, #"{"model":"keep-me"}"#), (#"{"model":"other"}"#, #"{"model":"qwen-turbo"}"#),
            (#"{"model":"qwen-turbo"}"#, #"{"model":"qwen-turbo"}"#), (#"{"n":1}"#, #"{"n":1,"model":"qwen-turbo"}"#),
            (#"{"model":null}"#, #"{"model":null}"#), (#"{"model":7}"#, #"{"model":7}"#), ("[1]", "[1]"),
            (#"{"model":"keep-me","model":"gpt-4o"}"#, #"{"model":"keep-me"}"#),
            (#"{"model":"gpt-4o","model":"keep-me"}"#, #"{"model":"qwen-vl-plus"}"#), (#"{"model":"#, #"{"model":"#),
        ],
        [Chunking.whole, .bytes(1)]
    )
    func modelsAreReplaced(_ given: (body: String, forwarded: String), _ chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(ModelMapper.self, config: Self.mapping)], chunking: chunking)
        await gateway.send(TestRequest(.post, "/v1/chat/completions", headers: json, body: given.body))
        #expect(gateway.upstreamRequests.map(\.text) == [given.forwarded])
        #expect(gateway.isIdle)
    }

    @Test(arguments: [("/v1/files", "application/json"), ("/v1/chat/completions", "text/plain")])
    func otherRequestsPass(_ path: String, _ type: String) async throws {
        let gateway = try TestGateway(filters: [.init(ModelMapper.self, config: Self.mapping)])
        await gateway.send(TestRequest(.post, path, headers: ["content-type": type], body: #"{"model":"gpt-4o"}"#))
        #expect(gateway.upstreamRequests.map(\.text) == [#"{"model":"gpt-4o"}"#])
    }

    @Test func itRunsAfterTheRouter() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(ModelMapper.self, config: Self.mapping),
                .init(ModelRouter.self, config: ["addProviderHeader": "x-p"]),
            ]
        )
        await gateway.send(
            TestRequest(.post, "/v1/chat/completions", headers: json, body: #"{"model":"openai/gpt-4o"}"#)
        )
        #expect(gateway.upstreamRequests[0].text == #"{"model":"qwen-vl-plus"}"#)
        #expect(gateway.upstreamRequests[0].headers["x-p"] == "openai")
    }

    @Test func longBodiesAreRefused() async throws {
        let gateway = try TestGateway(filters: [.init(ModelMapper.self, config: ["maxBodyBytes": 8])])
        let request = TestRequest(.post, "/v1/chat/completions", headers: json, body: #"{"model":"m"}"#)
        #expect(await gateway.send(request).status == 413)
    }

    @Test(
        arguments: [
            (["modelMapping": ["a"]], "expected a mapping of names to strings"),
            (["modelMapping": ["": "x"]], "found an empty name"),
            (["modelMappings": [:]], #"unknown key "modelMappings"; did you mean "modelMapping"?"#),
            (["modelKey": "a.#"], "expected names with dots between them"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: ModelMapper.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
