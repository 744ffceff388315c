/// The entries of one segment of a shard, most recently used first: the ends of a list whose links are in the entries.
struct MemoryQueue: Sendable {
    enum Segment: UInt8, Sendable {
        /// New entries.
        case window
        /// Admitted, not used since.
        case probation
        /// Used again.
        case protected
    }

    var first: Int?
    var last: Int?
    var bytes = 0
}

/// One entry of a shard, and its place in a queue.
struct MemoryEntry: Sendable {
    let id: CacheKeyID
    var stored: StoredEntry
    var segment: MemoryQueue.Segment
    var newer: Int?
    var older: Int?
}
