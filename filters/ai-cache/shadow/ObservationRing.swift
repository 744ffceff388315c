/// The last observations, up to a number; each further one takes the place of the oldest.
struct ObservationRing: Sendable {
    /// How many are kept.
    let capacity: Int
    private var kept: [Observation] = []
    private var oldest = 0

    /// - Parameter capacity: How many are kept, at least 1.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    mutating func add(_ observation: Observation) {
        if self.kept.count < self.capacity { return self.kept.append(observation) }
        self.kept[self.oldest] = observation
        self.oldest = (self.oldest + 1) % self.capacity
    }

    /// From the oldest on.
    var all: [Observation] { Array(self.kept[self.oldest...] + self.kept[..<self.oldest]) }

    var count: Int { self.kept.count }
}
