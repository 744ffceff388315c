/// Takes endpoints in turn, each as often as its weight says, and spreads the turns of a heavy one.
///
/// Weights 3 and 1 give 0, 0, 1, 0. A pick looks at every endpoint once. Source: nginx, "Upstream: smooth weighted
/// round-robin balancing".
package struct WeightedRoundRobin: Sendable {
    private let weights: [Int]
    private let total: Int
    private var credits: [Int]

    /// - Parameters:
    ///   - weights: One an endpoint, at least one; each from 1 to 1,000,000.
    ///   - start: Begins with this turn of the cycle, so that event loops do not all prefer the same endpoint.
    package init(_ weights: [Int], startingAt start: Int = 0) {
        self.weights = weights
        self.total = weights.reduce(0, +)
        self.credits = weights.map { _ in 0 }
        for _ in 0..<abs(start % min(max(total, 1), 1000)) { _ = pick() }
    }

    /// The index of the next endpoint.
    package mutating func pick() -> Int {
        var best = 0
        for index in credits.indices {
            credits[index] += weights[index]
            if credits[index] > credits[best] { best = index }
        }
        credits[best] -= total
        return best
    }
}
