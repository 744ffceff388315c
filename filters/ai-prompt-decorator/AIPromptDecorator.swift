import FilterAPI
import NIOCore

/// Puts messages before and after those of a request to a language model, and changes the texts of all of them.
final class AIPromptDecorator: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "ai-prompt-decorator"
    static let priority = 450
    static let summary = "Adds messages to requests to language models, and changes their texts."

    private static let messages = JSONKeyPath("messages")

    private let configuration: AIPromptDecoratorConfiguration

    init(_ configuration: AIPromptDecoratorConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard stream.requestHasBody, stream.request.headers.announceJSON else { return .continue }
        return .collect(limit: self.configuration.maximumBodyBytes)
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction {
        guard let document = JSONDocument(body)?.leavingOne(at: Self.messages),
            let messages = document.member("messages", of: JSONDocument.root),
            document.kind(of: messages) == .array
        else { return .continue }
        var edits = JSONEdits(document)
        let elements = document.elements(of: messages)
        if let first = elements.first {
            edits.insert(self.configuration.before, before: first)
            for element in elements { try self.change(element, of: document, &edits) }
            edits.append(self.configuration.after, to: messages)
        } else {
            edits.append(self.configuration.before + self.configuration.after, to: messages)
        }
        body = edits.text
        return .continue
    }

    /// Changes the text of one message; one in several parts stays as it is.
    private func change(_ message: Int, of document: JSONDocument, _ edits: inout JSONEdits) throws {
        guard !self.configuration.replacements.isEmpty, let content = document.member("content", of: message),
            let text = document.string(content)
        else { return }
        let role = document.member("role", of: message).flatMap { document.string($0) } ?? ""
        let changed = try self.configuration.replacements.reduce(text) { text, rule in
            try rule.applied(to: text, role: role, limit: self.configuration.maximumBodyBytes)
        }
        if changed != text { edits.replace(content, with: JSONTree.text(changed).bytes) }
    }
}
