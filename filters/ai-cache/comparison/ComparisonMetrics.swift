import FilterAPI

/// What is counted of comparisons of answers.
struct ComparisonMetrics: Sendable {
    private let same: Counter
    private let different: Counter
    private let undecided: Counter
    /// Comparisons that were left out because too many others waited.
    let dropped: Counter

    init(_ registry: MetricRegistry) {
        let counter = { (result: String) in
            let help = "Comparisons of a fresh answer with a cached one, by their result."
            return registry.counter("ai_cache_comparisons_total", help, labels: [("result", result)])
        }
        self.same = counter("same")
        self.different = counter("different")
        self.undecided = counter("undecided")
        self.dropped = counter("dropped")
    }

    func count(_ verdict: AnswerVerdict) {
        switch verdict {
        case .same: self.same.increment()
        case .different: self.different.increment()
        case .undecided: self.undecided.increment()
        }
    }

    /// How many comparisons ended so.
    var counts: (same: Int, different: Int, undecided: Int, dropped: Int) {
        (self.same.value, self.different.value, self.undecided.value, self.dropped.value)
    }
}
