/// A value that a path selected. It owns its bytes.
public struct GJSONValue: Sendable, Hashable {
    /// What a value is.
    public enum Kind: Sendable, Hashable {
        case null, `false`, `true`, number, string
        /// An object or an array.
        case json
    }

    /// What the value is; `null` also when nothing was found.
    public let kind: Kind
    /// The value as it stands in the JSON text; empty when nothing was found.
    public let raw: [UInt8]
    private let contentCount: Int
    private let isEscaped: Bool

    init(_ node: Node) {
        kind = node.kind
        raw = node.raw.array
        contentCount = node.content.count
        isEscaped = node.isEscaped
    }

    /// Reads the value at the front of a JSON text; an object or array takes all of it.
    public init(parsing json: UnsafeRawBufferPointer) {
        self.init(Node(parsing: Bytes(json)))
    }

    /// Whether the path selected anything; a JSON `null` exists.
    public var exists: Bool { kind != .null || !raw.isEmpty }
    /// Whether the value is an object.
    public var isObject: Bool { kind == .json && raw.first == ASCII.openBrace }
    /// Whether the value is an array.
    public var isArray: Bool { kind == .json && raw.first == ASCII.openBracket }

    /// The text of the value: a string unescaped, a number without exponent, `true` or `false`, JSON as it stands, and
    /// nothing for null. Bytes of a string that are not UTF-8 become U+FFFD.
    public var string: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of ``string``, those of a string exactly as the JSON has them.
    public var bytes: [UInt8] {
        switch kind {
        case .json: raw
        case .string where !isEscaped && contentCount == raw.count - 2: Array(raw[1..<raw.count - 1])
        default: withNode(\.text)
        }
    }

    func withNode<Result>(_ body: (Node) -> Result) -> Result {
        raw.withUnsafeBytes { buffer in
            let raw = Bytes(buffer)
            let content = raw.slice(1, contentCount + 1)
            return body(Node(kind: kind, raw: raw, content: content, isEscaped: isEscaped))
        }
    }
}

extension GJSONValue: CustomStringConvertible {
    /// The same as ``string``.
    public var description: String { string }
}
