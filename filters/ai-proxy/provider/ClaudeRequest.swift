import NIOCore

/// Writes a chat completion's request as one for Anthropic's messages.
struct ClaudeRequest {
    let chat: ChatRequest
    let question: ModelQuestion

    /// How long answers may be when the client does not say; the API asks for a number.
    private static let standardTokens = ByteBuffer(string: "4096")

    /// The request.
    var bytes: ByteBuffer {
        var writer = JSONWriter()
        writer.object { root in
            root.member("model", self.question.model)
            root.member("max_tokens") {
                $0.json(self.chat.number("max_completion_tokens", "max_tokens") ?? Self.standardTokens)
            }
            let system = self.chat.system
            if !system.isEmpty { root.member("system", system) }
            root.member("messages") { messages in
                messages.array { list in
                    for message in self.chat.dialogue { list.object { self.write(message, &$0) } }
                }
            }
            if let temperature = self.chat.number("temperature") { root.member("temperature") { $0.json(temperature) } }
            if let share = self.chat.number("top_p") { root.member("top_p") { $0.json(share) } }
            if !self.chat.stops.isEmpty {
                root.member("stop_sequences") { stops in stops.array { for stop in self.chat.stops { $0.string(stop) } }
                }
            }
            if self.question.streams { root.member("stream", true) }
            self.writeTools(&root)
        }
        return writer.bytes
    }

    private func write(_ message: Int, _ writer: inout JSONWriter) {
        let role = self.chat.role(of: message)
        writer.member("role", role == "assistant" ? role : "user")
        let calls = self.chat.toolCalls(of: message)
        if role == "tool" {
            writer.member("content") { content in content.array { $0.object { self.writeResult(message, &$0) } } }
        } else if let text = self.chat.text("content", of: message), calls.isEmpty {
            writer.member("content", text)
        } else {
            writer.member("content") { content in
                content.array { blocks in
                    for part in self.chat.parts(of: message) { blocks.object { self.write(part, &$0) } }
                    for call in calls { blocks.object { self.write(call, &$0) } }
                }
            }
        }
    }

    private func writeResult(_ message: Int, _ block: inout JSONWriter) {
        block.member("type", "tool_result")
        block.member("tool_use_id", self.chat.text("tool_call_id", of: message) ?? "")
        block.member("content", self.chat.plainText(of: message))
    }

    private func write(_ part: ChatPart, _ block: inout JSONWriter) {
        switch part {
        case .text(let text):
            block.member("type", "text")
            block.member("text", text)
        case .image(let type, let base64):
            block.member("type", "image")
            block.member("source") {
                $0.object { source in
                    source.member("type", "base64")
                    source.member("media_type", type)
                    source.member("data", base64)
                }
            }
        case .imageURL(let url):
            block.member("type", "image")
            block.member("source") {
                $0.object { source in
                    source.member("type", "url")
                    source.member("url", url)
                }
            }
        }
    }

    private func write(_ call: ChatCompletion.ToolCall, _ block: inout JSONWriter) {
        block.member("type", "tool_use")
        block.member("id", call.id)
        block.member("name", call.name)
        block.member("input") { $0.json(call.arguments.jsonObject) }
    }

    private func writeTools(_ root: inout JSONWriter) {
        let functions = self.chat.functions
        if functions.isEmpty { return }
        root.member("tools") { tools in
            tools.array { list in
                for function in functions {
                    list.object { tool in
                        tool.member("name", function.name)
                        if let description = function.description { tool.member("description", description) }
                        tool.member("input_schema") {
                            $0.json(function.parameters ?? ByteBuffer(string: #"{"type":"object"}"#))
                        }
                    }
                }
            }
        }
        guard let choice = self.chat.document.member("tool_choice", of: JSONDocument.root) else { return }
        root.member("tool_choice") { writer in writer.object { self.writeChoice(choice, &$0) } }
    }

    private func writeChoice(_ choice: Int, _ writer: inout JSONWriter) {
        if let function = self.chat.document.member("function", of: choice),
            let name = self.chat.text("name", of: function)
        {
            writer.member("type", "tool")
            writer.member("name", name)
            return
        }
        switch self.chat.document.string(choice) {
        case "none": writer.member("type", "none")
        case "required": writer.member("type", "any")
        default: writer.member("type", "auto")
        }
    }
}
