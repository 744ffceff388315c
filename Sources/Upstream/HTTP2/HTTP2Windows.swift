/// Gives consumed bytes back to the sender, in steps: a pure value.
///
/// Source: RFC 9113, section 6.9.
struct HTTP2ReceiveWindow: Sendable {
    /// Bytes of a response that may be on their way for one stream, which is also the most that waits for a receiver
    /// that has paused.
    static let streamSize = 64 << 10
    /// Bytes of all responses of a connection that may be on their way.
    ///
    /// They are given back as they arrive: what waits is bounded by the windows of the streams, so that a receiver that
    /// has paused stops its own stream and no other.
    static let connectionSize = 1 << 20

    private let step: Int
    private var consumed = 0

    /// - Parameter step: Bytes are given back when there are as many.
    init(step: Int) {
        self.step = step
    }

    /// Nothing waits for these bytes any more.
    mutating func consume(_ count: Int) {
        consumed += count
    }

    /// The increment to send now, or `nil` when it is not worth a frame yet.
    mutating func takeIncrement() -> Int? {
        guard consumed >= step else { return nil }
        defer { consumed = 0 }
        return consumed
    }
}

/// What the service's window of one stream has left: a pure value.
///
/// The codec keeps the window too, but no longer when the request is complete; what the service says of it then is checked
/// all the same.
struct HTTP2SendCredit: Sendable {
    /// The most that a window may have (RFC 9113, section 6.9.1).
    static let highest = 0x7FFF_FFFF
    /// What a window has at first when the service has not said otherwise (section 6.9.2).
    static let presumed = 65_535

    /// Why the stream ends.
    enum Violation: Equatable, Sendable {
        /// An increment of 0 (section 6.9).
        case emptyIncrement
        /// The window has more than ``highest`` (section 6.9.1).
        case overflow
    }

    private var left: Int

    init(_ initial: Int) {
        left = initial
    }

    /// Bytes went out.
    mutating func take(_ count: Int) {
        left -= count
    }

    /// The service has changed the window that streams begin with.
    mutating func shift(by difference: Int) {
        left += difference
    }

    /// The service has widened the window, by at most ``highest``.
    mutating func widen(by increment: Int) -> Violation? {
        guard increment > 0 else { return .emptyIncrement }
        guard left <= HTTP2SendCredit.highest - increment else { return .overflow }
        left += increment
        return nil
    }
}

/// How much of a request waits until the service's windows admit it: a pure value.
struct HTTP2SendBacklog: Sendable {
    /// As much may wait before the caller is asked to stop: 64 KiB.
    static let high = 64 << 10
    /// The caller may go on when no more waits.
    static let low = 32 << 10

    private var waiting = 0
    /// Whether the caller may send more.
    private(set) var isWritable = true

    /// Bytes were handed over.
    mutating func add(_ count: Int) {
        waiting += count
        if waiting >= HTTP2SendBacklog.high { isWritable = false }
    }

    /// Bytes went out.
    ///
    /// - Returns: whether the caller may send again.
    mutating func remove(_ count: Int) -> Bool {
        waiting -= count
        guard !isWritable, waiting <= HTTP2SendBacklog.low else { return false }
        isWritable = true
        return true
    }
}
