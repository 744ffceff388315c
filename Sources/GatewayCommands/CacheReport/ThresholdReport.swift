/// What each threshold would have done to the lookups that were observed.
///
/// A semantic hit is a lookup that gets the answer to another question, because a threshold lets it or did so when the
/// question was asked before (``ThresholdReplay``); it is wrong when that answer disagrees with the fresh one. Lookups whose
/// fresh answer was none to compare with, or was not asked for, count for hit rates only.
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
        /// How many different questions those are that were compared.
        let questions: Int
        /// Right semantic hits of those that were compared.
        let precision: Proportion
        /// Wrong semantic hits of all lookups that could be compared.
        let errors: Proportion
    }

    /// All lookups.
    let lookups: Int
    /// Lookups whose fresh answer was one to compare with.
    let compared: Int
    /// Lookups that got the stored answer, so that nothing tells whether it was right.
    let served: Int
    /// Right hits on equal questions, of those that were compared: how well the model agrees with itself.
    let exact: Proportion
    /// Hits on equal questions, compared or not.
    let exactHits: Int
    /// Lookups that do not name their question, so that its repeats are not known.
    let unnamed: Int
    let measure: CacheObservation.Measure
    /// From the least threshold on.
    let rows: [Row]

    /// - Parameters:
    ///   - observations: What was seen.
    ///   - measure: What scores say.
    ///   - grid: The thresholds; by default 0.70 to 0.99 for similarities, and 0.01 to 0.30 for distances.
    init(_ observations: [CacheObservation], _ measure: CacheObservation.Measure, _ grid: Grid? = nil) {
        let exact = observations.filter(\.isOfSameWords)
        let replay = ThresholdReplay(observations, measure)
        self.lookups = observations.count
        self.compared = observations.count { $0.outcome != .unknown }
        self.served = observations.count { $0.served == true }
        self.exactHits = exact.count
        self.exact = Proportion(
            count: exact.count { $0.outcome == .agreed },
            total: exact.count { $0.outcome != .unknown }
        )
        self.unnamed = observations.count { $0.key == nil }
        self.measure = measure
        self.rows = (grid ?? .usual(for: measure)).values.map { replay.row(at: $0) }
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
