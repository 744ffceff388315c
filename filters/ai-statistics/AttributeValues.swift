import FilterAPI
import GJSON
import NIOCore

/// The values of attributes while a stream goes on.
struct AttributeValues {
    private let attributes: [StatisticsAttribute]
    private let limit: Int
    private var values: [String: LogValue] = [:]
    private var toolCalls = ToolCallAssembly()

    init(_ attributes: [StatisticsAttribute], limit: Int) {
        self.attributes = attributes
        self.limit = limit
    }

    /// The value of a key, if one was found.
    subscript(_ key: String) -> LogValue? { self.values[key] }

    /// Takes what is known when the request's head is.
    ///
    /// - Parameters:
    ///   - headers: The request's header fields.
    ///   - masked: Fields that hold a secret; not taken.
    mutating func take(request headers: HeaderFields, masked: [HeaderName]) {
        for attribute in self.attributes {
            switch attribute.kind {
            case .fixed(let text): self.set(attribute.key, .string(text))
            case .field(let name, ofResponse: false) where !masked.contains(name):
                if let value = headers.combinedValue(of: name) { self.set(attribute.key, .string(value)) }
            default: break
            }
        }
    }

    /// Whether anything of the request's body is asked for.
    var readsRequestBody: Bool {
        self.attributes.contains { attribute in
            switch attribute.kind {
            case .requestBody, .builtIn(.question), .builtIn(.system): true
            default: false
            }
        }
    }

    /// Takes what the request's body says.
    mutating func take(requestBody body: JSONDocument) {
        for attribute in self.attributes {
            switch attribute.kind {
            case .requestBody(let path): self.set(attribute.key, AttributeValues.value(path, in: body))
            case .builtIn(.question): self.set(attribute.key, AttributeValues.value(Paths.question, in: body))
            case .builtIn(.system): self.set(attribute.key, AttributeValues.value(Paths.system, in: body))
            default: break
            }
        }
    }

    /// Takes what the response's head says.
    mutating func take(response headers: HeaderFields) {
        for attribute in self.attributes {
            if case .field(let name, ofResponse: true) = attribute.kind, let value = headers.combinedValue(of: name) {
                self.set(attribute.key, .string(value))
            }
        }
    }

    /// Takes what a whole answer says.
    mutating func take(answer: JSONDocument) {
        for attribute in self.attributes {
            switch attribute.kind {
            case .responseBody(let path): self.set(attribute.key, AttributeValues.value(path, in: answer))
            case .builtIn(.answer): self.setFirst(attribute.key, Paths.answers, in: answer)
            case .builtIn(.reasoning): self.set(attribute.key, AttributeValues.value(Paths.reasoning, in: answer))
            case .builtIn(.toolCalls): self.set(attribute.key, AttributeValues.value(Paths.toolCalls, in: answer))
            default: break
            }
        }
    }

    /// Takes what one event of an answer says.
    mutating func take(event: JSONDocument) {
        for attribute in self.attributes {
            switch attribute.kind {
            case .event(let path, let rule): self.add(attribute.key, AttributeValues.value(path, in: event), rule)
            case .builtIn(.answer):
                for path in Paths.answerPieces {
                    self.add(attribute.key, AttributeValues.value(path, in: event), .append)
                }
            case .builtIn(.reasoning):
                self.add(attribute.key, AttributeValues.value(Paths.reasoningPiece, in: event), .append)
            case .builtIn(.toolCalls): self.toolCalls.add(event, limit: self.limit)
            default: break
            }
        }
    }

    /// What is logged, when the answer has ended.
    ///
    /// - Parameter usage: What the answer says about its tokens.
    func logged(_ usage: TokenUsage) -> [(key: String, value: LogValue)] {
        self.attributes.filter(\.isLogged).compactMap { attribute in
            let value =
                self.values[attribute.key] ?? self.derived(attribute, usage)
                ?? attribute.defaultValue.map { .string($0) }
            return value.map { (attribute.key, $0) }
        }
    }

    private func derived(_ attribute: StatisticsAttribute, _ usage: TokenUsage) -> LogValue? {
        guard case .builtIn(let kind) = attribute.kind else { return nil }
        switch kind {
        case .toolCalls: return self.toolCalls.json.map { .string(self.cut($0)) }
        case .reasoningTokens: return usage.outputDetails.flatMap { AttributeValues.count("reasoning_tokens", in: $0) }
        case .cachedTokens: return usage.inputDetails.flatMap { AttributeValues.count("cached_tokens", in: $0) }
        case .inputTokenDetails: return usage.inputDetails.map { .string(self.cut(String(buffer: $0))) }
        case .outputTokenDetails: return usage.outputDetails.map { .string(self.cut(String(buffer: $0))) }
        case .question, .system, .answer, .reasoning: return nil
        }
    }
}

// MARK: - Values

extension AttributeValues {
    private enum Paths {
        static let question = GJSONPath("messages.@reverse.0.content")
        static let system = GJSONPath("system")
        static let answers = [GJSONPath("choices.0.message.content"), GJSONPath("content.0.text")]
        static let reasoning = GJSONPath("choices.0.message.reasoning_content")
        static let toolCalls = GJSONPath("choices.0.message.tool_calls")
        static let answerPieces = [GJSONPath("choices.0.delta.content"), GJSONPath("delta.text")]
        static let reasoningPiece = GJSONPath("choices.0.delta.reasoning_content")
    }

    private static func value(_ path: GJSONPath, in document: JSONDocument) -> LogValue? {
        let found = document.text.withUnsafeReadableBytes { path.evaluate($0) }
        switch found.kind {
        case .null: return nil
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return Int(found.string).map { .integer($0) } ?? .double(found.double)
        case .string, .json: return .string(found.string)
        }
    }

    private static func count(_ name: StaticString, in json: ByteBuffer) -> LogValue? {
        guard let document = JSONDocument(json), let value = document.member(name, of: JSONDocument.root) else {
            return nil
        }
        return document.integer(value).map { .integer($0) }
    }

    private mutating func set(_ key: String, _ value: LogValue?) {
        guard let value else { return }
        if case .string(let text) = value {
            self.values[key] = .string(self.cut(text))
        } else {
            self.values[key] = value
        }
    }

    private mutating func setFirst(_ key: String, _ paths: [GJSONPath], in document: JSONDocument) {
        self.set(key, paths.lazy.compactMap { AttributeValues.value($0, in: document) }.first)
    }

    private mutating func add(_ key: String, _ value: LogValue?, _ rule: StatisticsAttribute.Rule) {
        guard let value else { return }
        switch (rule, self.values[key]) {
        case (.first, nil), (.replace, _), (.append, nil): self.set(key, value)
        case (.first, _): break
        case (.append, .string(let text)?):
            if text.utf8.count < self.limit { self.set(key, .string(text + value.text)) }
        case (.append, let known?): self.set(key, .string(known.text + value.text))
        }
    }

    /// A text of at most so many bytes; one that is cut says so.
    private func cut(_ text: String) -> String {
        guard text.utf8.count > self.limit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: self.limit)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text.unicodeScalars[..<end]) + "..."
    }
}

extension LogValue {
    fileprivate var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): String(flag)
        }
    }
}
