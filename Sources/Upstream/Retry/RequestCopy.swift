package import FilterAPI
package import NIOCore

/// The body of a request, kept so that it can be sent again whole.
package struct RequestCopy {
    /// The most bytes that are kept once they were sent.
    package let limit: Int
    private var parts: ContiguousArray<ByteBuffer> = []
    private var count = 0
    /// The trailers, when it has ended with some.
    package private(set) var trailers: HeaderFields?
    /// Whether the request has ended.
    package private(set) var hasEnded = false
    /// Whether nothing that was sent is missing.
    package private(set) var isWhole = true

    /// - Parameter limit: The most bytes that are kept once they were sent.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Keeps a part; one that waits to be sent whatever its size.
    package mutating func append(_ part: ByteBuffer, isQueued: Bool) {
        guard isWhole else { return }
        guard isQueued || count + part.readableBytes <= limit else { return forget() }
        parts.append(part)
        count += part.readableBytes
    }

    /// The request has ended.
    package mutating func end(trailers: HeaderFields?) {
        hasEnded = true
        self.trailers = trailers
    }

    /// What waited has been sent: what exceeds the limit is not kept any longer.
    package mutating func trim() {
        if count > limit { forget() }
    }

    /// The request is not sent again.
    package mutating func forget() {
        isWhole = false
        parts = []
        count = 0
    }

    /// The parts in their order.
    package func forEach(_ body: (ByteBuffer) -> Void) {
        for part in parts { body(part) }
    }
}
