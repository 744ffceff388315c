import NIOCore

/// Writes a chat completion's request as one for Gemini.
struct GeminiRequest {
    let chat: ChatRequest
    let safety: [(category: String, threshold: String)]

    /// The request.
    var bytes: ByteBuffer {
        var writer = JSONWriter()
        writer.object { root in
            root.member("contents") { contents in
                contents.array { list in
                    for message in self.chat.dialogue { list.object { self.write(message, &$0) } }
                }
            }
            let system = self.chat.system
            if !system.isEmpty {
                root.member("system_instruction") { $0.object { self.writeParts([.text(system)], &$0) } }
            }
            root.member("generationConfig") { $0.object { self.writeSettings(&$0) } }
            self.writeTools(&root)
            if !self.safety.isEmpty { self.writeSafety(&root) }
        }
        return writer.bytes
    }

    private func write(_ message: Int, _ writer: inout JSONWriter) {
        let role = self.chat.role(of: message)
        writer.member("role", role == "assistant" ? "model" : "user")
        if role == "tool" {
            return writer.member("parts") { parts in parts.array { $0.object { self.writeResult(message, &$0) } } }
        }
        self.writeParts(self.chat.parts(of: message), &writer, calls: self.chat.toolCalls(of: message))
    }

    private func writeParts(_ parts: [ChatPart], _ writer: inout JSONWriter, calls: [ChatCompletion.ToolCall] = []) {
        writer.member("parts") { writer in
            writer.array { list in
                for part in parts { list.object { self.write(part, &$0) } }
                for call in calls {
                    list.object { part in
                        part.member("functionCall") {
                            $0.object { function in
                                function.member("name", call.name)
                                function.member("args") { $0.json(call.arguments.jsonObject) }
                            }
                        }
                    }
                }
            }
        }
    }

    private func write(_ part: ChatPart, _ writer: inout JSONWriter) {
        switch part {
        case .text(let text): writer.member("text", text)
        case .image(let type, let base64):
            writer.member("inlineData") {
                $0.object { data in
                    data.member("mimeType", type)
                    data.member("data", base64)
                }
            }
        case .imageURL(let url):
            writer.member("fileData") { $0.object { $0.member("fileUri", url) } }
        }
    }

    /// What a tool answered; its name is that of the call with its identifier.
    private func writeResult(_ message: Int, _ writer: inout JSONWriter) {
        let id = self.chat.text("tool_call_id", of: message) ?? ""
        let calls = self.chat.dialogue.flatMap { self.chat.toolCalls(of: $0) }
        writer.member("functionResponse") {
            $0.object { response in
                response.member("name", calls.first { $0.id == id }?.name ?? id)
                response.member("response") { $0.object { $0.member("result", self.chat.plainText(of: message)) } }
            }
        }
    }

    private func writeSettings(_ writer: inout JSONWriter) {
        for (name, value) in [
            ("temperature", self.chat.number("temperature")), ("topP", self.chat.number("top_p")),
            ("maxOutputTokens", self.chat.number("max_completion_tokens", "max_tokens")),
            ("seed", self.chat.number("seed")),
            ("presencePenalty", self.chat.number("presence_penalty")),
            ("frequencyPenalty", self.chat.number("frequency_penalty")),
        ] {
            if let value { writer.member(name) { $0.json(value) } }
        }
        if !self.chat.stops.isEmpty {
            writer.member("stopSequences") { stops in stops.array { for stop in self.chat.stops { $0.string(stop) } } }
        }
    }

    private func writeTools(_ root: inout JSONWriter) {
        let functions = self.chat.functions
        if functions.isEmpty { return }
        root.member("tools") { tools in
            tools.array { list in
                list.object { tool in
                    tool.member("functionDeclarations") { declarations in
                        declarations.array { list in
                            for function in functions {
                                list.object { writer in
                                    writer.member("name", function.name)
                                    if let description = function.description {
                                        writer.member("description", description)
                                    }
                                    if let parameters = function.parameters {
                                        writer.member("parameters") { $0.json(parameters) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func writeSafety(_ root: inout JSONWriter) {
        root.member("safetySettings") { settings in
            settings.array { list in
                for setting in self.safety {
                    list.object {
                        $0.member("category", setting.category)
                        $0.member("threshold", setting.threshold)
                    }
                }
            }
        }
    }
}
