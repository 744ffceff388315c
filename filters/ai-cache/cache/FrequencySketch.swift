/// Estimates how often keys were asked for lately, in a fixed amount of memory.
///
/// A count-min sketch of four rows whose counts stop at 15 and are halved from time to time, so that old popularity
/// fades.
///
/// Source: Einziger, Friedman, Manes: "TinyLFU: A Highly Efficient Cache Admission Policy" (ACM ToS 2017).
struct FrequencySketch: Sendable {
    private static let rows = 4
    private static let ceiling: UInt8 = 15

    private var counts: ContiguousArray<UInt8>
    private let mask: Int
    private var additions = 0

    /// - Parameter width: Counts in a row; rounded up to a power of two.
    init(width: Int) {
        var size = 64
        while size < width { size *= 2 }
        self.mask = size - 1
        self.counts = ContiguousArray(repeating: 0, count: size * Self.rows)
    }

    /// Counts one more request for a key.
    mutating func add(_ key: CacheKeyID) {
        for row in 0..<Self.rows {
            let place = self.place(of: key, row)
            if self.counts[place] < Self.ceiling { self.counts[place] += 1 }
        }
        self.additions += 1
        if self.additions >= 10 * (self.mask + 1) { self.age() }
    }

    /// About how often a key was asked for; never too low but by ageing.
    func frequency(of key: CacheKeyID) -> UInt8 {
        (0..<Self.rows).map { self.counts[self.place(of: key, $0)] }.min() ?? 0
    }

    private func place(of key: CacheKeyID, _ row: Int) -> Int {
        // The key is a digest already: each row takes other bits of it.
        let word = row < 2 ? key.high : key.low
        return row * (self.mask + 1) + Int(truncatingIfNeeded: word >> UInt64(row % 2 * 32)) & self.mask
    }

    private mutating func age() {
        for index in self.counts.indices { self.counts[index] /= 2 }
        self.additions /= 2
    }
}
