import NIOCore

/// Writes answers in the form of OpenAI's chat completions.
struct ChatCompletion: Sendable {
    /// A call of a tool.
    struct ToolCall: Sendable {
        let id: String
        let name: String
        /// JSON as text.
        let arguments: String
    }

    /// What an answer took.
    struct Usage: Sendable, Hashable {
        var input = 0
        var output = 0
    }

    /// What a model said.
    struct Message: Sendable {
        var text = ""
        var reasoning = ""
        var toolCalls: [ToolCall] = []
    }

    var id: String
    /// Seconds since 1970.
    let created: Int
    var model: String
    /// Whether the client wants a stream's usage.
    let wantsUsage: Bool

    /// A whole answer.
    func whole(_ message: Message, finishReason: String, _ usage: Usage) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { root in
            self.head("chat.completion", &root)
            root.member("choices") { choices in
                choices.array { list in
                    list.object { choice in
                        choice.member("index", 0)
                        choice.member("message") { $0.object { Self.write(message, &$0) } }
                        choice.member("finish_reason", finishReason)
                    }
                }
            }
            root.member("usage") { Self.write(usage, &$0) }
        }
        return writer.bytes
    }

    /// An event with a piece of an answer.
    ///
    /// - Parameters:
    ///   - finishReason: Why there is no more; `nil` while there is.
    ///   - delta: Writes the piece's members.
    func chunk(finishReason: String? = nil, _ delta: (inout JSONWriter) -> Void = { _ in }) -> ByteBuffer {
        self.event { root in
            root.member("choices") { choices in
                choices.array { list in
                    list.object { choice in
                        choice.member("index", 0)
                        choice.member("delta") { $0.object(delta) }
                        choice.member("finish_reason") { writer in
                            if let finishReason {
                                writer.string(finishReason)
                            } else {
                                writer.json(ByteBuffer(string: "null"))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The last events: what the answer took, if that is wanted, and the end.
    func end(_ usage: Usage) -> ByteBuffer {
        var events = ByteBuffer()
        if self.wantsUsage {
            events = self.event { root in
                root.member("choices") { $0.array { _ in } }
                root.member("usage") { Self.write(usage, &$0) }
            }
        }
        events.writeStaticString("data: [DONE]\n\n")
        return events
    }

    private func event(_ content: (inout JSONWriter) -> Void) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { root in
            self.head("chat.completion.chunk", &root)
            content(&root)
        }
        var event = ByteBuffer(string: "data: ")
        event.writeImmutableBuffer(writer.bytes)
        event.writeStaticString("\n\n")
        return event
    }

    private func head(_ object: String, _ root: inout JSONWriter) {
        root.member("id", self.id)
        root.member("object", object)
        root.member("created", self.created)
        root.member("model", self.model)
    }

    private static func write(_ message: Message, _ writer: inout JSONWriter) {
        writer.member("role", "assistant")
        writer.member("content", message.text)
        if !message.reasoning.isEmpty { writer.member("reasoning_content", message.reasoning) }
        guard !message.toolCalls.isEmpty else { return }
        writer.member("tool_calls") { calls in
            calls.array { list in
                for call in message.toolCalls { list.object { Self.write(call, &$0) } }
            }
        }
    }

    /// Writes the members of a tool's call.
    static func write(_ call: ToolCall, _ writer: inout JSONWriter) {
        writer.member("id", call.id)
        writer.member("type", "function")
        writer.member("function") {
            $0.object { function in
                function.member("name", call.name)
                function.member("arguments", call.arguments)
            }
        }
    }

    private static func write(_ usage: Usage, _ writer: inout JSONWriter) {
        writer.object {
            $0.member("prompt_tokens", usage.input)
            $0.member("completion_tokens", usage.output)
            $0.member("total_tokens", usage.input + usage.output)
        }
    }
}

extension ChatCompletion {
    /// Takes the provider's own name for the answer and its model, where it gives one.
    mutating func take(id: String?, model: String?) {
        if let id, !id.isEmpty { self.id = id }
        if let model, !model.isEmpty { self.model = model }
    }
}

extension ChatCompletion.Usage {
    /// What an answer said about its tokens.
    init(_ usage: TokenUsage) { self.init(input: usage.input ?? 0, output: usage.output ?? 0) }
}
