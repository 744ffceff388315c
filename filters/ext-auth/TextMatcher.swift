import FilterAPI

/// One way to say which texts are meant: `exact`, `prefix`, `suffix`, `contains` or `regex`.
enum TextMatcher: Sendable {
    case exact(String)
    case prefix(String)
    case suffix(String)
    /// `nil` for an empty text, which every text contains.
    case contains(LiteralSearch?)
    case regex(Pattern)

    /// The kinds, as configurations name them.
    enum Kind: String, CaseIterable, Sendable {
        case exact, prefix, suffix, contains, regex
    }

    /// - Parameters:
    ///   - kind: How texts are compared.
    ///   - text: What they are compared with.
    ///   - ignoresCase: Whether texts are given in lower case, as names of header fields are.
    init(_ kind: Kind, _ text: String, ignoresCase: Bool) throws(ConfigurationMistake) {
        let wanted = ignoresCase ? text.lowercased() : text
        switch kind {
        case .exact: self = .exact(wanted)
        case .prefix: self = .prefix(wanted)
        case .suffix: self = .suffix(wanted)
        case .contains: self = .contains(wanted.isEmpty ? nil : LiteralSearch([wanted], ignoresCase: false))
        case .regex:
            do { self = .regex(try Pattern(ignoresCase ? "(?i)\(text)" : text)) } catch {
                throw ConfigurationMistake("expected a regular expression: \(error)")
            }
        }
    }

    /// Whether a text is meant. Bytes are compared, as the service that gets the text does: a combining character behind a
    /// path is not a part of its last letter.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .exact(let wanted): text.elementsEqual(wanted.utf8)
        case .prefix(let wanted): text.starts(with: wanted.utf8)
        case .suffix(let wanted): text.suffix(wanted.utf8.count).elementsEqual(wanted.utf8)
        case .contains(let wanted): wanted?.matches(text) ?? true
        case .regex(let pattern): pattern.matches(text)
        }
    }

    /// Whether a text is meant.
    func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { self.matches(UnsafeRawBufferPointer($0)) }
    }
}

extension [TextMatcher] {
    /// Whether any of them matches.
    func matches(_ text: String) -> Bool { self.contains { $0.matches(text) } }
}

extension ConfigurationFields {
    /// A list of matchers for names of header fields, each with one of the five keys; `nil` when the key is absent.
    func fieldMatchers(_ key: String, help: String) -> [TextMatcher]? {
        let matchers = self.objects(key, help: help) { fields in
            fields.fieldMatcher()
        }
        return self.has(key) ? matchers.compactMap { $0 } : nil
    }

    private func fieldMatcher() -> TextMatcher? {
        let found = TextMatcher.Kind.allCases.compactMap { kind in
            self.parsed(kind.rawValue, help: "Fields whose name, without case, is so.") {
                (text) throws(ConfigurationMistake) in
                try TextMatcher(kind, text, ignoresCase: true)
            }
        }
        let given = TextMatcher.Kind.allCases.count { self.has($0.rawValue) }
        if given != 1, !self.isDescribing {
            self.error("expected one of exact, prefix, suffix, contains, regex")
        }
        return found.first
    }
}
