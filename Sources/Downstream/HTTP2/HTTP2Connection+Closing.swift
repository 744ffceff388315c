import FilterRuntime
import NIOCore
import NIOHTTP2

// Ending the connection.
extension HTTP2Connection {
    /// How long a client may take to read the last frames before the connection is cut.
    private static let lingerTime = TimeAmount.seconds(5)
    private static let highestStreamID: UInt32 = 0x7FFF_FFFF

    /// Tells the client why, and ends the connection with all its streams.
    func fail(_ code: HTTP2ErrorCode) {
        guard !self.isClosing else { return }
        self.gate.writeGoAway(last: self.gate.inspector.lastStreamID, code)
        self.closeAfterFlush(because: code == .noError ? .closing : .connectionError)
    }

    /// The codec has told the client why.
    func codecFailed() {
        guard !self.isClosing else { return }
        self.closeAfterFlush(because: .connectionError)
    }

    /// Ends the connection once everything has been written.
    ///
    /// The sending side is closed first and what the client still sends is thrown away for a while: closing at once
    /// with unread bytes would make the kernel reset the connection, and the client could lose the last frames.
    private func closeAfterFlush(because reason: CutReason) {
        self.isClosing = true
        self.gate.shut()
        self.cutStreams(reason)
        self.abandonStreams()
        self.gate.flushNow()
        self.timer.set(self.now + HTTP2Connection.lingerTime)
        self.context?.close(mode: .output, promise: nil)
        self.context?.read()
    }

    private func cutStreams(_ reason: CutReason) {
        for stream in Array(self.streams.values) { stream.stream.cut(reason.detail, flag: reason.flag) }
    }

    /// The client is gone for all streams.
    func abandonStreams() {
        for stream in Array(self.streams.values) { stream.abandon() }
        self.streams.removeAll()
    }

    /// Ends the connection now.
    package func abort() {
        self.isClosing = true
        self.gate.shut()
        self.cutStreams(.closing)
        self.context?.close(promise: nil)
    }

    /// Ends the connection after its streams, and those that the client has begun without knowing.
    ///
    /// Source: RFC 9113, section 6.8.
    package func beginDraining() {
        guard !self.isClosing, self.drain == .no else { return }
        guard self.gate.hasReceivedSettings else { return self.oweDrain() }
        self.isDrainOwed = false
        self.drain = .announced
        self.gate.writeGoAway(last: HTTP2Connection.highestStreamID, .noError)
        self.write(HTTP2Frame(streamID: .rootStream, payload: .ping(HTTP2PingData(withInteger: 0), ack: false)))
        self.flushSoon()
        self.drainDeadline = self.now + .seconds(1)
        self.updateDeadline()
    }

    /// A client that has just connected is about to send its settings and requests; they are served yet.
    private func oweDrain() {
        self.isDrainOwed = true
        if self.drainDeadline == nil { self.drainDeadline = self.now + .seconds(1) }
        self.updateDeadline()
    }

    /// What the orderly end waited for did not come.
    func drainTimedOut() {
        if self.drain == .no { self.fail(.noError) } else { self.drainAcknowledged() }
    }

    func configurationChanged() { self.emptyPool() }

    /// The client has seen that the connection ends: from now on new streams are refused.
    func drainAcknowledged() {
        guard self.drain == .announced else { return }
        self.drainDeadline = nil
        let last = self.gate.inspector.lastStreamID
        self.drain = .limited(to: last)
        self.gate.writeGoAway(last: last, .noError)
        self.flushSoon()
        self.closeIfDone()
    }

    /// The client opens no more streams.
    func clientLeaves() {
        if self.drain == .no {
            let last = self.gate.inspector.lastStreamID
            self.drain = .limited(to: last)
            self.gate.writeGoAway(last: last, .noError)
            self.flushSoon()
        }
        self.closeIfDone()
    }

    /// Ends a connection that is on its way to its end when no stream is left.
    func closeIfDone() {
        guard case .limited = self.drain, self.streams.isEmpty, !self.isClosing else { return }
        self.channel.eventLoop.assumeIsolated().execute {
            guard !self.isClosing, self.streams.isEmpty else { return }
            self.flushNow()
            self.closeAfterFlush(because: .closing)
        }
    }
}
