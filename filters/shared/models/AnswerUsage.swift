import FilterAPI
import NIOCore

/// Reads along what a language model's answer says about its tokens.
struct AnswerUsage {
    /// What was said so far.
    private(set) var usage = TokenUsage()
    private var pieces: AnswerPieces?

    /// Begins with an answer's header fields.
    mutating func begin(_ headers: HeaderFields, limit: Int) {
        self.pieces = AnswerPieces(headers, limit: limit)
    }

    /// Takes the next part.
    mutating func append(_ part: ByteBuffer, end: Bool) {
        guard var pieces = self.pieces else { return }
        self.pieces = nil
        for piece in pieces.append(part) { self.usage.add(piece) }
        if end {
            for piece in pieces.finish() { self.usage.add(piece) }
        } else {
            self.pieces = pieces
        }
    }
}
