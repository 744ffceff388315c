package import NIOCore

/// What the client asked for, whatever filters and rewriting made of it later.
package struct ReceivedTarget {
    package var target = MessageText("")
    package var host = MessageText("")
    /// The bytes that both point into, kept for a filter that gives the request another table of fields.
    package var wire = ByteBuffer()

    package init() {}
}

extension StreamContext {
    /// Path and query as they came, in the normalised form; empty when the request could not be read so far.
    public var receivedPath: String { self.received.target.string(in: self.received.wire) }

    /// The authority as it came; empty without one.
    public var receivedAuthority: String { self.received.host.string(in: self.received.wire) }

    /// Calls `body` with the bytes of ``receivedPath``, without a copy.
    public func withReceivedPathBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try self.received.target.withBytes(in: self.received.wire, body)
    }

    /// Calls `body` with the bytes of ``receivedAuthority``, without a copy.
    public func withReceivedAuthorityBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try self.received.host.withBytes(in: self.received.wire, body)
    }

    /// Calls `body` with the bytes of the request's path and query as they are now, without a copy of the head.
    public func withPathBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try self.request.target.withBytes(in: self.request.headers.wire, body)
    }

    /// Keeps what the client asked for; the codec has filled in the request.
    package func keepReceivedTarget() {
        // Field by field: taking the whole head out of the object would count up everything that it refers to.
        self.received.target = self.request.target
        self.received.host = self.request.host
        self.received.wire = self.request.headers.wire
    }
}
