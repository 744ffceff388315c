import NIOCore

/// Reads the parts of a chat completion's request that other forms need.
struct ChatRequest {
    let document: JSONDocument

    /// The messages.
    var messages: [Int] {
        self.document.member("messages", of: JSONDocument.root).map { self.document.elements(of: $0) } ?? []
    }

    /// Whose message it is; empty when it does not say.
    func role(of message: Int) -> String { self.text("role", of: message) ?? "" }

    /// A member that is a string.
    func text(_ name: StaticString, of value: Int) -> String? {
        self.document.member(name, of: value).flatMap { self.document.string($0) }
    }

    /// A number of the request as it is written.
    func number(_ names: StaticString...) -> ByteBuffer? {
        for name in names {
            if let value = self.document.member(name, of: JSONDocument.root), self.document.kind(of: value) == .number {
                return self.document.literal(value)
            }
        }
        return nil
    }

    /// All texts of a content, a string or parts, with a line between them.
    func plainText(of message: Int) -> String {
        guard let content = self.document.member("content", of: message) else { return "" }
        if let text = self.document.string(content) { return text }
        return self.document.elements(of: content).compactMap { self.text("text", of: $0) }.joined(separator: "\n")
    }

    /// The texts of the messages that tell the model what it is.
    var system: String {
        self.messages.filter { ["system", "developer"].contains(self.role(of: $0)) }
            .map { self.plainText(of: $0) }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The messages of the dialogue.
    var dialogue: [Int] { self.messages.filter { !["system", "developer"].contains(self.role(of: $0)) } }

    /// The calls of tools in a message.
    func toolCalls(of message: Int) -> [ChatCompletion.ToolCall] {
        guard let calls = self.document.member("tool_calls", of: message) else { return [] }
        return self.document.elements(of: calls).compactMap { call in
            guard let function = self.document.member("function", of: call), let name = self.text("name", of: function)
            else {
                return nil
            }
            return ChatCompletion.ToolCall(
                id: self.text("id", of: call) ?? "",
                name: name,
                arguments: self.text("arguments", of: function) ?? "{}"
            )
        }
    }

    /// What ends an answer: one text or several.
    var stops: [String] {
        guard let stop = self.document.member("stop", of: JSONDocument.root) else { return [] }
        if let text = self.document.string(stop) { return [text] }
        return self.document.elements(of: stop).compactMap { self.document.string($0) }
    }

    /// The functions that the model may call: name, description, and the schema of what they take.
    var functions: [(name: String, description: String?, parameters: ByteBuffer?)] {
        guard let tools = self.document.member("tools", of: JSONDocument.root) else { return [] }
        return self.document.elements(of: tools).compactMap { tool in
            guard let function = self.document.member("function", of: tool), let name = self.text("name", of: function)
            else {
                return nil
            }
            let parameters = self.document.member("parameters", of: function).map { self.document.literal($0) }
            return (name, self.text("description", of: function), parameters)
        }
    }

    /// Texts and images of a message.
    func parts(of message: Int) -> [ChatPart] {
        guard let content = self.document.member("content", of: message) else { return [] }
        if let text = self.document.string(content) { return text.isEmpty ? [] : [.text(text)] }
        return self.document.elements(of: content).compactMap { part in
            if let text = self.text("text", of: part) { return .text(text) }
            guard let image = self.document.member("image_url", of: part), let url = self.text("url", of: image) else {
                return nil
            }
            return ChatPart(imageAt: url)
        }
    }
}

/// A part of a message.
enum ChatPart: Hashable {
    case text(String)
    /// An image that is in the request itself.
    case image(type: String, base64: String)
    case imageURL(String)

    /// An image by its address, or in a `data:` URL (RFC 2397).
    init(imageAt url: String) {
        guard url.hasPrefix("data:"), let mark = url.range(of: ";base64,") else {
            self = .imageURL(url)
            return
        }
        self = .image(
            type: String(url[..<mark.lowerBound].dropFirst("data:".count)),
            base64: String(url[mark.upperBound...])
        )
    }
}

extension String {
    /// Where a text stands in this one.
    fileprivate func range(of text: String) -> Range<String.Index>? { self.firstRange(of: text) }

    /// This text when it is a JSON object, else an empty one.
    var jsonObject: ByteBuffer {
        let text = ByteBuffer(string: self)
        guard let document = JSONDocument(text), document.kind(of: JSONDocument.root) == .object else {
            return ByteBuffer(string: "{}")
        }
        return text
    }
}
