/// Why a text got no vector.
public enum EncodingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// As many texts as may wait are waiting.
    case queueFull
    /// The text had no vector when its time was over, whether it waited or was worked on.
    case waitedTooLong
    /// The text has more tokens than the model sees, and its front will not do.
    case longerThanModel
    /// The threads have ended.
    case stopped
    /// Ids of tokens, or a number of them, that the model has no numbers for.
    case tokensOutOfRange

    /// The reason in a few words.
    public var description: String {
        switch self {
        case .queueFull: "the queue is full"
        case .waitedTooLong: "the text waited too long"
        case .longerThanModel: "the text has more tokens than the model sees"
        case .stopped: "the encoder has ended"
        case .tokensOutOfRange: "the tokens of the text are not the model's"
        }
    }
}
