/// How much DATA a client admits, of one stream or of the connection: a pure value.
///
/// Source: RFC 9113, sections 6.9.1 and 6.9.2.
struct HTTP2SendWindow: Equatable {
    /// The largest that a window may become.
    static let largest = 0x7FFF_FFFF

    /// Bytes that may be sent; below 0 when the client has made its streams' windows smaller than what was sent already.
    private(set) var available: Int

    init(_ available: Int = HTTP2ReceiveWindow.protocolDefault) {
        self.available = available
    }

    /// The client admits so many bytes more, or fewer when its settings have changed.
    ///
    /// - Returns: False when the window would become larger than it may be.
    mutating func widen(by count: Int) -> Bool {
        guard count <= HTTP2SendWindow.largest - self.available else { return false }
        self.available += count
        return true
    }

    /// Bytes were sent, not more than are available.
    mutating func take(_ count: Int) {
        self.available -= count
    }
}
