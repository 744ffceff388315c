import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let json: HeaderFields = ["content-type": "application/json"]
private let chat = "/v1/chat/completions"

/// The configuration of one provider.
private func provider(_ type: String, _ more: [(String, ConfigurationNode)] = []) -> ConfigurationNode {
    let place = ("" as ConfigurationNode).position
    let common: [(String, ConfigurationNode)] = [("type", .init(stringLiteral: type)), ("apiTokens", ["t1"])]
    let entries = common + more
    let node = ConfigurationNode(
        .mapping(entries.map { .init(key: $0.0, keyPosition: place, value: $0.1) }),
        position: place
    )
    return ["provider": node]
}

@Suite struct AIProxyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let config: ConfigurationNode
        var path = chat
        var body = #"{"model": "m", "messages": []}"#
        let host: String
        let target: String
        var forwarded: String?
        var authorization: (HeaderName, String) = (.authorization, "Bearer t1")
    }

    static let cases: [Case] = [
        Case(testDescription: "openai", config: provider("openai"), host: "api.openai.com", target: chat),
        Case(
            testDescription: "openai under another path",
            config: provider("openai"),
            path: "/api/openai/v1/embeddings?x=1",
            host: "api.openai.com",
            target: "/v1/embeddings?x=1"
        ),
        Case(
            testDescription: "openai at a URL",
            config: provider("openai", [("openaiCustomUrl", "https://llm.test:8443/my/v3/")]),
            host: "llm.test:8443",
            target: "/my/v3/chat/completions"
        ),
        Case(
            testDescription: "openai at the URL of a call",
            config: provider("openai", [("openaiCustomUrl", "http://llm.test/chat/completions")]),
            host: "llm.test",
            target: "/chat/completions"
        ),
        Case(
            testDescription: "openai at a URL without a scheme",
            config: provider("openai", [("openaiCustomUrl", "llm.test/my/v1/chat/completions")]),
            host: "llm.test",
            target: "/my/v1/chat/completions"
        ),
        Case(testDescription: "deepseek", config: provider("deepseek"), host: "api.deepseek.com", target: chat),
        Case(
            testDescription: "zhipuai",
            config: provider("zhipuai"),
            host: "open.bigmodel.cn",
            target: "/api/paas/v4/chat/completions"
        ),
        Case(
            testDescription: "doubao",
            config: provider("doubao"),
            path: "/v1/embeddings",
            host: "ark.cn-beijing.volces.com",
            target: "/api/v3/embeddings"
        ),
        Case(
            testDescription: "qwen",
            config: provider("qwen", [("qwenEnableCompatible", true)]),
            host: "dashscope.aliyuncs.com",
            target: "/compatible-mode/v1/chat/completions"
        ),
        Case(
            testDescription: "ollama",
            config: provider("ollama", [("ollamaServerHost", "box"), ("ollamaServerPort", 1234)]),
            host: "box:1234",
            target: chat
        ),
        Case(
            testDescription: "generic",
            config: provider("generic", [("genericHost", "any.test")]),
            host: "any.test",
            target: chat
        ),
        Case(
            testDescription: "azure by the model",
            config: provider(
                "azure",
                [
                    ("azureServiceUrl", "https://r.openai.azure.com?api-version=2024-02-15"),
                    ("modelMapping", ["*": "gpt 4"]),
                ]
            ),
            host: "r.openai.azure.com",
            target: "/openai/deployments/gpt%204/chat/completions?api-version=2024-02-15",
            forwarded: #"{"model": "gpt 4", "messages": []}"#,
            authorization: ("api-key", "t1")
        ),
        Case(
            testDescription: "azure with a deployment",
            config: provider("azure", [("azureServiceUrl", "https://r.test/openai/deployments/d?api-version=1")]),
            host: "r.test",
            target: "/openai/deployments/d/chat/completions?api-version=1",
            authorization: ("api-key", "t1")
        ),
        Case(
            testDescription: "azure with the URL of a call",
            config: provider(
                "azure",
                [("azureServiceUrl", "https://r.test/openai/deployments/d/chat/completions?api-version=1")]
            ),
            host: "r.test",
            target: "/openai/deployments/d/chat/completions?api-version=1",
            authorization: ("api-key", "t1")
        ),
        Case(
            testDescription: "azure without a dated version",
            config: provider("azure", [("azureServiceUrl", "https://r.test/openai/v1")]),
            path: "/v1/responses?x=1",
            host: "r.test",
            target: "/openai/v1/responses?x=1",
            authorization: ("api-key", "t1")
        ),
        Case(
            testDescription: "a mapped model",
            config: provider("moonshot", [("modelMapping", ["gpt-*": "moonshot-v1-8k"])]),
            body: #"{"model": "gpt-4o", "n": 1.0}"#,
            host: "api.moonshot.cn",
            target: chat,
            forwarded: #"{"model": "moonshot-v1-8k", "n": 1.0}"#
        ),
        Case(
            testDescription: "a model where there is none",
            config: provider("openai", [("modelMapping", ["*": "m"])]),
            body: #"{}"#,
            host: "api.openai.com",
            target: chat,
            forwarded: #"{"model":"m"}"#
        ),
        Case(
            testDescription: "a stream tells what it takes",
            config: provider("openai"),
            body: #"{"model":"m","stream":true}"#,
            host: "api.openai.com",
            target: chat,
            forwarded: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#
        ),
        Case(
            testDescription: "the client's wish for a stream",
            config: provider("openai"),
            body: #"{"model":"m","stream":true,"stream_options":{}}"#,
            host: "api.openai.com",
            target: chat
        ),
        Case(
            testDescription: "the provider's own form",
            config: provider("claude", [("protocol", "original")]),
            path: "/x/v1/messages",
            body: #"{"model":"m","max_tokens":1}"#,
            host: "api.anthropic.com",
            target: "/x/v1/messages",
            authorization: (.xApiKey, "t1")
        ),
    ]

    @Test(arguments: cases, [Chunking.whole, .bytes(2)])
    func aCallGoesToItsProvider(_ example: Case, _ chunking: Chunking) async throws {
        let gateway = try TestGateway(
            filters: [.init(AIProxy.self, config: example.config)],
            routes: [TestRoute("default"), TestRoute("wrong", host: example.host, service: "wrong.static")],
            chunking: chunking
        )
        var headers = json
        headers[.authorization] = "Bearer client"
        let response = await gateway.send(TestRequest(.post, example.path, headers: headers, body: example.body))
        let request = try #require(gateway.upstreamRequests.first)
        #expect(request.service == "upstream.static" && response.route == "default", "the route stays")
        #expect(request.authority == example.host && request.path == example.target)
        #expect(request.text == example.forwarded ?? example.body)
        #expect(request.headers.values(of: example.authorization.0) == [example.authorization.1])
        #expect(!request.headers.contains { $0.value.contains("client") })
        #expect(gateway.isIdle)
    }

    @Test(
        arguments: [
            ("openai", "/files", "{}", 404, "ai-proxy.unknown_api"),
            ("claude", "/v1/embeddings", "{}", 404, "ai-proxy.unsupported_api"),
            ("gemini", "/v1/embeddings", "{}", 404, "ai-proxy.unsupported_api"),
            ("openai", chat, "[", 400, "ai-proxy.bad_request"),
            ("claude", chat, "[1]", 400, "ai-proxy.bad_request"),
        ]
    )
    func whatNobodyServesIsRefused(_ type: String, _ path: String, _ body: String, _ status: Int, _ detail: String)
        async throws
    {
        let gateway = try TestGateway(filters: [.init(AIProxy.self, config: provider(type))])
        let response = await gateway.send(TestRequest(.post, path, headers: json, body: body))
        #expect(response.status == status && response.details == detail && gateway.upstreamRequests.isEmpty)
    }

    @Test func oneOfSeveralProvidersIsActive() async throws {
        let config: ConfigurationNode = [
            "activeProviderId": "b",
            "providers": [
                ["id": "a", "type": "openai", "apiTokens": ["t"]], ["id": "b", "type": "deepseek", "apiTokens": ["t"]],
            ],
        ]
        let gateway = try TestGateway(filters: [.init(AIProxy.self, config: config)])
        let response = await gateway.send(TestRequest(.get, "/v1/models"))
        #expect(
            gateway.upstreamRequests.first?.authority == "api.deepseek.com" && response.aiLog["provider"] == "deepseek"
        )
    }

    @Test(
        arguments: [
            ([:], #"missing key "provider" or "providers""#),
            (["provider": ["apiTokens": ["t"]]], #"missing key "type""#),
            (["provider": ["type": "opanai", "apiTokens": ["t"]]], #"did you mean "openai"?"#),
            (["provider": ["type": "openai"]], "found no token; expected at least one"),
            (["provider": ["type": "azure", "apiTokens": ["t"]]], #"missing key "azureServiceUrl""#),
            (
                ["provider": ["type": "azure", "apiTokens": ["t"], "azureServiceUrl": "https://r"]],
                "expected a URL with the parameter api-version"
            ),
            (
                ["provider": ["type": "openai", "openaiCustomUrl": "ftp://llm"]],
                "expected a URL that begins with https:// or http://"
            ),
            (
                ["provider": ["type": "openai", "openaiCustomUrl": "/v1"]],
                "expected a URL such as https://api.example.com/v1"
            ),
            (
                [
                    "provider": [
                        "type": "openai", "apiTokens": ["t"], "retryOnFailure": ["retryOnStatus": ["(", "5.."]],
                    ]
                ],
                "retryOnFailure.retryOnStatus[0]"
            ),
            (
                ["provider": ["type": "openai", "apiTokens": ["t"], "retryOnFailure": ["maxRetries": 0]]],
                "expected a whole number (1 to 10)"
            ),
            (
                ["provider": ["type": "openai", "apiTokens": ["t"], "failover": ["healthCheckModel": ""]]],
                "found an empty text; expected the name of a model"
            ),
            (["provider": ["type": "ollama"]], #"missing key "ollamaServerHost""#),
            (["provider": ["type": "qwen", "apiTokens": ["t"], "qwenEnableCompatible": false]], "expected true"),
            (
                ["providers": [["id": "a", "type": "openai", "apiTokens": ["t"]]], "activeProviderId": "b"],
                "found the id of no provider"
            ),
            (["providers": [["id": "a", "type": "openai", "apiTokens": ["t"]]]], #"missing key "activeProviderId""#),
            (
                ["provider": ["type": "openai", "apiTokens": ["t"], "failover": ["failoverOnStatus": ["("]]]],
                "found a text that is no regular expression"
            ),
            (
                ["provider": ["type": "openai", "apiTokens": ["t"], "protocol": "own"]],
                "expected one of openai, original"
            ),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AIProxy.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}

@Suite struct AIProxyConversionTests {
    /// A request with everything in it that is converted.
    static let request = """
        {"model":"gpt-4o","messages":[{"role":"system","content":"Be \\"brief\\"."},\
        {"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},\
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1.0}"}}]},\
        {"role":"tool","tool_call_id":"c1","content":"a cat"}],"max_tokens":50,"temperature":0.70,"stop":"END",\
        "tools":[{"type":"function","function":{"name":"look","description":"d","parameters":{"type":"object"}}}],"tool_choice":"required"}
        """

    private func send(
        _ type: String,
        _ body: String,
        _ chunking: Chunking,
        _ answer: TestResponse
    ) async throws -> (ServiceRequest, ReceivedResponse) {
        let config = provider(type, [("modelMapping", ["gpt-4o": "their-model"])])
        let gateway = try TestGateway(filters: [.init(AIProxy.self, config: config)], chunking: chunking) { _ in answer
        }
        var headers = json
        headers[.acceptEncoding] = "gzip"
        let response = await gateway.send(TestRequest(.post, chat, headers: headers, body: body))
        #expect(gateway.isIdle)
        return (try #require(gateway.upstreamRequests.first), response)
    }

    private static let created = TestGateway.defaultStartTime

    @Test(arguments: [Chunking.whole, .random(seed: 4)])
    func claude(_ chunking: Chunking) async throws {
        let answer =
            #"{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"A \"cat\"."},{"type":"tool_use","id":"t1","name":"look","input":{"at":2}}],"stop_reason":"tool_use","usage":{"input_tokens":10,"output_tokens":5}}"#
        let (request, response) = try await self.send(
            "claude",
            Self.request,
            chunking,
            TestResponse(status: 200, headers: json, body: answer)
        )
        #expect(request.authority == "api.anthropic.com" && request.path == "/v1/messages")
        #expect(request.headers[.xApiKey] == "t1" && request.headers["anthropic-version"] == "2023-06-01")
        #expect(request.headers[.authorization] == nil && request.headers[.acceptEncoding] == nil)
        #expect(
            request.text == """
                {"model":"their-model","max_tokens":50,"system":"Be \\"brief\\".","messages":[\
                {"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},\
                {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"look","input":{"at":1.0}}]},\
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"a cat"}]}],\
                "temperature":0.70,"stop_sequences":["END"],"tools":[{"name":"look","description":"d","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}}
                """
        )
        #expect(
            response.text == """
                {"id":"msg_1","object":"chat.completion","created":\(Self.created),"model":"claude-x","choices":[{"index":0,"message":\
                {"role":"assistant","content":"A \\"cat\\".","reasoning_content":"hm","tool_calls":[{"id":"t1","type":"function","function":{"name":"look","arguments":"{\\"at\\":2}"}}]},\
                "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}
                """
        )
    }

    @Test(arguments: [Chunking.whole, .bytes(1), .random(seed: 8)])
    func claudeStreams(_ chunking: Chunking) async throws {
        let events = [
            #"{"type":"message_start","message":{"id":"msg_1","model":"claude-x","usage":{"input_tokens":10,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#, #"{"type":"ping"}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"look","input":{}}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"at\":2}"}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}"#,
            #"{"type":"message_stop"}"#,
        ].map { "event: x\ndata: \($0)\n\n" }.joined()
        let body =
            #"{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"q"}]}"#
        let (request, response) = try await self.send(
            "claude",
            body,
            chunking,
            TestResponse(status: 200, headers: ["content-type": "text/event-stream"], body: events)
        )
        #expect(
            request.text
                == #"{"model":"their-model","max_tokens":4096,"messages":[{"role":"user","content":"q"}],"stream":true}"#
        )
        let head =
            #"data: {"id":"msg_1","object":"chat.completion.chunk","created":\#(Self.created),"model":"claude-x","#
        func chunk(_ delta: String, _ reason: String = "null") -> String {
            #"\#(head)"choices":[{"index":0,"delta":{\#(delta)},"finish_reason":\#(reason)}]}"# + "\n\n"
        }
        #expect(
            response.text == chunk(#""role":"assistant","content":"""#) + chunk(#""content":"Hi""#)
                + chunk(
                    #""tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"look","arguments":""}}]"#
                )
                + chunk(#""tool_calls":[{"index":0,"function":{"arguments":"{\"at\":2}"}}]"#) + chunk("", #""stop""#)
                + #"\#(head)"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":7,"total_tokens":17}}"#
                + "\n\ndata: [DONE]\n\n"
        )
        #expect(response.isComplete)
    }

    @Test(arguments: [Chunking.whole, .random(seed: 4)])
    func gemini(_ chunking: Chunking) async throws {
        let answer =
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"A "},{"text":"cat."},{"functionCall":{"name":"look","args":{"at":2}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15},"modelVersion":"gemini-x","responseId":"r1"}"#
        let (request, response) = try await self.send(
            "gemini",
            Self.request,
            chunking,
            TestResponse(status: 200, headers: json, body: answer)
        )
        #expect(request.authority == "generativelanguage.googleapis.com" && request.headers["x-goog-api-key"] == "t1")
        #expect(request.path == "/v1beta/models/their-model:generateContent")
        #expect(
            request.text == """
                {"contents":[{"role":"user","parts":[{"text":"What is it?"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]},\
                {"role":"model","parts":[{"functionCall":{"name":"look","args":{"at":1.0}}}]},\
                {"role":"user","parts":[{"functionResponse":{"name":"look","response":{"result":"a cat"}}}]}],\
                "system_instruction":{"parts":[{"text":"Be \\"brief\\"."}]},"generationConfig":{"temperature":0.70,"maxOutputTokens":50,"stopSequences":["END"]},\
                "tools":[{"functionDeclarations":[{"name":"look","description":"d","parameters":{"type":"object"}}]}]}
                """
        )
        #expect(
            response.text == """
                {"id":"r1","object":"chat.completion","created":\(Self.created),"model":"gemini-x","choices":[{"index":0,"message":\
                {"role":"assistant","content":"A cat.","tool_calls":[{"id":"call_2_look","type":"function","function":{"name":"look","arguments":"{\\"at\\":2}"}}]},\
                "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}
                """
        )
    }

    @Test(arguments: [Chunking.whole, .bytes(1)])
    func geminiStreams(_ chunking: Chunking) async throws {
        let events = [
            #"{"candidates":[{"content":{"parts":[{"text":"Hel"}]}}],"modelVersion":"g","responseId":"r"}"#,
            #"{"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}"#,
        ].map { "data: \($0)\r\n\r\n" }.joined()
        let body = #"{"model":"gpt-4o","stream":true,"messages":[]}"#
        let (request, response) = try await self.send(
            "gemini",
            body,
            chunking,
            TestResponse(status: 200, headers: ["content-type": "text/event-stream"], body: events)
        )
        #expect(request.path == "/v1beta/models/their-model:streamGenerateContent?alt=sse")
        let head =
            #"data: {"id":"r","object":"chat.completion.chunk","created":\#(Self.created),"model":"g","choices":[{"index":0,"delta":{"#
        #expect(
            response.text == head + #""role":"assistant","content":"Hel"},"finish_reason":null}]}"# + "\n\n"
                + head + #""content":"lo"},"finish_reason":"length"}]}"# + "\n\ndata: [DONE]\n\n"
        )
    }

    @Test(arguments: ["claude", "gemini"])
    func errorsPassAsTheyAre(_ type: String) async throws {
        let body = #"{"error":{"type":"overloaded_error","message":"Overloaded"}}"#
        let (_, response) = try await self.send(
            type,
            Self.request,
            .whole,
            TestResponse(status: 529, headers: json, body: body)
        )
        #expect(response.status == 529 && response.text == body)
    }

    @Test(arguments: ["claude", "gemini"])
    func strangeAnswersPassAsTheyAre(_ type: String) async throws {
        for body in ["{", "{}", "[]"] {
            let (_, response) = try await self.send(
                type,
                Self.request,
                .whole,
                TestResponse(status: 200, headers: json, body: body)
            )
            #expect(response.status == 200 && response.text == body)
        }
    }
}
