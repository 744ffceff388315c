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

    /// Ends the connection now, and waits for nothing that the client has yet to say.
    package func abort() {
        let isWithinExchange = self.hasServedRequest && !self.stream.hasEnded
        self.leaveExchange()
        self.context?.pipeline.syncOperations.cut(saysEnd: !isWithinExchange)
    }

    /// Ends a connection on which no stream is alive. Over TLS the client has a while to say that it knows.
    func closeIdle() {
        self.leaveExchange()
        self.context?.close(promise: nil)
    }

    private func leaveExchange() {
        self.isClosing = true
        self.inbound = .closed
        if self.hasServedRequest { self.stream.cut(CutReason.closing.detail, flag: CutReason.closing.flag) }
    }

    /// How long a client that has just connected may take to send its request when the connection is to end.
    private static let freshDrainTime = TimeAmount.seconds(1)
    /// How long a request may take that was on its way when the connection was to end.
    private static let idleDrainTime = TimeAmount.milliseconds(100)

    /// Ends the connection after the current stream; soon if there is none. A request that is on its way is served yet:
    /// closing with unread bytes would reset the connection under it.
    func beginDraining() {
        self.isDraining = true
        self.keepsAlive = false
        let isIdle = !self.stream.isLive && !self.parser.isInHead && self.received.readableBytes == 0
        guard isIdle, !self.isClosing else { return }
        guard case .head = self.inbound else { return self.closeIdle() }
        let time = self.hasServedRequest ? HTTP1Connection.idleDrainTime : HTTP1Connection.freshDrainTime
        self.drainDeadline = self.now + time
        self.updateDeadline()
    }

    func configurationChanged() {
        if self.hasServedRequest { self.stream.release(for: self.loop.snapshot) }
    }
}
