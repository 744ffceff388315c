/// Where a stream is between its beginning and its end: a pure value.
///
/// Streams are opened by clients alone, so none is ever reserved.
///
/// Source: RFC 9113, section 5.1.
enum HTTP2StreamState: Equatable {
    /// It has not begun.
    case idle
    /// The client has opened a later one instead, and must not use it any more (section 5.1.1).
    case skipped
    /// Both sides may send.
    case open
    /// The gateway has ended its part.
    case halfClosedLocal
    /// The client has ended its part.
    case halfClosedRemote
    /// The gateway has reset it, and the client has not ended its part: what still comes was on its way.
    case reset
    /// Nobody may send.
    case closed

    /// Whether parts of the request may still come.
    var isOpenForClient: Bool { self == .open || self == .halfClosedLocal }
    /// Whether parts of the response may still be written.
    var isOpenForGateway: Bool { self == .open || self == .halfClosedRemote }

    /// The client has sent the end of its part.
    mutating func clientEnded() {
        switch self {
        case .open: self = .halfClosedRemote
        case .halfClosedLocal: self = .closed
        case .idle, .skipped, .halfClosedRemote, .reset, .closed: break
        }
    }

    /// The gateway has written the end of its part.
    mutating func gatewayEnded() {
        switch self {
        case .open: self = .halfClosedLocal
        case .halfClosedRemote: self = .closed
        case .idle, .skipped, .halfClosedLocal, .reset, .closed: break
        }
    }
}
