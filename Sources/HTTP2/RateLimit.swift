package import NIOCore

/// How often something may happen: so many times at once, and then at a steady rate.
package struct RateLimit: Sendable, Hashable {
    /// How many events may come at once.
    package var burst: Int
    /// How many events a second become possible again.
    package var perSecond: Int

    /// Makes a limit; negative numbers count as 0.
    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
    }
}

/// Counts events against a ``RateLimit`` in constant space (a token bucket).
package struct RateBucket: Sendable {
    private let limit: RateLimit
    /// In billionths of an event.
    private var available: Int64
    private var since: NIODeadline?

    /// Makes a full bucket.
    package init(_ limit: RateLimit) {
        self.limit = RateLimit(
            burst: min(max(limit.burst, 0), 1_000_000_000),
            perSecond: min(max(limit.perSecond, 0), 1_000_000_000)
        )
        self.available = Int64(self.limit.burst) * 1_000_000_000
    }

    /// Counts one event; answers false when it is one too many.
    package mutating func take(at now: NIODeadline) -> Bool {
        let full = Int64(self.limit.burst) * 1_000_000_000
        if let since = self.since {
            // An hour fills every bucket that can be filled, and keeps the product in range.
            let elapsed = min(max((now - since).nanoseconds, 0), 3_600_000_000_000)
            let (gained, overflow) = elapsed.multipliedReportingOverflow(by: Int64(self.limit.perSecond))
            self.available = overflow ? full : min(full, self.available &+ min(gained, full))
        }
        self.since = now
        guard self.available >= 1_000_000_000 else { return false }
        self.available -= 1_000_000_000
        return true
    }
}
