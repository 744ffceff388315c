/// What each threshold would have done to the lookups that were observed.
///
/// A semantic hit is a lookup whose nearest question a threshold lets; it is wrong when the stored answer disagrees with the
/// fresh one. Lookups whose fresh answer was none to compare with count for hit rates only.
struct ThresholdReport: Sendable {
    /// The thresholds that are looked at.
    struct Grid: Hashable, Sendable {
        var from: Double
        var to: Double
        var step: Double

        /// From the least on.
        var values: [Double] {
            let count = ((self.to - self.from) / self.step + 1e-9).rounded(.down)
            return (0...Int(max(0, min(count, 100_000)))).map { index in
                ((self.from + Double(index) * self.step) * 1e9).rounded() / 1e9
            }
        }
    }

    /// One threshold.
    struct Row: Hashable, Sendable {
        let threshold: Double
        /// Lookups that the cache would have answered, equal questions included, of all.
        let hits: Proportion
        /// Semantic hits, compared or not.
        let semanticHits: Int
        /// Right semantic hits of those that were compared.
        let precision: Proportion
        /// Wrong semantic hits of all lookups that could be compared.
        let errors: Proportion
    }

    /// All lookups.
    let lookups: Int
    /// Lookups whose fresh answer was one to compare with.
    let compared: Int
    /// Right hits on equal questions, of those that were compared: how well the model agrees with itself.
    let exact: Proportion
    /// Hits on equal questions, compared or not.
    let exactHits: Int
    let measure: CacheObservation.Measure
    /// From the least threshold on.
    let rows: [Row]

    /// - Parameters:
    ///   - observations: What was seen.
    ///   - measure: What scores say.
    ///   - grid: The thresholds; by default 0.70 to 0.99 for similarities, and 0.01 to 0.30 for distances.
    init(_ observations: [CacheObservation], _ measure: CacheObservation.Measure, _ grid: Grid? = nil) {
        let exact = observations.filter { $0.tier == .exact }
        let semantic = observations.filter { $0.tier == .semantic }
        let counts = ScoreCounts(semantic, measure)
        let compared = observations.count { $0.outcome != .unknown }
        self.lookups = observations.count
        self.compared = compared
        self.exactHits = exact.count
        self.exact = Proportion(
            count: exact.count { $0.outcome == .agreed },
            total: exact.count { $0.outcome != .unknown }
        )
        self.measure = measure
        self.rows = (grid ?? .usual(for: measure)).values.map { threshold in
            let found = counts.found(at: threshold)
            return Row(
                threshold: threshold,
                hits: Proportion(count: exact.count + found.hits, total: observations.count),
                semanticHits: found.hits,
                precision: Proportion(count: found.agreed, total: found.agreed + found.disagreed),
                errors: Proportion(count: found.disagreed, total: compared)
            )
        }
    }
}

extension ThresholdReport.Grid {
    static func usual(for measure: CacheObservation.Measure) -> Self {
        switch measure {
        case .similarity: Self(from: 0.70, to: 0.99, step: 0.01)
        case .distance: Self(from: 0.01, to: 0.30, step: 0.01)
        }
    }
}

/// The semantic observations in the order of their scores, so that each threshold is one search.
private struct ScoreCounts {
    struct Found {
        var hits = 0
        var agreed = 0
        var disagreed = 0
    }

    /// From the nearest on, made so that greater is nearer.
    private let scores: [Double]
    /// Those up to each place, itself excluded.
    private let sums: [Found]
    private let sign: Double

    init(_ observations: [CacheObservation], _ measure: CacheObservation.Measure) {
        let sign = measure == .similarity ? 1.0 : -1.0
        let sorted = observations.compactMap { one in one.score.map { (score: $0 * sign, outcome: one.outcome) } }
            .sorted { $0.score > $1.score }
        var sum = Found()
        var sums = [sum]
        for one in sorted {
            sum.hits += 1
            if one.outcome == .agreed { sum.agreed += 1 }
            if one.outcome == .disagreed { sum.disagreed += 1 }
            sums.append(sum)
        }
        self.scores = sorted.map(\.score)
        self.sums = sums
        self.sign = sign
    }

    /// Those whose score is at least as near as a threshold.
    func found(at threshold: Double) -> Found {
        let limit = threshold * self.sign
        var (low, high) = (0, self.scores.count)
        while low < high {
            let middle = (low + high) / 2
            if self.scores[middle] >= limit { low = middle + 1 } else { high = middle }
        }
        return self.sums[low]
    }
}
