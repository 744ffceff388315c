/// How much of a request has been sent, measured against what its head announced.
struct RequestProgress: Sendable {
    private let framing: RequestFraming
    private var remaining: Int
    /// Whether nothing more will be sent.
    private(set) var isComplete: Bool

    init(_ framing: RequestFraming) {
        self.framing = framing
        switch framing {
        case .none: (self.remaining, self.isComplete) = (0, true)
        case .length(let length): (self.remaining, self.isComplete) = (length, length <= 0)
        case .chunked: (self.remaining, self.isComplete) = (.max, false)
        }
    }

    var isChunked: Bool { framing == .chunked }

    /// A part of the body is about to be sent.
    ///
    /// - Returns: whether it belongs to the request as announced.
    mutating func willSend(_ count: Int) -> Bool {
        guard count <= remaining, !isComplete else { return count == 0 }
        guard !isChunked else { return true }
        remaining -= count
        isComplete = remaining == 0
        return true
    }

    /// The caller has no more.
    ///
    /// - Returns: whether all was sent that had been announced.
    mutating func end() -> Bool {
        guard isChunked || remaining == 0 else { return false }
        isComplete = true
        return true
    }
}
