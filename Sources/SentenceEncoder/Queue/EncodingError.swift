/// Why a text got no vector.
public enum EncodingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// As many texts as may wait are waiting.
    case queueFull
    /// The text waited longer than it may.
    case waitedTooLong
    /// The threads have ended.
    case stopped
    /// Ids of tokens, or a number of them, that the model has no numbers for.
    case tokensOutOfRange

    /// The reason in a few words.
    public var description: String {
        switch self {
        case .queueFull: "the queue is full"
        case .waitedTooLong: "the text waited too long"
        case .stopped: "the encoder has ended"
        case .tokensOutOfRange: "the tokens of the text are not the model's"
        }
    }
}
