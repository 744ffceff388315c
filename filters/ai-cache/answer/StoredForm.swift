import NIOCore

/// What the bytes in a store are: `replay`, with the exception of an empty `scope`.
enum StoredForm: String, Sendable, Hashable {
    /// A versioned record.
    case record
    /// The answer's text.
    case plain

    /// The bytes for an answer, or why it cannot be stored.
    func encode(_ answer: CachedAnswer) throws(Refusal) -> ByteBuffer {
        switch self {
        case .record: return answer.record
        case .plain:
            let decoded = JSONString.decode(answer.content)
            if decoded.hasLoneSurrogate { throw .unsupported }
            return decoded.text
        }
    }

    /// What bytes from a store say; `nil` for a damaged record, one of another version, and bytes that are no text.
    func decode(_ bytes: ByteBuffer) -> CachedValue? {
        switch self {
        case .record: return CachedAnswer(record: bytes).map { .structured($0) }
        case .plain:
            let isText = bytes.readableBytes > 0 && bytes.withUnsafeReadableBytes { UTF8Validation.isValid($0) }
            return isText ? .plain(bytes) : nil
        }
    }
}
