import FilterAPI
import NIOCore

// Similar questions under an error bound: whether one is served, and what becomes of the answer when it is not.
extension AICacheStream {
    /// A stored answer that might have been served; the upstream is asked in its place.
    struct Explored: Sendable {
        let key: CacheKey
        /// How near its question is; greater is nearer.
        let score: Double
        let answer: CachedValue
        /// Why it is not served, and what its label tells of.
        let decision: VerifiedDecision
    }

    /// What is explored when a neighbour that could answer is not served; `nil` when it is.
    ///
    /// The same words are the same question, so they are served as ever.
    func explored(_ neighbour: Neighbour, _ answer: CachedValue, for question: Question) -> Explored? {
        guard let verified = self.cache.verified, neighbour.question != question.key.question else { return nil }
        let key = self.key(of: neighbour)
        let score = self.cache.semantic?.score == .distance ? -neighbour.score : neighbour.score
        guard let decision = verified.explores(key, at: score) else { return nil }
        return Explored(key: key, score: score, answer: answer, decision: decision)
    }

    /// Compares the upstream's answer with the one that was not served, and stores the question by its vector unless the two
    /// say the same: the stored one then speaks for both, if it is near enough to be served some day.
    ///
    /// - Parameters:
    ///   - explored: What was not served.
    ///   - fresh: What the upstream answered.
    ///   - bytes: The same as it is stored with the vector.
    ///   - vector: The question as a vector.
    ///   - question: The question.
    ///   - stream: The stream, which may end before.
    /// - Returns: Whether it was begun; if not, the question is to be stored as any other.
    func verify(
        _ explored: Explored,
        _ fresh: CachedAnswer,
        _ bytes: ByteBuffer?,
        _ vector: [Float],
        _ question: Question,
        _ stream: StreamContext
    ) -> Bool {
        guard let verified = self.cache.verified, let comparison = self.cache.comparison,
            let tier = self.cache.semantic
        else { return false }
        let pair = AnswerPair(question: question.key.question, fresh: .structured(fresh), cached: explored.answer)
        let (cache, callouts, clock) = (self.cache, stream.callouts, stream.clock)
        let timeToLive = self.configuration.cache.timeToLive
        let watched = self.watched
        let isBegun = comparison.begin(pair, stream) { verdict in
            if let watched { cache.observations?.note(watched, Observation.Outcome(verdict), fresh: pair.fresh) }
            // What was purged meanwhile does not come back, and nothing is said of an answer that has gone.
            guard question.exploredAt == cache.answers.moment(of: explored.key.id) else { return }
            let change = verified.learn(verdict, explored)
            cache.log.compared(explored.key, explored.score, verdict, change)
            // Without another store this is where the same words are found again.
            if verdict == .same, cache.store != nil, !explored.decision.isFar { return }
            let entry = VectorEntry(question, vector, bytes, timeToLive, at: clock.secondsSince1970)
            if await tier.store(entry, by: callouts, clock) { cache.countUpload() }
        }
        if isBegun { self.watched = nil }
        return isBegun
    }
}
