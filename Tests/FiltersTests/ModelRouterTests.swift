import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let json: HeaderFields = ["content-type": "application/json"]

@Suite struct ModelRouterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var config: ConfigurationNode = [:]
        var path = "/v1/chat/completions"
        var headers = json
        let body: String
        var forwarded: String?
        /// The values of `x-higress-llm-model` and `x-provider`.
        let expected: [String?]
    }

    static let provider: ConfigurationNode = ["addProviderHeader": "x-provider"]
    static let both: ConfigurationNode = ["addProviderHeader": "x-provider", "modelToHeader": "x-higress-llm-model"]
    static let auto: ConfigurationNode = [
        "autoRouting": [
            "enable": true, "defaultModel": "small",
            "rules": [["pattern": "(?i)draw|paint", "model": "painter"], ["pattern": "code", "model": "coder"]],
        ]
    ]

    static let cases: [Case] = [
        Case(testDescription: "the model as it is", body: #"{"model": "qwen-long"}"#, expected: ["qwen-long", nil]),
        Case(testDescription: "a model with escapes", body: #"{"model":"q\u0077en"}"#, expected: ["qwen", nil]),
        Case(testDescription: "a model with a slash stays whole", body: #"{"model":"a/b"}"#, expected: ["a/b", nil]),
        Case(
            testDescription: "a query behind the path",
            path: "/v1/embeddings?x=/y",
            body: #"{"model":"m"}"#,
            expected: ["m", nil]
        ),
        Case(testDescription: "another path", path: "/v1/files", body: #"{"model":"m"}"#, expected: [nil, nil]),
        Case(
            testDescription: "paths of its own",
            config: ["enableOnPathSuffix": ["/files"]],
            path: "/v1/files",
            body: #"{"model":"m"}"#,
            expected: ["m", nil]
        ),
        Case(
            testDescription: "every path",
            config: ["enableOnPathSuffix": ["*"]],
            path: "/",
            body: #"{"model":"m"}"#,
            expected: ["m", nil]
        ),
        Case(
            testDescription: "the provider, and the model without it",
            config: provider,
            body: #"{ "model" : "dashscope/qwen-long", "n":1.0 }"#,
            forwarded: #"{ "model" : "qwen-long", "n":1.0 }"#,
            expected: [nil, "dashscope"]
        ),
        Case(
            testDescription: "only the first slash parts",
            config: provider,
            body: #"{"model":"a/b/c"}"#,
            forwarded: #"{"model":"b/c"}"#,
            expected: [nil, "a"]
        ),
        Case(testDescription: "no provider", config: provider, body: #"{"model":"qwen"}"#, expected: [nil, nil]),
        Case(
            testDescription: "both",
            config: both,
            body: #"{"model":"a/b"}"#,
            forwarded: #"{"model":"b"}"#,
            expected: ["a/b", "a"]
        ),
        Case(
            testDescription: "what the client says about itself goes",
            config: both,
            headers: ["content-type": "application/json", "x-provider": "evil", "x-higress-llm-model": "evil"],
            body: #"{"n":1}"#,
            expected: [nil, nil]
        ),
        Case(
            testDescription: "another key",
            config: ["modelKey": "input.model"],
            body: #"{"input":{"model":"m"}}"#,
            expected: ["m", nil]
        ),
        Case(
            testDescription: "a model that is there twice is there once behind",
            body: #"{"model":"a","x":1,"model":"b"}"#,
            forwarded: #"{"model":"a","x":1}"#,
            expected: ["a", nil]
        ),
        Case(testDescription: "no text", body: #"{"model":5}"#, expected: [nil, nil]),
        Case(testDescription: "no JSON", body: #"{"model":"m""#, expected: [nil, nil]),
        Case(testDescription: "an empty model", body: #"{"model":""}"#, expected: [nil, nil]),
        Case(
            testDescription: "another type of content",
            headers: ["content-type": "text/plain"],
            body: #"{"model":"m"}"#,
            expected: [nil, nil]
        ),
        Case(
            testDescription: "a chosen model",
            config: auto,
            body: #"{"model":"higress/auto","messages":[{"role":"user","content":"Paint a star"}]}"#,
            forwarded: #"{"model":"painter","messages":[{"role":"user","content":"Paint a star"}]}"#,
            expected: ["painter", nil]
        ),
        Case(
            testDescription: "the last question counts, of one in parts its last text",
            config: auto,
            body:
                #"{"model":"higress/auto","messages":[{"role":"user","content":"draw"},{"role":"user","content":[{"type":"text","text":"code"}]},{"role":"assistant","content":"draw"}]}"#,
            forwarded:
                #"{"model":"coder","messages":[{"role":"user","content":"draw"},{"role":"user","content":[{"type":"text","text":"code"}]},{"role":"assistant","content":"draw"}]}"#,
            expected: ["coder", nil]
        ),
        Case(
            testDescription: "the default of chosen models",
            config: auto,
            body: #"{"model":"higress/auto"}"#,
            forwarded: #"{"model":"small"}"#,
            expected: ["small", nil]
        ),
        Case(
            testDescription: "a model that is not to be chosen",
            config: auto,
            body: #"{"model":"m"}"#,
            expected: ["m", nil]
        ),
    ]

    @Test(arguments: cases, [Chunking.whole, .random(seed: 3)])
    func theModelBecomesAField(_ example: Case, _ chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(ModelRouter.self, config: example.config)], chunking: chunking)
        await gateway.send(TestRequest(.post, example.path, headers: example.headers, body: example.body))
        let request = try #require(gateway.upstreamRequests.first)
        #expect([request.headers["x-higress-llm-model"], request.headers["x-provider"]] == example.expected)
        #expect(request.text == example.forwarded ?? example.body)
        #expect(gateway.isIdle)
    }

    @Test func routesAreSelectedByTheField() async throws {
        let gateway = try TestGateway(
            filters: [.init(ModelRouter.self)],
            routes: [
                TestRoute("default"), TestRoute("big", header: ("x-higress-llm-model", "big"), service: "big.static"),
            ]
        )
        for (model, route) in [("big", "big"), ("small", "default")] {
            let request = TestRequest(.post, "/v1/chat/completions", headers: json, body: #"{"model":"\#(model)"}"#)
            #expect(await gateway.send(request).route == route)
        }
        let spoofed = TestRequest(
            .post,
            "/v1/chat/completions",
            headers: ["content-type": "application/json", "x-higress-llm-model": "big"],
            body: #"{"model":"small"}"#
        )
        #expect(await gateway.send(spoofed).route == "default")
        let bodiless = TestRequest(.get, "/v1/chat/completions", headers: ["x-higress-llm-model": "big"])
        #expect(await gateway.send(bodiless).route == "default")
    }

    @Test func longBodiesAreRefused() async throws {
        let gateway = try TestGateway(filters: [.init(ModelRouter.self, config: ["maxBodyBytes": 8])])
        let request = TestRequest(.post, "/v1/chat/completions", headers: json, body: #"{"model":"m"}"#)
        #expect(await gateway.send(request).status == 413)
    }

    @Test(
        arguments: [
            (["modelToHeaders": "x"], #"unknown key "modelToHeaders"; did you mean "modelToHeader"?"#),
            (["modelToHeader": "x y"], "expected the name of a header field"),
            (["modelToHeader": "x_y"], "expected the name of a header field"),
            (["modelToHeader": "x-a", "addProviderHeader": "X-A"], "found the name of addProviderHeader too"),
            (["enableOnPathSuffix": [""]], "found an empty text; expected the end of a path"),
            (["modelKey": ""], "expected names with dots between them"),
            (["autoRouting": ["rules": [["pattern": "(", "model": "m"]]]], "expected a regular expression"),
            (["autoRouting": ["rules": [["pattern": "a"]]]], #"missing key "model" (string)"#),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: ModelRouter.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
