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
        self.updateFrameDeadline(now)
        self.timer.set(
            min(
                self.idleDeadline(now),
                self.settingsDeadline,
                self.sectionDeadline ?? .distantFuture,
                min(self.frameDeadline ?? .distantFuture, self.drainDeadline ?? .distantFuture)
            )
        )
    }

    /// The rest of a frame has as long as a head of HTTP/1. DATA comes as slowly as the rate of bodies admits.
    private func updateFrameDeadline(_ now: NIODeadline) {
        guard self.awaitsFrame else {
            self.frameDeadline = nil
            return
        }
        guard self.frameDeadline == nil || self.awaitedFrame != self.reader.frameCount else { return }
        self.awaitedFrame = self.reader.frameCount
        self.frameDeadline = now + self.limits.requestHeadTimeout
    }

    /// Whether it is the client that has to go on with a frame: while it leaves too much unread nothing is taken from it.
    private var awaitsFrame: Bool { self.isWritable && !self.isHeld && self.reader.isWithinFrame }

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
        } else if let deadline = self.frameDeadline, deadline <= now, self.awaitsFrame {
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
