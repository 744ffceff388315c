import FilterRuntime
import NIOCore

// Ending the connection.
extension HTTP2Connection {
    /// How long a client may take to read the last frames before the connection is cut.
    private static let lingerTime = TimeAmount.seconds(5)
    private static let highestStreamID: UInt32 = 0x7FFF_FFFF

    /// Tells the client why, and ends the connection with all its streams.
    func fail(_ code: HTTP2ErrorCode) {
        guard !self.isClosing else { return }
        self.output.write(goAway: code, last: self.inspector.memory.last)
        self.closeAfterFlush(because: code == .noError ? .closing : .connectionError)
    }

    /// Ends the connection once everything has been written.
    ///
    /// The sending side is closed first and what the client still sends is thrown away for a while: closing at once
    /// with unread bytes would make the kernel reset the connection, and the client could lose the last frames.
    private func closeAfterFlush(because reason: CutReason) {
        self.isClosing = true
        self.reader.clear()
        self.cutStreams(reason)
        self.abandonStreams()
        self.handOver()
        self.context?.flush()
        self.timer.set(self.now + HTTP2Connection.lingerTime)
        self.context?.close(mode: .output, promise: nil)
        self.context?.read()
    }

    private func cutStreams(_ reason: CutReason) {
        for stream in self.streams.streams { stream.stream.cut(reason.detail, flag: reason.flag) }
    }

    /// The client is gone for all streams.
    func abandonStreams() {
        for stream in self.streams.streams { stream.abandon() }
        self.streams.removeAll()
    }

    /// Ends the connection now, and waits for nothing that the client has yet to say.
    package func abort() {
        self.isClosing = true
        self.reader.clear()
        self.cutStreams(.closing)
        // Frames delimit the answers, so the notice of the end cannot make a part of one look whole.
        self.context?.pipeline.syncOperations.cut(saysEnd: true)
    }

    /// Ends the connection after its streams, and those that the client has begun without knowing.
    ///
    /// Source: RFC 9113, section 6.8.
    package func beginDraining() {
        guard !self.isClosing, self.drain == .no else { return }
        guard self.inspector.hasReceivedSettings else { return self.oweDrain() }
        self.isDrainOwed = false
        self.drain = .announced
        self.output.write(goAway: .noError, last: HTTP2Connection.highestStreamID)
        self.output.write(ping: 0, isAcknowledgement: false)
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

    func configurationChanged() { self.giveBackSpare() }

    /// The client has seen that the connection ends: from now on new streams are refused.
    func drainAcknowledged() {
        guard self.drain == .announced else { return }
        self.drainDeadline = nil
        self.refuseStreams()
        self.closeIfDone()
    }

    /// The client opens no more streams.
    func clientLeaves() {
        if self.drain == .no { self.refuseStreams() }
        self.closeIfDone()
    }

    private func refuseStreams() {
        let last = self.inspector.memory.last
        self.drain = .limited(to: last)
        self.output.write(goAway: .noError, last: last)
        self.flushSoon()
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
