/// One value of a configuration file, with the place where it stands.
///
/// A node is untyped on purpose: whether `on` is a string or a boolean is decided by the key that asks
/// (see ``ConfigurationFields``), never by the look of the text.
public struct ConfigurationNode: Sendable {
    /// What the node holds.
    public indirect enum Content: Sendable {
        /// A key without a value (`key:`).
        case null
        /// A text, quoted or not.
        case scalar(Scalar)
        /// A list.
        case sequence([ConfigurationNode])
        /// Keys and values in the file's order. A key that the file repeats is repeated here.
        case mapping([Entry])
    }

    /// A text of the file.
    public struct Scalar: Sendable, Hashable {
        /// The text after unquoting, unescaping and substitution.
        public let text: String
        /// Whether the text was quoted or a block text, so that `"~"` and `~` can be told apart.
        public let isQuoted: Bool
        /// Whether any part came from `${NAME}` or `${file:PATH}`; such a text is never shown.
        public let isSubstituted: Bool

        /// A text.
        public init(_ text: String, isQuoted: Bool = false, isSubstituted: Bool = false) {
            self.text = text
            self.isQuoted = isQuoted
            self.isSubstituted = isSubstituted
        }
    }

    /// One key of a mapping with its value.
    public struct Entry: Sendable {
        /// The key's text.
        public let key: String
        /// Where the key stands.
        public let keyPosition: SourcePosition
        /// The value, with its own position.
        public let value: ConfigurationNode

        /// A key with its value.
        public init(key: String, keyPosition: SourcePosition, value: ConfigurationNode) {
            self.key = key
            self.keyPosition = keyPosition
            self.value = value
        }
    }

    /// What the node holds.
    public let content: Content
    /// Where the value begins.
    public let position: SourcePosition

    /// A node of `content` at `position`.
    public init(_ content: Content, position: SourcePosition) {
        self.content = content
        self.position = position
    }
}

extension ConfigurationNode {
    /// Whether there is no value: nothing after the colon, or a bare `~` or `null`.
    ///
    /// A key that asks for a string takes `~` and `null` as those texts and only the empty value as absent.
    public var isNull: Bool {
        switch content {
        case .null: true
        case .scalar(let scalar):
            !scalar.isQuoted && !scalar.isSubstituted && ["~", "null", "Null", "NULL"].contains(scalar.text)
        case .sequence, .mapping: false
        }
    }

    /// The text, when the node is one.
    public var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// The items, when the node is a list.
    public var items: [ConfigurationNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    /// The keys and values, when the node is a mapping.
    public var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of the first `key` of a mapping.
    public subscript(key: String) -> ConfigurationNode? {
        entries?.first { $0.key == key }?.value
    }

    /// What to call this node in a message: the quoted text, `<redacted>`, or the node's kind.
    package var shown: String {
        guard let scalar else { return kindInWords }
        return scalar.isSubstituted ? Secret.redacted : quoted(scalar.text)
    }

    /// The node's kind; the text itself stays out where a text is misplaced, for it may be a secret.
    package var kindInWords: String {
        switch content {
        case .null: "nothing"
        case .scalar: "a string"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
