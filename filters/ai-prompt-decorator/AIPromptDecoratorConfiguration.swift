import FilterAPI
import NIOCore

/// The configuration of `ai-prompt-decorator`.
struct AIPromptDecoratorConfiguration: FilterConfiguration {
    /// A change of the texts of messages.
    struct Replacement: Sendable {
        /// The role of the messages; `nil` for all.
        let role: String?
        let pattern: Pattern
        let substitution: PatternSubstitution
    }

    /// Messages, as JSON, before the client's.
    let before: [ByteBuffer]
    /// Messages, as JSON, after the client's.
    let after: [ByteBuffer]
    let replacements: [Replacement]
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        func messages(_ key: String, _ help: String) -> [(role: String, content: String)] {
            fields.objects(key, named: "role", help: help) { message in
                (
                    role: message.requiredString("role", help: "Whose message it is, such as system or user."),
                    content: message.requiredString("content", help: "The text.")
                )
            }
        }
        let before = messages("prepend", "Messages before those of the client.")
        let after = messages("append", "Messages after those of the client.")
        let replacements = fields.objects(
            "replace",
            named: "pattern",
            help: "Changes of all messages' texts, in order."
        ) {
            Replacement($0)
        }.compactMap { $0 }
        self.replacements = replacements
        self.maximumBodyBytes = fields.maximumBodyBytes()
        let limit = self.maximumBodyBytes
        func json(_ message: (role: String, content: String)) -> ByteBuffer {
            let text = replacements.reduce(message.content) { text, rule in
                // What is beyond the limit stays as it is configured.
                (try? rule.applied(to: text, role: message.role, limit: limit)) ?? text
            }
            var writer = JSONWriter()
            writer.object {
                $0.member("role", message.role)
                $0.member("content", text)
            }
            return writer.bytes
        }
        self.before = before.map(json)
        self.after = after.map(json)
    }
}

extension AIPromptDecoratorConfiguration.Replacement {
    fileprivate init?(_ fields: ConfigurationFields) {
        let text = fields.requiredString(
            "pattern",
            help: "The text that is replaced; a regular expression if regex is true."
        )
        let replacement = fields.string(
            "replacement",
            help: "What replaces it; may hold $1 for a group of the expression."
        )
        self.role = fields.string("on_role", help: "The role of the messages; default all.").flatMap {
            $0.isEmpty ? nil : $0
        }
        let isRegex = fields.bool("regex", default: false, help: "Whether pattern is a regular expression.")
        guard !fields.isDescribing, !text.isEmpty else { return nil }
        guard let replacement else {
            fields.error("missing key \"replacement\" (string)")
            return nil
        }
        do {
            self.pattern = try Pattern(isRegex ? text : text.patternLiteral)
        } catch {
            fields.error(at: "pattern", "found a text that is no regular expression: \(error)")
            return nil
        }
        do {
            let literal = replacement.replacing("\\", with: "\\\\").replacing("$", with: "$$")
            self.substitution = try PatternSubstitution(isRegex ? replacement : literal, for: self.pattern)
        } catch {
            fields.error(at: "replacement", "found a text that is no replacement for the pattern; \(error)")
            return nil
        }
    }

    /// A message's text after this change.
    ///
    /// - Throws: ``PatternReplacementError`` when it would be longer than the limit.
    func applied(to text: String, role: String, limit: Int) throws -> String {
        if let only = self.role, only != role { return text }
        var text = text
        let replaced = try text.withUTF8 {
            try self.pattern.replacingMatches(
                in: UnsafeRawBufferPointer($0),
                with: self.substitution,
                maximumLength: limit
            )
        }
        return replaced.map { String(decoding: $0, as: UTF8.self) } ?? text
    }
}

extension String {
    /// A regular expression that matches this text and nothing else.
    fileprivate var patternLiteral: String {
        String(
            self.unicodeScalars.reduce(into: String.UnicodeScalarView()) { output, scalar in
                if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { output.append("\\") }
                output.append(scalar)
            }
        )
    }
}
