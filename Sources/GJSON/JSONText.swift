/// Strict RFC 8259 operations on JSON bytes that need no tree: validity, members, string escapes.
///
/// In contrast to paths, which read malformed JSON leniently, nothing malformed passes here.
public enum JSONText {
    /// The nesting of arrays and objects that `isValid` and `forEachMember` accept unless told otherwise.
    public static let defaultMaximumDepth = 512

    /// Whether the bytes are one JSON text in valid UTF-8, nested at most `maximumDepth` deep.
    ///
    /// White space may surround the value; a byte order mark, trailing commas and comments are invalid.
    public static func isValid(
        _ json: UnsafeRawBufferPointer,
        maximumDepth: Int = defaultMaximumDepth
    ) -> Bool {
        JSONGrammar.isValid(Bytes(json), maximumDepth: maximumDepth, requiresUTF8: true)
    }

    /// Whether the bytes are one JSON text in valid UTF-8, nested at most `maximumDepth` deep.
    public static func isValid(_ json: [UInt8], maximumDepth: Int = defaultMaximumDepth) -> Bool {
        json.withUnsafeBytes { isValid($0, maximumDepth: maximumDepth) }
    }

    /// A member of an object. Its slices are valid only during the call that hands it out.
    public struct Member {
        /// The key between its quotes, still escaped.
        public let key: UnsafeRawBufferPointer
        /// The value as it stands in the text, without surrounding white space.
        public let value: UnsafeRawBufferPointer

        /// The key unescaped.
        public var name: String {
            JSONText.unescape(key).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }

        /// Whether the unescaped key equals `name`, without allocating when the key has no escapes.
        public func isNamed(_ name: StaticString) -> Bool {
            if Bytes(key) == name { return true }
            guard key.contains(ASCII.backslash) else { return false }
            return JSONText.unescape(key)?.withUnsafeBytes { Bytes($0) == name } ?? false
        }
    }

    /// Calls `body` with the members of the object that the bytes are, in order and duplicates included.
    ///
    /// - Returns: Whether the whole text is a valid JSON object, or valid as far as read when `body` ended the walk by
    ///   answering false. Members before a fault have been handed out when the fault is found.
    public static func forEachMember(
        of json: UnsafeRawBufferPointer,
        maximumDepth: Int = defaultMaximumDepth,
        _ body: (Member) throws -> Bool
    ) rethrows -> Bool {
        let bytes = Bytes(json)
        var scanner = JSONGrammar(bytes, maximumDepth: max(maximumDepth, 1) - 1, requiresUTF8: true)
        scanner.skipWhiteSpace()
        guard scanner.skip(ASCII.openBrace) else { return false }
        scanner.skipWhiteSpace()
        if !scanner.skip(ASCII.closeBrace) {
            repeat {
                guard let member = nextMember(&scanner, bytes) else { return false }
                guard try body(member) else { return true }
                scanner.skipWhiteSpace()
            } while scanner.skip(ASCII.comma)
            guard scanner.skip(ASCII.closeBrace) else { return false }
        }
        scanner.skipWhiteSpace()
        return scanner.isAtEnd
    }

    private static func nextMember(_ scanner: inout JSONGrammar, _ json: Bytes) -> Member? {
        scanner.skipWhiteSpace()
        let keyStart = scanner.index
        guard scanner.skipString() else { return nil }
        let key = json.slice(keyStart + 1, scanner.index - 1)
        scanner.skipWhiteSpace()
        guard scanner.skip(ASCII.colon) else { return nil }
        scanner.skipWhiteSpace()
        let valueStart = scanner.index
        guard scanner.skipValue() else { return nil }
        let value = json.slice(valueStart, scanner.index)
        return Member(key: UnsafeRawBufferPointer(key.buffer), value: UnsafeRawBufferPointer(value.buffer))
    }
}
