import GJSON
import NIOCore

/// How the key text is made from a request: `cacheKeyStrategy`.
enum KeyStrategy: String, Sendable, CaseIterable {
    case lastQuestion, allQuestions, disabled
}

/// Takes the key text out of a request's body.
struct QuestionSource: Sendable {
    static let defaultPath = "messages.@reverse.0.content"

    private let strategy: KeyStrategy
    private let path: GJSONPath
    private let isDefaultPath: Bool
    /// The member of the body in which the question is looked for; empty when the path names none.
    let member: String

    init(strategy: KeyStrategy, path: String) {
        self.strategy = strategy
        self.path = GJSONPath(path)
        self.isDefaultPath = path == Self.defaultPath
        self.member = strategy == .allQuestions ? "messages" : Self.member(of: path)
    }

    /// Where a path begins; one that begins with something else and goes through the messages counts as theirs.
    private static func member(of path: String) -> String {
        let front = String(path.prefix { !".|#@*?\\[{!".contains($0) })
        return front.isEmpty && path.contains("messages") ? "messages" : front
    }

    /// The key text, or `nil` when the request holds none.
    func question(in body: JSONDocument) -> String? {
        let text =
            switch self.strategy {
            case .lastQuestion: self.lastQuestion(in: body)
            case .allQuestions: self.allQuestions(in: body)
            case .disabled: ""
            }
        return text.isEmpty ? nil : text
    }

    private func lastQuestion(in body: JSONDocument) -> String {
        if self.isDefaultPath, let content = self.lastContent(of: body), let text = body.string(content) { return text }
        return body.text.withUnsafeReadableBytes { Self.text(of: self.path.evaluate($0)) }
    }

    /// What the default path selects, found without evaluating it.
    private func lastContent(of body: JSONDocument) -> Int? {
        guard let messages = body.member("messages", of: JSONDocument.root) else { return nil }
        var last: Int?
        body.forEachElement(of: messages) { last = $0 }
        return last.flatMap { body.member("content", of: $0) }
    }

    private func allQuestions(in body: JSONDocument) -> String {
        guard let messages = body.member("messages", of: JSONDocument.root) else { return "" }
        var texts: [String] = []
        body.forEachElement(of: messages) { message in
            guard let role = body.member("role", of: message), body.isString(role, "user"),
                let content = body.member("content", of: message)
            else { return }
            texts.append(body.string(content) ?? Self.compact(body.literal(content)))
        }
        return texts.joined(separator: "\n")
    }

    /// Text stands for itself, arrays and objects for their compact JSON.
    private static func text(of value: GJSONValue) -> String {
        guard value.kind == .json else { return value.string }
        return self.compact(ByteBuffer(bytes: value.raw))
    }

    private static func compact(_ json: ByteBuffer) -> String {
        let compact = json.withUnsafeReadableBytes { GJSONPath("@ugly").evaluate($0) }
        return String(decoding: compact.raw, as: UTF8.self)
    }
}
