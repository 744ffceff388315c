import FilterAPI
import FilterRuntime
import HTTP2
import NIOCore

// Heads and small parts of a body are written at once, and the flag that ends the stream is added to the last frame when the
// end comes. Larger parts, and those that the windows do not admit, wait for the next event or the flush.
extension HTTP2Stream: ResponseSink {
    func admits(_ request: RequestHead) -> Bool {
        self.connection.loop.refusal(of: request, from: self.connection.peer) == nil
    }

    func sendContinue() {
        guard self.isContinueOwed else { return }
        self.isContinueOwed = false
        self.sendInformational(ResponseHead(status: 100))
    }

    func sendInformational(_ head: ResponseHead) {
        // 101 does not exist in HTTP/2 (RFC 9113, section 8.6).
        guard self.state.isOpenForGateway, head.status != 101 else { return }
        _ = self.connection.write(head: head, for: self)
        self.connection.flushSoon()
    }

    func send(head: inout ResponseHead, hasBody: Bool) {
        guard self.state.isOpenForGateway else { return }
        let connection = self.connection
        if !head.headers.contains(.date) { head.headers.add(.date, connection.loop.date()) }
        self.lastFrame = connection.write(head: head, for: self)
    }

    func send(body part: ByteBuffer) {
        guard self.state.isOpenForGateway, part.readableBytes > 0 else { return }
        let connection = self.connection
        if self.body.isEmpty, part.readableBytes <= HTTP2Connection.copyLimit,
            connection.admits(part.readableBytes, of: self)
        {
            self.write(part, endsStream: false)
            return
        }
        self.body.append(part)
        if self.body.count >= connection.limits.buffer { self.isWritable = false }
        connection.wait(self)
    }

    func sendEnd(trailers: HeaderFields?) {
        guard self.state.isOpenForGateway, !self.isLocalEnded else { return }
        self.isLocalEnded = true
        if let trailers, !trailers.isEmpty { self.endFields = trailers }
        if self.body.isEmpty { self.writeEnd() } else { self.connection.writeNow(self) }
        self.connection.flushSoon()
    }

    private func writeEnd() {
        if let fields = self.endFields {
            self.endFields = nil
            self.connection.write(trailers: fields, for: self)
        } else {
            self.connection.writeEnd(behind: self.lastFrame, for: self)
        }
        self.state.gatewayEnded()
    }

    private func write(_ part: ByteBuffer, endsStream: Bool) {
        self.writtenBytes &+= part.readableBytes
        self.lastFrame = self.connection.write(data: part, for: self, endsStream: endsStream)
    }

    /// Writes a frame of what waits.
    ///
    /// - Parameter limit: What the connection's window admits, at least 1.
    /// - Returns: Whether another one can follow.
    func writeFrame(upTo limit: Int) -> Bool {
        let limit = min(limit, self.sendWindow.available, HTTP2Output.largestPayload)
        guard limit > 0, self.state.isOpenForGateway, !self.body.isEmpty else { return false }
        let part = self.body.read(upTo: limit)
        let isLast = self.isLocalEnded && self.body.isEmpty
        self.write(part, endsStream: isLast && self.endFields == nil)
        self.stream.responseProgressed()
        if !self.isWritable, self.body.count <= self.connection.limits.buffer / 2 {
            self.isWritable = true
            self.hasRoomAgain = true
            self.connection.mark(self)
        }
        guard isLast else { return !self.body.isEmpty && self.sendWindow.available > 0 }
        if self.endFields == nil { self.state.gatewayEnded() } else { self.writeEnd() }
        // While the stream is live it asks itself.
        if !self.stream.isLive { self.connection.mark(self) }
        return false
    }

    /// The client has changed the stream's window.
    func windowChanged() {
        guard !self.body.isEmpty, self.sendWindow.available > 0 else { return }
        self.connection.wait(self)
        self.connection.flushSoon()
    }

    func flush() {
        self.connection.flushSoon()
    }

    func reset() {
        self.connection.write(reset: self, self.tunnel == .open ? .cancel : self.resetCode, isEndingItself: true)
        self.body.removeAll()
        self.connection.flushSoon()
    }

    func requestDemandChanged() {
        self.demandChanged()
    }

    func exchangeEnded() -> Bool {
        self.dropHeld()
        return !self.state.isOpenForGateway
    }

    var untakenBytes: Int { self.body.count }

    func streamFinished() {
        let connection = self.connection
        if !self.isLocalEnded, self.state != .closed { connection.write(reset: self, .internalError) }
        if self.state == .closed {
            connection.release(self)
        } else if self.isEndWritten {
            connection.mark(self)
        }
        connection.flushSoon()
    }
}
