/// What the cache answered a lookup, or would have; an object, so that a stream that is not watched has no room for it.
final class WatchedLookup: Sendable {
    /// What is stored for an equal or similar question.
    struct Stored: Sendable {
        /// The stored question.
        let key: CacheKey
        let answer: CachedValue
        /// How near the question is; `nil` for an equal one.
        let score: Double?
        /// Whether the configured threshold lets it answer; under an error bound whether it does.
        let isAccepted: Bool
    }

    /// The question as it was asked.
    let question: CacheKey
    /// The digest of what else has to be equal.
    let scope: String?
    /// When it was asked, in seconds since 1970.
    let secondsSince1970: Int
    /// `nil` for nothing.
    let stored: Stored?
    /// Whether the client gets it.
    let isServed: Bool

    init(question: CacheKey, scope: String?, secondsSince1970: Int, stored: Stored?, isServed: Bool = false) {
        self.question = question
        self.scope = scope
        self.secondsSince1970 = secondsSince1970
        self.stored = stored
        self.isServed = isServed
    }

    var tier: Observation.Tier { self.stored.map { $0.score == nil ? .exact : .semantic } ?? .none }

    /// What would have answered, with the configured threshold.
    var result: ShadowMetrics.Result {
        guard let stored, stored.isAccepted else { return .none }
        return stored.score == nil ? .exact : .semantic
    }

    /// What is written of it once its outcome is known.
    func observation(_ outcome: Observation.Outcome, by cache: String, measure: ScoreKind?) -> Observation {
        Observation(
            secondsSince1970: self.secondsSince1970,
            cache: cache,
            tier: self.tier,
            outcome: outcome,
            score: self.stored?.score,
            measure: self.stored?.score == nil ? nil : measure,
            isAccepted: self.stored?.isAccepted ?? false,
            scope: self.scope,
            key: self.question.id,
            storedKey: self.stored?.score == nil ? nil : self.stored?.key.id,
            isServed: self.isServed
        )
    }

    /// Questions and answers.
    func texts(fresh: CachedValue?) -> Observation.Texts {
        Observation.Texts(
            question: self.question.question,
            storedQuestion: self.stored?.key.question,
            freshAnswer: fresh?.text,
            storedAnswer: self.stored?.answer.text
        )
    }
}
