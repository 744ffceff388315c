/// Draws endpoints at random, each as often as its weight says.
package struct WeightedRandom: Sendable {
    /// The sums of the weights up to and with each endpoint.
    private let sums: [Int]
    private let isEven: Bool

    /// - Parameter weights: One an endpoint, at least one; each from 1 to 1,000,000.
    package init(_ weights: [Int]) {
        var sum = 0
        self.sums = weights.map {
            sum += $0
            return sum
        }
        self.isEven = Set(weights).count == 1
    }

    /// The index of an endpoint.
    package func pick(using random: inout BalancerRandom) -> Int {
        guard !isEven else { return Int.random(in: 0..<sums.count, using: &random) }
        let drawn = Int.random(in: 0..<(sums.last ?? 1), using: &random)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > drawn { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
