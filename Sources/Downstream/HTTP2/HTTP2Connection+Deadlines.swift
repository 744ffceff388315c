import FilterRuntime
import NIOCore

// Time: one timer for everything that a connection waits for; its streams have their own.
extension HTTP2Connection {
    /// How often slow bodies and responses that nobody takes are looked for, at most.
    private static let longestInterval = TimeAmount.seconds(5)

    /// Sets the timer to the earliest deadline.
    func updateDeadline() {
        guard !self.isClosing else { return }
        let now = self.now
        if self.inspector.isInHeaderSection {
            if self.sectionDeadline == nil { self.sectionDeadline = now + self.limits.requestHeadTimeout }
        } else {
            self.sectionDeadline = nil
        }
        self.timer.set(
            min(
                self.idleDeadline(now),
                self.settingsDeadline,
                self.sectionDeadline ?? .distantFuture,
                self.drainDeadline ?? .distantFuture
            )
        )
    }

    private func idleDeadline(_ now: NIODeadline) -> NIODeadline {
        self.streams.isEmpty ? self.idleSince + self.limits.keepAliveTimeout : now + self.checkInterval
    }

    private var checkInterval: TimeAmount {
        let idle = self.limits.stream.idleTimeout
        let half = TimeAmount.nanoseconds(max(1_000_000, min(idle, self.limits.bodyGrace).nanoseconds / 2))
        return min(HTTP2Connection.longestInterval, half)
    }

    private var settingsDeadline: NIODeadline {
        if !self.inspector.hasReceivedSettings { return self.openedAt + self.limits.requestHeadTimeout }
        if !self.inspector.hasAcknowledgedSettings { return self.openedAt + self.limits.http2.settingsTimeout }
        return .distantFuture
    }

    /// The earliest deadline has passed.
    func deadlinePassed() {
        guard !self.isClosing else { return self.abort() }
        let now = self.now
        if self.settingsDeadline <= now {
            self.fail(.settingsTimeout)
        } else if let deadline = self.sectionDeadline, deadline <= now {
            self.fail(.enhanceYourCalm)
        } else if self.streams.isEmpty, self.idleSince + self.limits.keepAliveTimeout <= now {
            self.fail(.noError)
        } else {
            if let deadline = self.drainDeadline, deadline <= now { self.drainTimedOut() }
            for stream in self.streams.streams { stream.check(at: now) }
            self.flushNow()
            self.updateDeadline()
        }
    }
}
