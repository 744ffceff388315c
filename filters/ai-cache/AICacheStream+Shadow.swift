import FilterAPI
import NIOCore

// `mode: shadow`: what would have been answered is remembered, and the upstream asked all the same.
extension AICacheStream {
    /// The answer to an equal question would have been served.
    func watchEqual(
        _ value: CachedValue,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) -> FilterAction {
        let stored = WatchedLookup.Stored(key: question.key, answer: value, score: nil, isAccepted: true)
        self.cache.log.miss(question.key)
        self.cache.log.wouldAnswer(question.key, nil)
        return self.watch(stored, question, lookup, stream)
    }

    /// The answer to a similar question is there, which the threshold lets through or not.
    func watchSimilar(
        _ neighbour: Neighbour,
        _ value: CachedValue,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) -> FilterAction? {
        guard let threshold = self.cache.semantic?.settings.threshold else { return nil }
        let key = self.key(of: neighbour)
        let stored = WatchedLookup.Stored(
            key: key,
            answer: value,
            score: neighbour.score,
            isAccepted: threshold.accepts(neighbour.score)
        )
        if stored.isAccepted {
            self.cache.log.miss(question.key)
            self.cache.log.wouldAnswer(key, neighbour.score)
        } else {
            self.cache.log.notAccepted(key, neighbour.score, threshold)
        }
        return self.watch(stored, question, lookup, stream)
    }

    private func watch(
        _ stored: WatchedLookup.Stored,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) -> FilterAction {
        self.recordTime(lookup, stream)
        self.metrics.count(lookup.hasFailed ? .error : .miss)
        stream.setAILog("cache_status", "miss")
        self.note(stored, question, stream)
        return self.goUpstream(question, stream)
    }

    /// Nothing would have been served. A lookup that failed says nothing.
    func watchMiss(_ question: Question, _ lookup: Lookup, _ stream: StreamContext) {
        if self.cache.shadow != nil, !lookup.hasFailed { self.note(nil, question, stream) }
    }

    private func note(_ stored: WatchedLookup.Stored?, _ question: Question, _ stream: StreamContext) {
        let watched = WatchedLookup(
            question: question.key,
            scope: question.scope,
            secondsSince1970: stream.clock.secondsSince1970,
            stored: stored
        )
        self.watched = watched
        self.cache.shadow?.metrics.count(watched.result)
        stream.setAILog("cache_shadow", .string(watched.result.rawValue))
    }

    /// The fresh answer is there, or will not come.
    ///
    /// - Parameter fresh: The answer; `nil` when there is none that could be compared.
    /// - Returns: Whether the store holds an answer to an equal question, which stays.
    @discardableResult
    func watchEnds(_ fresh: CachedAnswer?, _ stream: StreamContext) -> Bool {
        guard let watched, let shadow = self.cache.shadow else { return false }
        self.watched = nil
        if let fresh {
            shadow.compare(watched, with: .structured(fresh), stream)
        } else {
            shadow.note(watched, .unknown)
        }
        return watched.tier == .exact
    }
}
