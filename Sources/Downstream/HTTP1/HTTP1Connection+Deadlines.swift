import FilterAPI
import FilterRuntime
import HTTP1
import NIOCore

// Time: one timer, whose deadline depends on where the connection is.
extension HTTP1Connection {
    /// How often the rate of a body is looked at.
    private static let rateInterval = TimeAmount.seconds(1)

    /// Sets the deadline of the current state.
    func updateDeadline() {
        switch self.inbound {
        case .head:
            let idle = self.now + self.limits.keepAliveTimeout
            self.timer.set(min(self.headDeadline ?? idle, self.drainDeadline ?? .distantFuture))
        case .body:
            guard self.limits.requestBodyMinimumRate > 0 else { return self.timer.set(.distantFuture) }
            self.timer.set(self.now + self.limits.bodyGrace)
        case .draining:
            self.timer.set(self.now + self.limits.requestHeadTimeout)
        case .complete, .tunnel:
            self.timer.set(.distantFuture)
        case .closed:
            self.timer.set(self.now + HTTP1Connection.lingerTime)
        }
    }

    /// The current deadline has passed.
    func deadlinePassed() {
        switch self.inbound {
        case .head: self.headTimedOut()
        case .body: self.checkBodyRate()
        case .draining, .closed: self.abort()
        case .complete, .tunnel: break
        }
    }

    private func headTimedOut() {
        guard !self.stream.isLive else { return }
        let hasBegun = self.parser.isInHead || self.received.readableBytes > 0
        guard hasBegun else { return self.closeIdle() }
        // What was understood of the head so far points into these bytes.
        self.head.headers.wire = self.received.slice()
        self.refuse(status: 408, detail: "request_head_timeout", flag: ResponseFlag.tooSlow)
        if self.isFlushWanted { self.flushNow() }
    }

    private func checkBodyRate() {
        guard self.stream.isLive, let rate = self.bodyRate else { return }
        guard rate.isTooSlow(at: self.now, limits: self.limits) else {
            self.timer.set(self.now + HTTP1Connection.rateInterval)
            return
        }
        self.keepsAlive = false
        self.inbound = .closed
        self.stream.failRequest(
            .gateway(408, "request_body_too_slow", for: self.stream.context.request),
            flag: ResponseFlag.tooSlow
        )
    }
}
