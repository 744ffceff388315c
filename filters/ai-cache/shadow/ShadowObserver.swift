import FilterAPI
import NIOCore
import Synchronization

/// Finds out how often the cache would have been right, and keeps what it saw.
final class ShadowObserver: Sendable {
    let metrics: ShadowMetrics
    private let comparison: AnswerComparison
    private let kept: KeptObservations
    private let file: ObservationFile?
    private let hasTexts: Bool
    private let measure: ScoreKind?
    private let name: String
    private let log: CacheLog

    /// - Parameters:
    ///   - configuration: `config`.
    ///   - comparison: What compares answers.
    ///   - measure: What scores of the vector store say; `nil` without one.
    ///   - environment: Where observations are kept.
    ///   - log: The cache's log.
    init(
        _ configuration: AICacheConfiguration,
        _ comparison: AnswerComparison,
        _ measure: ScoreKind?,
        _ environment: FilterEnvironment,
        _ log: CacheLog
    ) {
        let settings = configuration.observations
        let shadowMetrics = ShadowMetrics(environment.metrics)
        self.metrics = shadowMetrics
        self.comparison = comparison
        self.kept = environment.shared.object("ai-cache.observations \(settings.keep) \(environment.name)") {
            KeptObservations(capacity: settings.keep)
        }
        self.file = settings.path.map { path in
            environment.shared.object("ai-cache.observations.file \(path)") {
                ObservationFile(path: path, lost: shadowMetrics.lost, environment.logger)
            }
        }
        self.hasTexts = settings.hasTexts
        self.measure = measure
        self.name = environment.name
        self.log = log
        if let file, environment.shared.isServing {
            environment.shared.whenInForce { file.begin(maximumBytes: settings.maximumBytes) }
        }
    }

    /// The last observations, from the oldest on.
    var observations: KeptObservations { self.kept }

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
        let observation = watched.observation(outcome, by: self.name, measure: self.measure)
        self.kept.add(observation)
        self.file?.append(observation.line(self.hasTexts ? watched.texts(fresh: fresh) : nil))
    }
}

/// The observations in memory, which a reload keeps. Shared by all event loops.
final class KeptObservations: Sendable {
    private let ring: Mutex<ObservationRing>

    init(capacity: Int) { self.ring = Mutex(ObservationRing(capacity: capacity)) }

    func add(_ observation: Observation) { self.ring.withLock { $0.add(observation) } }

    var all: [Observation] { self.ring.withLock { $0.all } }
    var count: Int { self.ring.withLock { $0.count } }
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
