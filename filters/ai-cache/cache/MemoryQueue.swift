/// The entries of one segment of a shard, most recently used first: the ends of a list of ``MemoryLink``.
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

/// One entry of a shard.
struct MemoryEntry: Sendable {
    let id: CacheKeyID
    let stored: StoredEntry
}

/// Where the entry of a place is in its queue. Apart from the entries, since every use of one changes the links of others.
struct MemoryLink: Sendable {
    var segment: MemoryQueue.Segment
    var newer: Int?
    var older: Int?
    /// What the entry weighs, in bytes.
    let weight: Int
}
