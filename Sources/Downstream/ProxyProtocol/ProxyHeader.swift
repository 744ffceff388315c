import NIOCore

/// The header in which a proxy says whose connection it passes on, before the first byte of that connection: takes bytes
/// as they come.
///
/// Source: HAProxy, "The PROXY protocol, versions 1 and 2", sections 2.1 and 2.2.
struct ProxyHeader {
    enum Progress: Equatable {
        case needMore
        /// The header has ended. The client's address is `nil` when the proxy speaks for itself, as its health checks do,
        /// or passes on what is no TCP connection: then the connection's own address counts.
        case complete(source: SocketAddress?)
        /// These bytes are no header; the text says why.
        case invalid(String)
    }

    private enum State {
        case begin
        /// Additional fields are thrown away: so many bytes more.
        case skipping(Int, source: SocketAddress?)
    }

    private var state = State.begin
    /// What has come and is not part of the header as far as it was read.
    private(set) var rest = ByteBuffer()

    /// Takes what comes next.
    mutating func receive(_ bytes: ByteBuffer) -> Progress {
        self.rest.writeImmutableBuffer(bytes)
        if case .skipping(let count, let source) = self.state { return self.skip(count, source) }
        switch self.rest.readableBytesView.first {
        case nil: return .needMore
        case ProxyHeader.firstByteOfVersion1: return self.readVersion1()
        case ProxyHeader.firstByteOfVersion2: return self.readVersion2()
        default: return .invalid("it begins as no header does")
        }
    }

    /// The header's fixed part has been read; `count` bytes follow that nobody looks at.
    mutating func skip(_ count: Int, _ source: SocketAddress?) -> Progress {
        let skipped = min(count, self.rest.readableBytes)
        self.rest.moveReaderIndex(forwardBy: skipped)
        guard skipped == count else {
            // Nothing of it is kept, however long it says it is.
            self.rest.clear()
            self.state = .skipping(count - skipped, source: source)
            return .needMore
        }
        return .complete(source: source)
    }

    /// Takes bytes of the header off what has come.
    mutating func take(_ count: Int) -> ByteBuffer? { self.rest.readSlice(length: count) }
}
