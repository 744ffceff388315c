import FilterAPI
import NIOCore

/// The value that a rule gives a key.
struct TransformValue: Sendable {
    /// A pattern over the host or the path, whose groups the value may hold.
    struct Template: Sendable {
        enum Subject: Sendable {
            case host, path
        }

        let subject: Subject
        let pattern: Pattern
        let substitution: PatternSubstitution
    }

    /// The text as configured.
    let text: String
    /// What makes the value of a request, when a pattern is given.
    let template: Template?
    /// The value in a JSON body, when it is no string.
    let json: JSONTree?

    /// The most bytes that a value made by a pattern may have.
    private static let maximumLength = 64 * 1024

    /// The text for a request; the configured one when the pattern does not match.
    ///
    /// - Throws: ``PatternReplacementError`` for a value beyond all reason.
    func text(host: String, path: String) throws -> String {
        guard let template else { return self.text }
        var subject = template.subject == .host ? host : path
        let replaced = try subject.withUTF8 { bytes in
            try template.pattern.replacingMatches(
                in: UnsafeRawBufferPointer(bytes),
                with: template.substitution,
                maximumLength: Self.maximumLength
            )
        }
        return replaced.map { String(decoding: $0, as: UTF8.self) } ?? self.text
    }
}

/// How `value_type` says that a value stands in a JSON body.
enum TransformValueType: String, Sendable, CaseIterable {
    case string, number, boolean, object

    /// The value as JSON; `nil` for a string.
    func tree(of text: String) throws(ConfigurationMistake) -> JSONTree? {
        if self == .string { return nil }
        guard let tree = JSONTree(parsing: ByteBuffer(string: text)), self.takes(tree) else {
            throw ConfigurationMistake("expected \(self.inWords), because value_type is \(self.rawValue)")
        }
        return tree
    }

    private func takes(_ tree: JSONTree) -> Bool {
        switch (self, tree) {
        case (.number, .word(let word)):
            word.readableBytesView.first.map { $0 == 0x2D || (0x30...0x39).contains($0) } ?? false
        case (.boolean, .word(let word)): ["true", "false"].contains(String(buffer: word))
        case (.object, .object), (.object, .array): true
        default: false
        }
    }

    private var inWords: String {
        switch self {
        case .string: "a text"
        case .number: "a number as JSON writes it"
        case .boolean: "true or false"
        case .object: "a JSON object or array"
        }
    }
}
