/// The last so many of values that come one after the other.
struct RecentValues<Value: Sendable>: Sendable {
    /// How many are kept.
    let most: Int
    // Up to twice as many, so that the older ones go seldom and together.
    private var values: [Value] = []

    init(most: Int) { self.most = max(1, most) }

    /// The values, newest last.
    var all: ArraySlice<Value> { self.values.suffix(self.most) }
    var count: Int { min(self.values.count, self.most) }
    /// The memory that they take, in bytes.
    var bytes: Int { self.values.capacity * MemoryLayout<Value>.stride }

    mutating func append(_ value: Value) {
        if self.values.count >= 2 * self.most { self.values.removeFirst(self.values.count - self.most) }
        self.values.append(value)
    }

    /// Drops all but the newest.
    mutating func keepNewest(_ count: Int) {
        self.values.removeFirst(max(0, self.values.count - max(0, count)))
    }
}
