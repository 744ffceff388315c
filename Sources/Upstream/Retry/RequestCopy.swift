import FilterAPI
import NIOCore

/// The body of a request, kept so that it can be sent again whole.
struct RequestCopy {
    /// The most bytes that are kept once they were sent.
    let limit: Int
    private var parts: ContiguousArray<ByteBuffer> = []
    private var count = 0
    private(set) var trailers: HeaderFields?
    /// Whether the request has ended.
    private(set) var hasEnded = false
    /// Whether nothing that was sent is missing.
    private(set) var isWhole = true

    init(limit: Int) {
        self.limit = limit
    }

    /// Keeps a part; one that waits to be sent whatever its size.
    mutating func append(_ part: ByteBuffer, isQueued: Bool) {
        guard isWhole else { return }
        guard isQueued || count + part.readableBytes <= limit else { return forget() }
        parts.append(part)
        count += part.readableBytes
    }

    mutating func end(trailers: HeaderFields?) {
        hasEnded = true
        self.trailers = trailers
    }

    /// What waited has been sent: what exceeds the limit is not kept any longer.
    mutating func trim() {
        if count > limit { forget() }
    }

    /// The request is not sent again.
    mutating func forget() {
        isWhole = false
        parts = []
        count = 0
    }

    func forEach(_ body: (ByteBuffer) -> Void) {
        for part in parts { body(part) }
    }
}
