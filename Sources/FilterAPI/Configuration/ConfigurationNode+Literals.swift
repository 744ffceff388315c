/// Nodes as Swift literals, for tests of filters: `["consumers": [["name": "alice", "credential": "k"]]]`.
///
/// Their position is `<literal>`; numbers and booleans are the texts that one would write in the file.
extension ConfigurationNode:
    ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    private static let literalPosition = SourcePosition(file: "<literal>", line: 0, column: 0)

    /// A quoted text.
    public init(stringLiteral value: String) {
        self.init(.scalar(Scalar(value, isQuoted: true)), position: ConfigurationNode.literalPosition)
    }

    /// A whole number.
    public init(integerLiteral value: Int) {
        self.init(.scalar(Scalar("\(value)")), position: ConfigurationNode.literalPosition)
    }

    /// A number.
    public init(floatLiteral value: Double) {
        self.init(.scalar(Scalar("\(value)")), position: ConfigurationNode.literalPosition)
    }

    /// `true` or `false`.
    public init(booleanLiteral value: Bool) {
        self.init(.scalar(Scalar("\(value)")), position: ConfigurationNode.literalPosition)
    }

    /// A list.
    public init(arrayLiteral elements: ConfigurationNode...) {
        self.init(.sequence(elements), position: ConfigurationNode.literalPosition)
    }

    /// A mapping in the order of the literal.
    public init(dictionaryLiteral elements: (String, ConfigurationNode)...) {
        let position = ConfigurationNode.literalPosition
        let entries = elements.map { Entry(key: $0.0, keyPosition: position, value: $0.1) }
        self.init(.mapping(entries), position: position)
    }
}
