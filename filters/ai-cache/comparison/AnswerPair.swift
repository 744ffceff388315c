import NIOCore

/// Two answers of which is asked whether they say the same.
struct AnswerPair: Sendable {
    /// The question that the fresh answer answers.
    let question: String
    /// What the upstream answered now.
    let fresh: CachedValue
    /// What the cache holds and would have answered.
    let cached: CachedValue

    /// How long both are together, in bytes as they are stored.
    var bytes: Int { self.fresh.literal.readableBytes + self.cached.literal.readableBytes }
}

extension CachedValue {
    /// The answer's text; a surrogate without its partner has U+FFFD in its place.
    var text: String {
        switch self {
        case .plain(let text): String(buffer: text)
        case .structured(let answer): String(buffer: JSONString.decode(answer.content).text)
        }
    }

    /// The text in the form in which it is stored.
    fileprivate var literal: ByteBuffer {
        switch self {
        case .plain(let text): text
        case .structured(let answer): answer.content
        }
    }
}
