/// How many durations fell into each of the fixed buckets, and their sum: plain numbers of one event loop.
///
/// Recording costs no atomic operation; whoever reads adds up the loops.
package struct DurationDistribution: Sendable, Hashable {
    /// One count for each of `Histogram.bounds`, and one for those above; not cumulative.
    package private(set) var counts: [Int]
    /// The sum of all durations in nanoseconds.
    package private(set) var sum = 0

    /// Makes an empty one.
    package init() {
        self.counts = [Int](repeating: 0, count: Histogram.bounds.count + 1)
    }

    /// Makes one of numbers that were counted elsewhere.
    package init(counts: [Int], sum: Int) {
        self.counts = counts
        self.sum = sum
    }

    /// How many durations there are.
    package var total: Int { self.counts.reduce(0, +) }

    /// Records a duration in nanoseconds; negative ones count as 0.
    package mutating func record(nanoseconds: Int) {
        let duration = max(0, nanoseconds)
        self.record(duration, in: Histogram.bucket(of: duration))
    }

    /// Records a duration in nanoseconds whose bucket is known already.
    package mutating func record(_ duration: Int, in bucket: Int) {
        self.counts[bucket] &+= 1
        self.sum &+= duration
    }

    package static func + (left: DurationDistribution, right: DurationDistribution) -> DurationDistribution {
        var sum = left
        for index in sum.counts.indices { sum.counts[index] &+= right.counts[index] }
        sum.sum &+= right.sum
        return sum
    }
}
