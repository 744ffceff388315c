/// A weighted sum of rare events, with an upper bound of what it is on average.
///
/// The bound is that of the gamma distribution which has the mean and the variance of the sum after one more event of the
/// greatest weight. It holds for weights as unequal as they may be, without events too, and is the exact one of Poisson's
/// distribution when the weights are equal.
///
/// Source: Fay and Feuer: "Confidence intervals for directly standardized rates: a method based on the gamma distribution"
/// (Statistics in Medicine 16, 1997); Wilson and Hilferty: "The distribution of chi-square" (1931), for its quantile.
struct WeightedEvents: Sendable, Hashable {
    private var sum = 0.0
    private var squares = 0.0
    private var heaviest = 0.0

    /// Counts events.
    ///
    /// - Parameters:
    ///   - count: How many were seen.
    ///   - weight: What each of them stands for; greater than 0.
    mutating func add(_ count: Double, weight: Double) {
        self.sum += count * weight
        self.squares += count * weight * weight
        self.heaviest = max(self.heaviest, weight)
    }

    /// What the sum is on average at most.
    ///
    /// - Parameter deviations: How sure that is, as a quantile of the normal distribution: 1.28 for nine times of ten.
    func upperBound(deviations: Double) -> Double {
        guard self.heaviest > 0 else { return 0 }
        let mean = self.sum + self.heaviest
        let variance = self.squares + self.heaviest * self.heaviest
        let shape = mean * mean / variance
        let root = 1 - 1 / (9 * shape) + deviations / (3 * shape.squareRoot())
        return mean * root * root * root
    }
}
