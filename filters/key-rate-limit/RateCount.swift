/// How many requests of one key have passed in its present window: a bucket of tokens that is filled at once when its
/// window is over.
///
/// Eight bytes, so that it can be one atomic number: the beginning of the window in milliseconds, 40 bits, and 24 bits of
/// count. A key's window begins with its first request; while requests keep coming each window begins where the last one
/// ended, so that the rate over many windows is the one that was configured.
struct RateCount: Sendable, Hashable {
    /// What becomes of one request.
    struct Decision: Sendable, Hashable {
        /// The count with this request.
        let count: RateCount
        /// Whether it passes.
        let isAllowed: Bool
        /// Milliseconds until the window is over.
        let wait: UInt64
    }

    let bits: UInt64

    /// A count as it was stored.
    init(bits: UInt64) { self.bits = bits }

    private init(start: UInt64, used: UInt64) { self.bits = (start + 1) << 24 | used }

    /// The requests that have passed in the window.
    var used: UInt64 { self.bits & 0xFF_FFFF }
    /// When the window began; `nil` when nothing was counted so far.
    var start: UInt64? { self.bits == 0 ? nil : self.bits >> 24 - 1 }

    /// Decides about a request.
    ///
    /// - Parameters:
    ///   - now: Milliseconds of a clock that only goes forward; loops may read it a little apart.
    ///   - limit: How many may pass.
    func take(at now: UInt64, _ limit: RateLimit) -> Decision {
        let length = limit.milliseconds
        var (start, used) = (self.start ?? now, self.used)
        let elapsed = now > start ? now - start : 0
        if elapsed >= length {
            start = elapsed < 2 * length ? start + length : now
            used = 0
        }
        let wait = start + length > now ? start + length - now : 0
        let isAllowed = used < UInt64(limit.count)
        let count = RateCount(start: start, used: isAllowed ? used + 1 : used)
        return Decision(count: count, isAllowed: isAllowed, wait: wait)
    }

    /// Whether a window of that length is over, so that the count says nothing any more.
    func isOver(at now: UInt64, after length: UInt64) -> Bool {
        guard let start else { return true }
        return now > start && now - start >= length
    }
}
