import Foundation

/// How often something happened among so many, and between which bounds its probability lies.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22
/// (1927).
struct Proportion: Hashable, Sendable {
    let count: Int
    let total: Int
    /// How many that were counted tell as much as one that stands for itself, 1 or more: those that stand or fall together
    /// tell less than their number.
    var designEffect = 1.0

    /// The share; `nil` of none.
    var share: Double? { self.total == 0 ? nil : Double(self.count) / Double(self.total) }

    /// How many that stand for themselves would tell as much.
    var effectiveTotal: Double { Double(self.total) / self.designEffect }

    /// The interval that holds the probability with a confidence, which ``deviations(for:)`` turns into `z`; all of 0 to 1
    /// when nothing was seen.
    func interval(_ z: Double) -> ClosedRange<Double> {
        guard let share else { return 0...1 }
        let n = self.effectiveTotal
        let middle = share + z * z / (2 * n)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        // At the ends rounding must not cut off what was seen.
        let lower = self.count == 0 ? 0 : max(0, (middle - spread) / scale)
        let upper = self.count == self.total ? 1 : min(1, (middle + spread) / scale)
        return lower...max(lower, upper)
    }

    /// How many have to be seen before the upper bound can be as low as that, even if nothing happens in any.
    static func fewest(forBound bound: Double, _ z: Double) -> Int {
        Int((z * z * (1 - bound) / bound).rounded(.up))
    }

    /// The standard deviations on each side of the mean that hold that share of a normal distribution; 1.96 for 0.95.
    static func deviations(for confidence: Double) -> Double {
        var (low, high) = (0.0, 10.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if 1 - erfc(middle / 2.0.squareRoot()) < confidence { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

extension Proportion {
    /// What was counted of one question.
    struct Group: Hashable, Sendable {
        /// How often it happened.
        let count: Int
        /// Of how many.
        let total: Int
        /// How many of them stand or fall together; the others cannot happen.
        let together: Int
    }

    /// A share of all groups' lookups, with the design effect of their grouping: the greater of the one that was seen, and
    /// the one that follows from how many stand or fall together, which counts also when nothing happened at all.
    ///
    /// Source: L. Kish, "Survey Sampling" (1965), sections 5.4 and 8.2.
    init(_ groups: [Group]) {
        let count = groups.reduce(0) { $0 + $1.count }
        let total = groups.reduce(0) { $0 + $1.total }
        let together = groups.reduce(0.0) { $0 + Double($1.together) }
        let squares = groups.reduce(0.0) { $0 + Double($1.together) * Double($1.together) }
        var seen = 1.0
        if count > 0, count < total {
            let share = Double(count) / Double(total)
            let spread = groups.reduce(0.0) { sum, group in
                let difference = Double(group.count) - share * Double(group.total)
                return sum + difference * difference
            }
            seen = spread / (Double(total) * share * (1 - share))
        }
        self.init(count: count, total: total, designEffect: max(1, seen, together > 0 ? squares / together : 1))
    }
}
