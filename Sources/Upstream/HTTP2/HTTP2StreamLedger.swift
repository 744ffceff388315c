/// Which streams may be opened on a connection to a service: a pure value.
///
/// Source: RFC 9113, sections 5.1.1, 5.1.2 and 6.8.
struct HTTP2StreamLedger: Sendable {
    /// How many streams may be open at a time before the service has said its own number, and when it has said none:
    /// the codec opens no more then.
    static let presumedLimit = 100
    /// How many may be open at a time whatever the service says: beyond that a second connection serves better.
    static let highestLimit = 1000
    private static let highestID: UInt32 = 0x7FFF_FFFF

    /// Streams that have begun and not ended.
    private(set) var openCount = 0
    /// How many may be open at a time.
    private(set) var limit: Int
    /// Whether no stream is opened any more, and the connection ends with the last one.
    private(set) var isEnding = false
    private var nextID: UInt32
    /// The last stream that the service works on, as it said in a GOAWAY.
    private var lastServed = HTTP2StreamLedger.highestID

    /// - Parameters:
    ///   - limit: What the service said last on another connection, which bounds this one only until the service has
    ///     said its settings; `nil` when it has said nothing yet.
    ///   - firstID: The number of the first stream, which is odd.
    init(limit: Int? = nil, firstID: UInt32 = 1) {
        self.limit = min(limit ?? HTTP2StreamLedger.presumedLimit, HTTP2StreamLedger.presumedLimit)
        self.nextID = firstID
    }

    /// Whether another stream may be opened now.
    var mayOpen: Bool { !isEnding && openCount < limit }

    /// Opens a stream.
    ///
    /// - Returns: its number, or `nil` when none may be opened.
    mutating func open() -> UInt32? {
        guard mayOpen else { return nil }
        defer { nextID += 2 }
        openCount += 1
        // Numbers are never used again: after the last one the connection ends.
        if nextID >= HTTP2StreamLedger.highestID { isEnding = true }
        return nextID
    }

    /// A stream has ended on both sides, or was reset.
    mutating func closed() {
        openCount -= 1
    }

    /// The service has said how many streams may be open at a time.
    mutating func received(maximumConcurrentStreams: Int) {
        limit = min(max(maximumConcurrentStreams, 0), HTTP2StreamLedger.highestLimit)
    }

    /// The service's first settings have no number of streams: what it said on other connections does not hold here
    /// (section 6.5.2).
    mutating func receivedNoLimit() {
        limit = HTTP2StreamLedger.presumedLimit
    }

    /// The service has said GOAWAY. It may say so again with a lower number, never with a higher one.
    mutating func receivedGoAway(last: UInt32) {
        isEnding = true
        lastServed = min(lastServed, last)
    }

    /// Whether the service has said that it did nothing for this stream.
    func isUnserved(_ id: UInt32) -> Bool { id > lastServed }

    /// No stream is to be opened any more.
    mutating func beginEnding() {
        isEnding = true
    }
}
