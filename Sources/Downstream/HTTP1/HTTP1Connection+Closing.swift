import FilterRuntime
import HTTP1
import NIOCore

// Ending the connection.
extension HTTP1Connection {
    /// How long a client may take to read the last response before the connection is cut.
    static let lingerTime = TimeAmount.seconds(5)

    /// Ends the connection once everything has been written.
    ///
    /// The sending side is closed first and what the client still sends is thrown away for a while: closing at once
    /// with unread bytes would make the kernel reset the connection, and the client could lose the response.
    func closeAfterFlush() {
        guard !self.isClosing else { return }
        self.isClosing = true
        self.inbound = .closed
        self.received = ByteBuffer()
        self.flushNow()
        self.updateDeadline()
        if let tunnel = self.tunnel { tunnel.endOutput() } else { self.context?.close(mode: .output, promise: nil) }
        self.readMore()
    }

    /// Ends the connection now.
    package func abort() {
        self.isClosing = true
        self.inbound = .closed
        if self.hasServedRequest { self.stream.cut(CutReason.closing.detail, flag: CutReason.closing.flag) }
        self.context?.close(promise: nil)
    }

    /// Ends the connection now if it is idle, else after the current stream.
    func beginDraining() {
        self.isDraining = true
        self.keepsAlive = false
        let isIdle = !self.stream.isLive && !self.parser.isInHead && self.received.readableBytes == 0
        if isIdle { self.abort() }
    }

    func configurationChanged() {
        if self.hasServedRequest { self.stream.release(for: self.loop.snapshot) }
    }
}
