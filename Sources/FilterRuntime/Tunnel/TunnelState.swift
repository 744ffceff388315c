/// How far a stream has come from a request for another protocol to the end of its tunnel: a pure value.
///
/// Events that do not fit, such as a second end of one direction, change nothing and are answered with false.
struct TunnelState: Equatable {
    private enum Phase {
        /// The upstream has not been asked.
        case offered
        /// It has been asked.
        case asked
        /// It has agreed, and its head is on its way through the filters.
        case agreed
        /// Bytes go both ways.
        case open
        /// The client sends no more.
        case clientEnded
        /// The upstream sends no more.
        case upstreamEnded
        /// Neither sends more.
        case over
    }

    private var phase = Phase.offered

    /// Whether the upstream has agreed and the client does not know it.
    var isAgreed: Bool { self.phase == .agreed }
    /// Whether the stream is a tunnel, or was one.
    var isTunnel: Bool {
        switch self.phase {
        case .open, .clientEnded, .upstreamEnded, .over: true
        case .offered, .asked, .agreed: false
        }
    }
    /// Whether bytes of the client go on.
    var takesFromClient: Bool { self.phase == .open || self.phase == .upstreamEnded }
    /// Whether bytes of the upstream go on.
    var takesFromUpstream: Bool { self.phase == .open || self.phase == .clientEnded }
    /// Whether both directions have ended.
    var isOver: Bool { self.phase == .over }

    /// The request goes to the upstream.
    mutating func upstreamAsked() -> Bool { self.move(from: .offered, to: .asked) }

    /// The upstream has answered `101`.
    mutating func upstreamAgreed() -> Bool { self.move(from: .asked, to: .agreed) }

    /// The client is told.
    mutating func opened() -> Bool { self.move(from: .agreed, to: .open) }

    /// The client has ended its direction.
    mutating func clientEnded() -> Bool {
        self.move(from: .open, to: .clientEnded) || self.move(from: .upstreamEnded, to: .over)
    }

    /// The upstream has ended its direction.
    mutating func upstreamEnded() -> Bool {
        self.move(from: .open, to: .upstreamEnded) || self.move(from: .clientEnded, to: .over)
    }

    private mutating func move(from old: Phase, to new: Phase) -> Bool {
        guard self.phase == old else { return false }
        self.phase = new
        return true
    }
}
