/// Whether a client keeps to a window, of one stream or of the connection: a pure value.
///
/// A stream's window binds a client once it has acknowledged the gateway's settings. Until then, and for what it sent
/// before, the protocol's size counts.
///
/// Source: RFC 9113, sections 6.9.1 and 6.9.2.
struct HTTP2ReceiveWindow: Equatable {
    /// A window before any settings; that of the connection always begins so.
    static let protocolDefault = 65_535

    private var received = 0
    private var granted = 0

    /// Counts the payload of a DATA frame; answers whether the client was allowed to send it.
    ///
    /// - Parameters:
    ///   - count: All bytes of the payload, padding included.
    ///   - initial: The window at the beginning, as far as the client knows.
    mutating func receive(_ count: Int, _ initial: Int) -> Bool {
        self.received &+= count
        return count == 0 || self.received &- self.granted <= initial
    }

    /// The client was told that it may send so many bytes more.
    mutating func grant(_ count: Int) {
        self.granted &+= count
    }
}
