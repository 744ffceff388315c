import FilterAPI
import NIOCore

/// A request to a language model as the history sees it.
struct HistoryQuestion {
    /// The last message's text, as it stands between its quotes.
    let text: ByteBuffer
    private let document: JSONDocument
    private let messages: Int

    /// Reads a body; `nil` when it asks nothing in one text.
    init?(_ body: ByteBuffer) {
        guard let document = JSONDocument(body)?.leavingOne(at: JSONKeyPath("messages")),
            let messages = document.member("messages", of: JSONDocument.root),
            let last = document.elements(of: messages).last, let content = document.member("content", of: last),
            document.kind(of: content) == .string, document.range(of: content).count > 0
        else { return nil }
        self.text = document.literal(content)
        self.document = document
        self.messages = messages
    }

    /// The body with earlier messages before the dialogue's own, but after the system's; `nil` when the client sends the
    /// dialogue itself.
    func filled(with earlier: [Dialogue.Message]) -> ByteBuffer? {
        let elements = self.document.elements(of: self.messages)
        let questions = elements.count { self.has($0, roles: ["user"]) }
        guard !earlier.isEmpty, questions <= 1 else { return nil }
        var edits = JSONEdits(self.document)
        if let first = elements.first(where: { !self.has($0, roles: ["system", "developer"]) }) {
            edits.insert(earlier.map(\.json), before: first)
        } else {
            edits.append(earlier.map(\.json), to: self.messages)
        }
        return edits.text
    }

    private func has(_ message: Int, roles: [StaticString]) -> Bool {
        guard let role = self.document.member("role", of: message) else { return false }
        return roles.contains { self.document.isString(role, $0) }
    }
}

extension RequestHead {
    /// A parameter of the query that is a whole number.
    func number(of parameter: String) -> Int? {
        FormValues(self.query ?? "", isForm: false).values(of: parameter).first.flatMap { Int($0) }
    }
}
