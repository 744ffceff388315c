import FilterAPI
import NIOCore
import Upstream

// Time: one timer for three deadlines.
extension Stream {
    /// Something happened on the stream.
    func touchIdleDeadline() {
        self.idleDeadline = self.loop.clock.now + self.settings.idleTimeout
        self.updateTimer()
    }

    func setRouteDeadline(_ timeout: TimeAmount?) {
        self.routeDeadline = timeout.map { self.loop.clock.now + $0 } ?? .distantFuture
        self.updateTimer()
    }

    /// A filter holds the stream, or no filter does any more.
    func setFilterDeadline() {
        let isHeld = self.requestOperation != nil || self.responseOperation != nil
        self.filterDeadline = isHeld ? self.loop.clock.now + self.settings.filterTimeout : .distantFuture
        self.updateTimer()
    }

    private func updateTimer() {
        self.timer.set(min(self.idleDeadline, self.routeDeadline, self.filterDeadline))
    }

    /// The earliest deadline has passed.
    func deadlinePassed() {
        guard self.isLive else { return }
        let now = self.loop.clock.now
        if self.filterDeadline <= now {
            self.filterTimedOut()
        } else if self.routeDeadline <= now {
            self.routeTimedOut()
        } else if self.idleDeadline <= now {
            self.idleTimedOut()
        } else {
            self.updateTimer()
        }
    }

    private func filterTimedOut() {
        let direction: MessageFlow.Direction = self.requestOperation != nil ? .request : .response
        guard let operation = self.requestOperation ?? self.responseOperation else { return }
        self.filterDeadline = .distantFuture
        if direction == .request { self.cancelRequestOperation() } else { self.cancelResponseOperation() }
        self.filterFailed(operation.filter, FilterTimeout(), direction)
        self.drive(direction)
        if self.isLive { self.setFilterDeadline() }
    }

    /// Another service may have the same time again.
    private func routeTimedOut() {
        if !self.hasUpstreamAnswered, self.exchange?.isReplacedAfterTimeout() == true {
            self.setRouteDeadline(self.route?.timeout)
        } else {
            self.upstreamTimedOut()
        }
    }

    private func upstreamTimedOut() {
        self.routeDeadline = .distantFuture
        self.context.record.responseFlags.append("UT")
        self.exchange?.timedOut()
        self.respond(.gateway(504, "upstream_timeout", for: self.context.request), from: .gateway)
    }

    private func idleTimedOut() {
        self.idleDeadline = .distantFuture
        if self.isHeadSent {
            self.context.record.responseFlags.append("SI")
            self.breakOff("stream_idle_timeout")
        } else if self.isRequestComplete {
            self.upstreamTimedOut()
        } else {
            self.context.record.responseFlags.append("SI")
            self.respond(.gateway(408, "stream_idle_timeout", for: self.context.request), from: .gateway)
        }
    }
}

/// A filter has held a stream longer than `filterTimeout`.
private struct FilterTimeout: Error, CustomStringConvertible {
    var description: String { "held the stream longer than filterTimeout" }
}
