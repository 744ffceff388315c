import FilterAPI
import FilterRuntime
import NIOCore
import NIOHPACK
import NIOHTTP2

// The last part of a message carries the flag that ends the stream, so each part waits until the next one is known or
// the batch is flushed.
extension HTTP2Stream: ResponseSink {
    func admits(_ request: RequestHead) -> Bool {
        self.connection.loop.refusal(of: request, from: self.connection.peer) == nil
    }

    func sendContinue() {
        guard self.isContinueOwed else { return }
        self.isContinueOwed = false
        self.sendInformational(ResponseHead(status: 100))
        self.connection.flushSoon()
    }

    func sendInformational(_ head: ResponseHead) {
        // 101 does not exist in HTTP/2 (RFC 9113, section 8.6).
        guard !self.isReset, head.status != 101 else { return }
        self.connection.write(headers: HTTP2ResponseFields.head(head), for: self, endsStream: false)
        self.connection.flushSoon()
    }

    func send(head: inout ResponseHead, hasBody: Bool) {
        guard !self.isReset else { return }
        if !head.headers.contains(.date) { head.headers.add(.date, self.connection.loop.date()) }
        self.pendingHead = HTTP2ResponseFields.head(head)
        self.holdBack()
    }

    func send(body: ByteBuffer) {
        guard !self.isReset, body.readableBytes > 0 else { return }
        self.writePending()
        self.pendingBody = body
        self.queued += body.readableBytes
        if self.queued >= self.connection.limits.buffer { self.isWritable = false }
        self.holdBack()
    }

    func sendEnd(trailers: HeaderFields?) {
        guard !self.isReset, !self.isLocalEnded else { return }
        let section = trailers.map { HTTP2ResponseFields.trailers($0) }
        self.isLocalEnded = true
        if let section, !section.isEmpty {
            self.writePending()
            self.connection.write(headers: section, for: self, endsStream: true)
        } else if let head = self.pendingHead {
            self.pendingHead = nil
            self.connection.write(headers: head, for: self, endsStream: true)
        } else {
            let body = self.pendingBody
            self.pendingBody = ByteBuffer()
            self.connection.write(data: body, for: self, endsStream: true)
        }
        self.connection.flushSoon()
    }

    /// Hands on what waits without the end of the stream.
    func writePending() {
        if let head = self.pendingHead {
            self.pendingHead = nil
            self.connection.write(headers: head, for: self, endsStream: false)
        }
        guard self.pendingBody.readableBytes > 0 else { return }
        let body = self.pendingBody
        self.pendingBody = ByteBuffer()
        self.connection.write(data: body, for: self, endsStream: false)
    }

    private func holdBack() {
        guard !self.isHeldBack else { return }
        self.isHeldBack = true
        self.connection.hold(self)
    }

    func flush() {
        self.connection.flushSoon()
    }

    func reset() {
        self.connection.write(reset: self, self.tunnel == .open ? .cancel : self.resetCode, isEndingItself: true)
        self.connection.flushSoon()
    }

    func requestDemandChanged() {
        self.demandChanged()
    }

    func exchangeEnded() -> Bool {
        self.dropHeld()
        return self.isEndWritten || self.isReset
    }

    var untakenBytes: Int { self.queued }

    func streamFinished() {
        if !self.isLocalEnded, !self.isReset {
            self.connection.write(reset: self, .internalError)
            self.connection.flushSoon()
        }
        if self.isClosed {
            self.connection.release(self)
        } else if self.isEndWritten, self.isRemoteOpen {
            self.connection.mark(self)
        }
    }
}
