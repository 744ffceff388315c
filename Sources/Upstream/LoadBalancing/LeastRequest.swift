/// Takes the less busy of two endpoints drawn at random.
///
/// Two choices do nearly as well as looking at all endpoints, and event loops that know only their own requests do not
/// run to the same one. Weights count twice: they draw, and an endpoint of weight 3 is as busy with three requests as
/// one of weight 1 with one. Source: Mitzenmacher, "The power of two choices in randomized load balancing".
package struct LeastRequest: Sendable {
    private let weights: [Int]
    private let draw: WeightedRandom

    /// - Parameter weights: One an endpoint, at least one; each from 1 to 1,000,000.
    package init(_ weights: [Int]) {
        self.weights = weights
        self.draw = WeightedRandom(weights)
    }

    /// The index of an endpoint.
    ///
    /// - Parameter active: How many requests an endpoint has in hand.
    package func pick(using random: inout BalancerRandom, active: (Int) -> Int) -> Int {
        let first = draw.pick(using: &random)
        let second = other(than: first, using: &random)
        let firstLoad = active(first).multipliedReportingOverflow(by: weights[second])
        let secondLoad = active(second).multipliedReportingOverflow(by: weights[first])
        return firstLoad.partialValue <= secondLoad.partialValue ? first : second
    }

    /// A second draw that hits the first again is tried once more, then the neighbour is taken.
    private func other(than first: Int, using random: inout BalancerRandom) -> Int {
        let second = draw.pick(using: &random)
        guard second == first else { return second }
        let third = draw.pick(using: &random)
        return third == first ? (first + 1) % weights.count : third
    }
}
