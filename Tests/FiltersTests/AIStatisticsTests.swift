import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let json: HeaderFields = ["content-type": "application/json"]
private let path = "/v1/chat/completions"

/// A body as one of the providers would answer.
private let chat = #"""
    {"id":"chatcmpl-1","model":"m-2026","choices":[{"message":{"role":"assistant","content":"Hi \"you\"","reasoning_content":"hm","tool_calls":[{"id":"c1"}]}}],
    "usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":7}}}
    """#

private let events = [
    ": hello\n\n", #"data: {"id":"c-1","model":"m","choices":[{"delta":{"role":"assistant"}}],"usage":null}"# + "\n\n",
    #"data: {"choices":[{"delta":{"content":"Hel"}}]}"# + "\r\n\r\n",
    #"data: {"choices":[{"delta":{"content":"lo"}}]}"# + "\n\n",
    #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":"{\"a"}}]}}]}"#
        + "\n\n",
    #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\":1}"}}]}}]}"# + "\n\n",
    #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"# + "\n\n",
    "data: [DONE]\n\n",
]

@Suite struct AIStatisticsTests {
    private func gateway(
        _ config: ConfigurationNode? = nil,
        _ chunking: Chunking = .whole,
        _ upstream: @escaping TestService.Script
    ) throws -> TestGateway {
        try TestGateway(filters: [.init(AIStatistics.self, config: config)], chunking: chunking, upstream: upstream)
    }

    private func request(_ body: String = #"{"model":"asked","messages":[{"role":"user","content":"Q"}]}"#)
        -> TestRequest
    {
        TestRequest(.post, path, headers: json, body: body)
    }

    private func count(_ name: String, in gateway: TestGateway, model: String = "m-2026") -> Int {
        let labels = [("route", "default"), ("service", "upstream.static"), ("model", model), ("consumer", "none")]
        return gateway.metrics.counter(name, "", labels: labels).value
    }

    @Test(arguments: [Chunking.whole, .bytes(1), .random(seed: 5)])
    func aWholeAnswerIsCounted(_ chunking: Chunking) async throws {
        let gateway = try self.gateway(nil, chunking) { _ in
            TestResponse(status: 200, headers: json, body: chat).delayed(.milliseconds(250))
        }
        let response = await gateway.send(self.request())
        #expect(response.text == chat && gateway.upstreamRequests.first?.text == String(buffer: self.request().body))
        #expect(
            response.aiLog == [
                "model": "m-2026", "input_token": 9, "output_token": 12, "total_token": 21, "chat_id": "chatcmpl-1",
                "chat_round": 1, "response_type": "normal", "llm_service_duration": 250,
            ]
        )
        #expect(self.count("ai_requests_total", in: gateway) == 1)
        #expect(self.count("ai_stream_requests_total", in: gateway) == 0)
        #expect(self.count("ai_input_tokens_total", in: gateway) == 9)
        #expect(self.count("ai_output_tokens_total", in: gateway) == 12)
        #expect(gateway.isIdle)
    }

    @Test(arguments: [Chunking.whole, .bytes(1), .random(seed: 6)])
    func aStreamedAnswerIsCounted(_ chunking: Chunking) async throws {
        let config: ConfigurationNode = [
            "attributes": [
                ["key": "answer", "apply_to_log": true], ["key": "question", "apply_to_log": true],
                ["key": "tool_calls", "apply_to_log": true],
                [
                    "key": "last", "value_source": "response_streaming_body", "value": "choices.0.delta.content",
                    "rule": "replace", "apply_to_log": true,
                ],
                [
                    "key": "first", "value_source": "response_streaming_body", "value": "choices.0.delta.content",
                    "rule": "first", "apply_to_log": true,
                ],
            ]
        ]
        let gateway = try self.gateway(config, chunking) { _ in
            TestResponse(status: 200, headers: ["content-type": "text/event-stream"], body: events.joined())
        }
        let response = await gateway.send(self.request())
        #expect(response.text == events.joined())
        #expect(response.aiLog["model"] == "m" && response.aiLog["total_token"] == 5)
        #expect(response.aiLog["response_type"] == "stream" && response.aiLog["llm_first_token_duration"] == 0)
        #expect(response.aiLog["answer"] == "Hello" && response.aiLog["question"] == "Q")
        #expect(response.aiLog["first"] == "Hel" && response.aiLog["last"] == "lo")
        #expect(
            response.aiLog["tool_calls"]
                == .string(#"[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]"#)
        )
        #expect(self.count("ai_stream_requests_total", in: gateway, model: "m") == 1)
        #expect(self.count("ai_output_tokens_total", in: gateway, model: "m") == 2)
    }

    @Test func theFirstEventIsTimed() async throws {
        let gateway = try self.gateway { _ in
            var response = TestResponse.chunks(events, every: .milliseconds(100)).delayed(.milliseconds(50))
            response.headers["content-type"] = "text/event-stream"
            return response
        }
        let response = await gateway.send(self.request())
        guard case .integer(let first)? = response.aiLog["llm_first_token_duration"],
            case .integer(let whole)? = response.aiLog["llm_service_duration"]
        else { return #expect(Bool(false), "\(response.aiLog)") }
        #expect(first >= 50 && first <= 150 && whole >= first + 600)
    }

    @Test(
        arguments: [
            (#"{"model":"claude","usage":{"input_tokens":3,"output_tokens":4}}"#, 3, 4, 7),
            (
                #"{"modelVersion":"gemini","usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"totalTokenCount":9}}"#,
                3, 4, 9
            ),
            (#"{"response":{"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}"#, 1, 2, 3),
            (#"{"usage":{"prompt_tokens":5,"total_tokens":5}}"#, 5, nil, 5),
            (#"{"usage":{"prompt_tokens":-5,"completion_tokens":1e30}}"#, 0, nil, 0),
            (#"{"usage":"x"}"#, nil, nil, nil),
            ("{", nil, nil, nil),
        ] as [(String, Int?, Int?, Int?)]
    )
    func formatsAreKnown(_ body: String, _ input: Int?, _ output: Int?, _ total: Int?) async throws {
        let gateway = try self.gateway { _ in TestResponse(status: 200, headers: json, body: body) }
        let log = await gateway.send(self.request()).aiLog
        #expect(log["input_token"] == input.map { .integer($0) })
        #expect(log["output_token"] == output.map { .integer($0) })
        #expect(log["total_token"] == total.map { .integer($0) })
        #expect(log["llm_service_duration"] == 0)
    }

    @Test func builtInAndOtherAttributes() async throws {
        let config: ConfigurationNode = [
            "value_length_limit": 6, "session_id_header": "x-session",
            "attributes": [
                ["key": "reasoning", "apply_to_log": true], ["key": "reasoning_tokens", "apply_to_log": true],
                ["key": "cached_tokens", "apply_to_log": true], ["key": "input_token_details", "apply_to_log": true],
                ["key": "hidden", "value_source": "fixed_value", "value": "x"],
                ["key": "env", "value_source": "fixed_value", "value": "äöüäöü", "apply_to_log": true],
                ["key": "tenant", "value_source": "request_header", "value": "X-Tenant", "apply_to_log": true],
                [
                    "key": "region", "value_source": "response_header", "value": "x-region", "default_value": "none",
                    "apply_to_log": true,
                ],
                ["key": "temperature", "value_source": "request_body", "value": "temperature", "apply_to_log": true],
                [
                    "key": "text", "value_source": "response_body", "value": "choices.0.message.content",
                    "apply_to_log": true,
                ],
            ],
        ]
        let gateway = try self.gateway(config) { _ in TestResponse(status: 200, headers: json, body: chat) }
        var request = self.request(#"{"temperature":0.5,"messages":[]}"#)
        request.headers["x-tenant"] = "a"
        request.headers["x-session"] = "s1"
        let log = await gateway.send(request).aiLog
        #expect(log["reasoning"] == "hm" && log["reasoning_tokens"] == 7 && log["cached_tokens"] == 4)
        #expect(log["input_token_details"] == #"{"cach..."# && log["hidden"] == nil && log["env"] == "äöü...")
        #expect(log["tenant"] == "a" && log["region"] == "none" && log["temperature"] == .double(0.5))
        #expect(log["text"] == #"Hi "yo..."# && log["session_id"] == "s1")
    }

    @Test func otherFormatsAreCountedByAttributes() async throws {
        let config: ConfigurationNode = [
            "disable_openai_usage": true,
            "attributes": [
                [
                    "key": "model", "value_source": "response_body", "value": "usage.models.0.model_id",
                    "apply_to_log": true,
                ],
                [
                    "key": "input_token", "value_source": "response_body", "value": "usage.models.0.input_tokens",
                    "apply_to_log": true,
                ],
            ],
        ]
        let gateway = try self.gateway(config) { _ in
            let body = #"{"model":"no","usage":{"prompt_tokens":1,"models":[{"model_id":"qwen","input_tokens":343}]}}"#
            return TestResponse(status: 200, headers: json, body: body)
        }
        let log = await gateway.send(self.request()).aiLog
        #expect(log["model"] == "qwen" && log["input_token"] == 343 && log["total_token"] == nil)
        #expect(self.count("ai_input_tokens_total", in: gateway, model: "qwen") == 343)
    }

    @Test func compressedAnswersAreRead() async throws {
        // gzip of {"model":"m","usage":{"prompt_tokens":1,"completion_tokens":2}}
        let bytes: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0xCA, 0xCD, 0x4F, 0x49, 0xCD, 0x51,
            0xB2, 0x52, 0xCA, 0x55, 0xD2, 0x51, 0x2A, 0x2D, 0x4E, 0x4C, 0x4F, 0x55, 0xB2, 0xAA, 0x56, 0x2A, 0x28, 0xCA,
            0xCF, 0x2D, 0x28, 0x89, 0x2F, 0xC9, 0xCF, 0x4E, 0xCD, 0x2B, 0x56, 0xB2, 0x32, 0xD4, 0x51, 0x4A, 0x06, 0x0A,
            0xE4, 0xA4, 0x96, 0x64, 0xE6, 0xE7, 0xC1, 0x45, 0x8D, 0x6A, 0x6B, 0x01, 0x57, 0xDE, 0xA9, 0x68, 0x3F, 0x00,
            0x00, 0x00,
        ]
        let body = ByteBuffer(bytes: bytes)
        let gateway = try self.gateway { _ in
            TestResponse(
                status: 200,
                headers: ["content-type": "application/json", "content-encoding": "gzip"],
                bytes: body
            )
        }
        let response = await gateway.send(self.request())
        #expect(response.body == body && response.aiLog["total_token"] == 3)
    }

    @Test(arguments: [("/v1/files", "application/json"), (path, "text/html")])
    func otherStreamsAreLeftAlone(_ path: String, _ type: String) async throws {
        let gateway = try self.gateway { _ in TestResponse(status: 200, headers: ["content-type": type], body: chat) }
        let response = await gateway.send(TestRequest(.post, path, headers: json, body: "{}"))
        #expect(response.aiLog.isEmpty)
        #expect(self.count("ai_requests_total", in: gateway) == 0)
    }

    @Test func whatBreaksOffIsCountedAsFarAsItCame() async throws {
        let gateway = try self.gateway { _ in
            TestResponse(status: 200, headers: json, body: chat).reset(after: 40)
        }
        let response = await gateway.send(self.request())
        #expect(response.aiLog["model"] == "asked" && response.aiLog["total_token"] == nil)
        #expect(self.count("ai_requests_total", in: gateway, model: "asked") == 1)
        #expect(gateway.isIdle)
    }

    @Test func labelsAreBounded() async throws {
        let gateway = try self.gateway(["max_series": 2]) { request in
            TestResponse(status: 200, headers: json, body: #"{"usage":{"prompt_tokens":1,"completion_tokens":1}}"#)
        }
        for model in ["a", "b", "c", "d", String(repeating: "x", count: 100)] {
            await gateway.send(self.request(#"{"model":"\#(model)"}"#))
        }
        let labels = [("route", "default"), ("service", "upstream.static"), ("model", "other"), ("consumer", "other")]
        #expect(gateway.metrics.counter("ai_requests_total", "", labels: labels).value == 3)
        #expect(self.count("ai_requests_total", in: gateway, model: "a") == 1)
    }

    @Test(
        arguments: [
            (["attributes": [["value_source": "fixed_value", "value": "x"]]], #"missing key "key" (string)"#),
            (["attributes": [["key": "x"]]], #"missing key "value_source"; only built-in attributes are without"#),
            (
                ["attributes": [["key": "x", "value_source": "body", "value": "x"]]],
                "expected one of fixed_value, request_header"
            ),
            (["attributes": [["key": "x", "value_source": "request_body"]]], #"missing key "value" (string)"#),
            (
                ["attributes": [["key": "x", "value_source": "request_header", "value": "a b"]]],
                "found a name that no header field can have"
            ),
            (
                ["attributes": [["key": "x", "value_source": "request_body", "value": "a", "rule": "first"]]],
                "expected it with response_streaming_body"
            ),
            (["attributes": [["key": "answer", "rule": "last"]]], "expected one of first, replace, append"),
            (["attributes": [["key": "answer", "apply_to_span": true]]], "has no effect"),
            (["use_default_attributes": true, "attributes": []], "expected one of them"),
            (["max_series": 0], "expected a whole number (1 to 100000)"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AIStatistics.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
