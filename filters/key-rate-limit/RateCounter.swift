import Synchronization

/// The count of one key, for all event loops at once, without a lock.
final class RateCounter: Sendable {
    private let bits = Atomic<UInt64>(0)

    /// Decides about a request and counts it.
    func take(at now: UInt64, _ limit: RateLimit) -> RateCount.Decision {
        var known = self.bits.load(ordering: .relaxed)
        while true {
            let decision = RateCount(bits: known).take(at: now, limit)
            if decision.count.bits == known { return decision }
            let outcome = self.bits.weakCompareExchange(
                expected: known,
                desired: decision.count.bits,
                ordering: .relaxed
            )
            if outcome.exchanged { return decision }
            known = outcome.original
        }
    }
}
