import FilterAPI
import NIOCore

/// Anthropic: chat completions are turned into messages, and messages pass as they are.
struct ClaudeProvider: ModelProvider {
    private let host: String
    private let version: String

    init(_ fields: ConfigurationFields) {
        self.host = fields.string("providerDomain", default: "api.anthropic.com", help: "The host.")
        self.version = fields.string("claudeVersion", default: "2023-06-01", help: "The field anthropic-version.")
    }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        guard call.isChat || call.isMessages else { return nil }
        return ModelEndpoint(host: self.host, path: call.target("/v1/messages"))
    }

    func authorize(_ headers: inout HeaderFields, with token: Secret) {
        headers.set(.xApiKey, token.reveal())
        headers.set("anthropic-version", self.version)
    }

    func conversion(of call: ModelCall) -> (any ModelConversion)? { call.isChat ? ClaudeConversion() : nil }
}

/// Chat completions as Anthropic's messages.
///
/// Source: Anthropic API reference, "Messages" and "Streaming messages", version 2023-06-01.
struct ClaudeConversion: ModelConversion {
    func request(_ body: JSONDocument, _ question: ModelQuestion) -> ByteBuffer {
        ClaudeRequest(chat: ChatRequest(document: body), question: question).bytes
    }

    func answer(_ body: JSONDocument, _ completion: ChatCompletion) -> ByteBuffer? {
        let root = JSONDocument.root
        guard let content = body.member("content", of: root) else { return nil }
        let chat = ChatRequest(document: body)
        var message = ChatCompletion.Message()
        for block in body.elements(of: content) {
            switch chat.text("type", of: block) {
            case "text": message.text += chat.text("text", of: block) ?? ""
            case "thinking": message.reasoning += chat.text("thinking", of: block) ?? ""
            case "tool_use":
                let input = body.member("input", of: block).map { String(buffer: body.literal($0)) }
                message.toolCalls.append(
                    ChatCompletion.ToolCall(
                        id: chat.text("id", of: block) ?? "",
                        name: chat.text("name", of: block) ?? "",
                        arguments: input ?? "{}"
                    )
                )
            default: break
            }
        }
        var completion = completion
        completion.take(id: chat.text("id", of: root), model: chat.text("model", of: root))
        var usage = TokenUsage()
        usage.add(body)
        let reason = ClaudeConversion.finishReason(chat.text("stop_reason", of: root) ?? "")
        return completion.whole(message, finishReason: reason, ChatCompletion.Usage(usage))
    }

    func events(_ completion: ChatCompletion) -> any EventConversion { ClaudeEvents(completion) }

    /// Why an answer ended, in OpenAI's words.
    static func finishReason(_ reason: String) -> String {
        switch reason {
        case "max_tokens": "length"
        case "tool_use": "tool_calls"
        case "refusal": "content_filter"
        default: "stop"
        }
    }
}

/// The events of Anthropic's answers as chunks.
struct ClaudeEvents: EventConversion {
    private var completion: ChatCompletion
    private var usage = TokenUsage()
    private var toolCalls = 0
    private var hasEnded = false

    init(_ completion: ChatCompletion) { self.completion = completion }

    mutating func take(_ event: JSONDocument) -> ByteBuffer {
        let chat = ChatRequest(document: event)
        let root = JSONDocument.root
        self.usage.add(event)
        switch chat.text("type", of: root) {
        case "message_start":
            let message = event.member("message", of: root)
            self.completion.take(
                id: message.flatMap { chat.text("id", of: $0) },
                model: message.flatMap { chat.text("model", of: $0) }
            )
            return self.completion.chunk {
                $0.member("role", "assistant")
                $0.member("content", "")
            }
        case "content_block_start":
            return event.member("content_block", of: root).map { self.begin($0, chat) } ?? ByteBuffer()
        case "content_block_delta": return event.member("delta", of: root).map { self.go(on: $0, chat) } ?? ByteBuffer()
        case "message_delta":
            guard let delta = event.member("delta", of: root), let reason = chat.text("stop_reason", of: delta) else {
                return ByteBuffer()
            }
            return self.completion.chunk(finishReason: ClaudeConversion.finishReason(reason))
        case "message_stop": return self.finish()
        default: return ByteBuffer()
        }
    }

    mutating func finish() -> ByteBuffer {
        if self.hasEnded { return ByteBuffer() }
        self.hasEnded = true
        return self.completion.end(ChatCompletion.Usage(self.usage))
    }

    private mutating func begin(_ block: Int, _ chat: ChatRequest) -> ByteBuffer {
        guard chat.text("type", of: block) == "tool_use" else { return ByteBuffer() }
        let call = ChatCompletion.ToolCall(
            id: chat.text("id", of: block) ?? "",
            name: chat.text("name", of: block) ?? "",
            arguments: ""
        )
        self.toolCalls += 1
        return self.toolChunk { ChatCompletion.write(call, &$0) }
    }

    private func go(on delta: Int, _ chat: ChatRequest) -> ByteBuffer {
        switch chat.text("type", of: delta) {
        case "text_delta": self.completion.chunk { $0.member("content", chat.text("text", of: delta) ?? "") }
        case "thinking_delta":
            self.completion.chunk { $0.member("reasoning_content", chat.text("thinking", of: delta) ?? "") }
        case "input_json_delta":
            self.toolChunk { call in
                call.member("function") {
                    $0.object { $0.member("arguments", chat.text("partial_json", of: delta) ?? "") }
                }
            }
        default: ByteBuffer()
        }
    }

    private func toolChunk(_ content: (inout JSONWriter) -> Void) -> ByteBuffer {
        self.completion.chunk { delta in
            delta.member("tool_calls") { calls in
                calls.array { list in
                    list.object { call in
                        call.member("index", max(0, self.toolCalls - 1))
                        content(&call)
                    }
                }
            }
        }
    }
}
