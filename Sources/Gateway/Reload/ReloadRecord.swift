/// What is counted of reloads: a pure value.
struct ReloadRecord: Sendable {
    /// How many ended in each way since the start.
    private(set) var counts: [ReloadOutcome.Result: Int] = [:]
    /// Whether the last one was not refused; so it is before the first.
    private(set) var isLastGood = true
    /// When a configuration was last read without errors, in seconds since 1970: at the start, or by a reload.
    private(set) var lastGood: Int64

    /// When the configuration in force came into force, in seconds since 1970.
    private(set) var applied: Int64

    /// - Parameter start: In seconds since 1970.
    init(start: Int64) {
        self.lastGood = start
        self.applied = start
    }

    /// Counts a reload that ended at `time`, in seconds since 1970.
    mutating func ended(_ result: ReloadOutcome.Result, at time: Int64) {
        self.counts[result, default: 0] += 1
        self.isLastGood = result != .refused
        if self.isLastGood { self.lastGood = time }
        if result == .applied { self.applied = time }
    }
}
