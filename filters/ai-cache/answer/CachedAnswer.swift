import NIOCore

/// A model's answer with what a complete reply needs around it, as `replay: structured` stores it.
///
/// Texts are kept as they stood between their quotes in the upstream's JSON: a replay splices them back in, so that
/// every character, lone surrogates too, comes out as it went in.
struct CachedAnswer: Sendable, Hashable {
    var content: ByteBuffer
    var role: ByteBuffer?
    var reasoningContent: ByteBuffer?
    var finishReason: ByteBuffer?
    var model: ByteBuffer?
    var id: ByteBuffer?
    /// Seconds since 1970, by the upstream's word.
    var created: Int?
    /// A JSON object.
    private(set) var usage: ByteBuffer?
    /// Seconds since 1970.
    var storedAt: Int = 0
    /// The tokens that the answer took, by its `usage`: read once, counted with every hit.
    private(set) var totalTokens: Int?
    /// The pieces in which a streamed answer came, as ``RecordedPieces`` writes them; kept where hits are paced.
    var pieces: ByteBuffer?
    /// The name of the key of the question that this answers, when it is stored under another wording.
    var origin: ByteBuffer?
}

extension CachedAnswer {
    /// Takes the upstream's `usage`, a JSON object.
    mutating func setUsage(_ usage: ByteBuffer) {
        self.usage = usage
        self.totalTokens = CachedAnswer.totalTokens(in: usage)
    }

    private static func totalTokens(in usage: ByteBuffer) -> Int? {
        guard let document = JSONDocument(usage), let total = document.member("total_tokens", of: JSONDocument.root)
        else { return nil }
        return document.integer(total)
    }
}

/// What a store holds for a question.
enum CachedValue: Sendable, Hashable {
    /// The answer's text and nothing else, as other gateways store it.
    case plain(ByteBuffer)
    /// An answer with what belongs to it; apart, since values are handed on often.
    indirect case structured(CachedAnswer)
}
