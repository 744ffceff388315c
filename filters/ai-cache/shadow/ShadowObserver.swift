import FilterAPI
import NIOCore

/// Finds out how often the cache would have been right.
final class ShadowObserver: Sendable {
    let metrics: ShadowMetrics
    /// How many lookups run beside their requests.
    let limit = LookupLimit()
    private let comparison: AnswerComparison
    private let observations: ObservationLog
    private let log: CacheLog

    /// - Parameters:
    ///   - comparison: What compares answers.
    ///   - observations: Where observations are kept.
    ///   - registry: Where they are counted.
    ///   - log: The cache's log.
    init(
        _ comparison: AnswerComparison,
        _ observations: ObservationLog,
        _ registry: MetricRegistry,
        _ log: CacheLog
    ) {
        self.metrics = ShadowMetrics(registry)
        self.comparison = comparison
        self.observations = observations
        self.log = log
    }

    /// Compares what would have been answered with the fresh answer; the stream may end before.
    func compare(_ watched: WatchedLookup, with fresh: CachedValue, _ stream: StreamContext) {
        guard let stored = watched.stored else { return self.note(watched, .new, fresh: fresh) }
        let pair = AnswerPair(question: watched.question.question, fresh: fresh, cached: stored.answer)
        let isBegun = self.comparison.begin(pair, stream) { verdict in
            self.log.answersCompared(stored.key, verdict)
            self.note(watched, Observation.Outcome(verdict), fresh: fresh)
        }
        if !isBegun { self.note(watched, .unknown, fresh: fresh) }
    }

    /// Keeps what became of a lookup.
    ///
    /// - Parameter fresh: The fresh answer, where it was one to compare with.
    func note(_ watched: WatchedLookup, _ outcome: Observation.Outcome, fresh: CachedValue? = nil) {
        if watched.stored?.isAccepted == true { self.metrics.count(watched.result, outcome) }
        self.observations.note(watched, outcome, fresh: fresh)
    }
}

extension Embedder {
    /// What answers are compared by where the cache has no embedder: their words.
    static let words = Embedder.local(NGramEmbedding(vectors: NGramVectors(dimensions: 512)))
}

extension Observation.Outcome {
    init(_ verdict: AnswerVerdict) {
        switch verdict {
        case .same: self = .agreed
        case .different: self = .disagreed
        case .undecided: self = .unknown
        }
    }
}
