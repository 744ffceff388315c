import Synchronization

/// The counts of keys that nobody listed, such as clients' addresses, in memory that does not grow.
///
/// Divided into shards with a lock each, which is held for a look at eight places. A key has its place among eight that
/// its hash chooses; when all are taken it gets the place whose count says least: one whose window is over, else the one
/// with the fewest requests, so that many clients with few requests each do not make it forget the one with many.
final class RateTable: Sendable {
    private struct Slot {
        var tag: UInt64 = 0
        var count = RateCount(bits: 0)
    }

    private final class Shard: Sendable {
        let slots: Mutex<[Slot]>
        init(_ count: Int) { self.slots = Mutex([Slot](repeating: Slot(), count: count)) }
    }

    private static let shardCount = 64
    private static let ways = 8

    private let shards: [Shard]
    private let setMask: UInt64
    private let longestWindow: UInt64

    /// - Parameters:
    ///   - capacity: How many keys are known at once; rounded up to a power of two of at least 512.
    ///   - longestWindow: The longest window of the limits, in milliseconds.
    init(capacity: Int, longestWindow: UInt64) {
        var sets = 1
        while sets * Self.ways * Self.shardCount < capacity { sets *= 2 }
        self.shards = (0..<Self.shardCount).map { _ in Shard(sets * Self.ways) }
        self.setMask = UInt64(sets - 1)
        self.longestWindow = longestWindow
    }

    /// Decides about a request and counts it.
    ///
    /// - Parameters:
    ///   - key: The key's hash, by a secret that clients do not know.
    ///   - now: Milliseconds of a clock that only goes forward.
    ///   - limit: How many may pass.
    func take(_ key: UInt64, at now: UInt64, _ limit: RateLimit) -> RateCount.Decision {
        let shard = self.shards[Int(key >> 58)]
        let first = Int(key & self.setMask) * Self.ways
        let tag = key | 1 << 57
        return shard.slots.withLock { slots in
            let place = self.place(of: tag, in: slots, from: first, now)
            if slots[place].tag != tag { slots[place] = Slot(tag: tag) }
            let decision = slots[place].count.take(at: now, limit)
            slots[place].count = decision.count
            return decision
        }
    }

    private func place(of tag: UInt64, in slots: [Slot], from first: Int, _ now: UInt64) -> Int {
        var best = first
        var least = UInt64.max
        for place in first..<(first + Self.ways) {
            let slot = slots[place]
            if slot.tag == tag { return place }
            let worth = slot.count.isOver(at: now, after: self.longestWindow) ? 0 : slot.count.used
            if worth < least { (best, least) = (place, worth) }
        }
        return best
    }
}
