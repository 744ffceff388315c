import Synchronization

/// What a registry holds.
package protocol Metric: AnyObject, Sendable {}

/// A value that only grows.
public final class Counter: Metric {
    private let storage = Atomic<Int>(0)

    /// Adds to the value; default 1.
    public func increment(by amount: Int = 1) {
        self.storage.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The value.
    public var value: Int { self.storage.load(ordering: .relaxed) }
}

/// A value that goes up and down.
public final class Gauge: Metric {
    private let storage = Atomic<Int>(0)

    /// Adds to the value; negative amounts subtract.
    public func add(_ amount: Int) {
        self.storage.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Sets the value.
    public func set(_ value: Int) {
        self.storage.store(value, ordering: .relaxed)
    }

    /// The value.
    public var value: Int { self.storage.load(ordering: .relaxed) }
}

/// A distribution of durations over fixed buckets.
public final class Histogram: Metric {
    /// The upper bounds of the buckets in nanoseconds: 100 us to 60 s.
    package static let bounds: [Int] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000, 30_000_000_000,
        60_000_000_000,
    ]

    private final class Cell: Sendable {
        let value = Atomic<Int>(0)
    }

    private let cells: [Cell] = (0...Histogram.bounds.count).map { _ in Cell() }
    private let total = Atomic<Int>(0)

    /// Records a duration in nanoseconds; negative ones count as 0.
    public func record(nanoseconds: Int) {
        let duration = max(0, nanoseconds)
        self.cells[Histogram.bucket(of: duration)].value.wrappingAdd(1, ordering: .relaxed)
        self.total.wrappingAdd(duration, ordering: .relaxed)
    }

    /// The bucket of a duration in nanoseconds: an index into ``bounds``, or the one behind its last.
    package static func bucket(of duration: Int) -> Int {
        var bucket = 0
        while bucket < Histogram.bounds.count, Histogram.bounds[bucket] < duration { bucket += 1 }
        return bucket
    }

    /// What was recorded so far.
    package var distribution: DurationDistribution {
        DurationDistribution(
            counts: self.cells.map { $0.value.load(ordering: .relaxed) },
            sum: self.total.load(ordering: .relaxed)
        )
    }
}
