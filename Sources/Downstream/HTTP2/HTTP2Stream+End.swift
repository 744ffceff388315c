import FilterAPI
import FilterRuntime
import NIOCore

// The end of a stream, and what precedes it.
extension HTTP2Stream {
    /// Whether the connection has the end of the response.
    var isEndWritten: Bool { self.isLocalEnded && !self.state.isOpenForGateway }

    /// The client has reset the stream.
    func clientHasReset() {
        let hasAll = self.isEndWritten && self.tunnel == .none
        self.state = .closed
        self.bodyRate = nil
        if !self.stream.hasEnded {
            if hasAll { self.stream.responseTaken() } else { self.abandon() }
        }
        self.releaseIfOver()
    }

    /// The gateway has reset the stream; the ``Stream`` may not know yet.
    func wasReset() {
        self.state = .closed
        self.bodyRate = nil
        self.dropHeld()
    }

    /// The client is gone.
    func abandon() {
        self.isSpent = true
        self.state = .closed
        self.dropHeld()
        self.stream.clientReset()
        self.dropBody()
        self.connection.release(self)
    }

    /// Resets the stream, whose client does not keep to the protocol. The client is there, so the logs show no disconnect.
    func violated(_ code: HTTP2ErrorCode) {
        if !self.stream.hasEnded {
            let detail = code == .flowControlError ? "http2.flow_control_error" : "http2.malformed_request"
            self.stream.context.record.responseCodeDetails = detail
            self.stream.cut(detail, flag: ResponseFlag.protocolError)
            self.isSpent = true
        }
        self.connection.write(reset: self, code)
    }

    private func dropBody() {
        self.body.removeAll()
        self.endFields = nil
    }

    /// Lets go of the stream when nothing of it is left.
    func releaseIfOver() {
        if self.state == .closed, self.stream.hasEnded { self.connection.release(self) }
    }

    /// Lets go of what a stream held that may never be used again.
    func finish() {
        if !self.isSpent, self.stream.hasEnded { self.stream.close() }
    }

    /// Does what had to wait until the connection had written.
    func settle() {
        if self.hasRoomAgain {
            self.hasRoomAgain = false
            if self.stream.isLive { self.stream.writabilityChanged() }
        }
        guard self.isEndWritten else { return }
        self.stream.responseTaken()
        // The response is complete: the client need not send the rest of its request (RFC 9113, section 8.1).
        if self.state.isOpenForClient, self.stream.hasEnded {
            self.connection.write(reset: self, .noError)
        } else {
            self.releaseIfOver()
        }
    }

    /// Looks at the clock: whether the body comes too slowly, or the rest of the response is not taken.
    func check(at now: NIODeadline) {
        if self.isLocalEnded {
            if self.state.isOpenForGateway { self.checkStall(now) }
        } else if self.state.isOpenForClient, self.stream.isLive,
            self.bodyRate?.isTooSlow(at: now, limits: self.connection.limits) == true
        {
            self.bodyRate = nil
            self.isDiscarding = true
            self.stream.failRequest(
                .gateway(408, "request_body_too_slow", for: self.stream.context.request),
                flag: ResponseFlag.tooSlow
            )
        }
    }

    private func checkStall(_ now: NIODeadline) {
        guard let stall = self.stall, stall.writtenBytes == self.writtenBytes else {
            self.stall = (self.writtenBytes, now)
            return
        }
        guard now - stall.since >= self.connection.limits.stream.idleTimeout else { return }
        self.resetCode = .cancel
        self.stream.clientStalled()
    }
}
