import FilterAPI
import NIOCore

// `mode: shadow`: what would have been answered is remembered, and the upstream asked all the same. Under an error bound lookups
// are observed too, with what was served.
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
        self.tellLog("cache_status", "miss", stream)
        self.note(stored, question, stream)
        return self.goUpstream(question, stream)
    }

    /// Nothing is served, nor would have been. A lookup that failed says nothing.
    func watchMiss(_ question: Question, _ lookup: Lookup, _ stream: StreamContext) {
        guard self.cache.observations != nil, !lookup.hasFailed else { return }
        let explored = question.explored.map { explored in
            WatchedLookup.Stored(
                key: explored.key,
                answer: explored.answer,
                score: self.cache.semantic?.score == .distance ? -explored.score : explored.score,
                isAccepted: false
            )
        }
        self.note(explored, question, stream)
    }

    /// An answer is served: nobody asks the upstream, so its outcome is not known.
    ///
    /// - Parameter neighbour: Whose answer it is; `nil` for an equal question's.
    func observeServed(_ value: CachedValue, of neighbour: Neighbour?, _ question: Question, _ stream: StreamContext) {
        guard let observations = self.cache.observations else { return }
        let stored = WatchedLookup.Stored(
            key: neighbour.map { self.key(of: $0) } ?? question.key,
            answer: value,
            score: neighbour?.score,
            isAccepted: true
        )
        observations.note(self.lookup(stored, question, isServed: true, stream), .unknown)
    }

    private func lookup(
        _ stored: WatchedLookup.Stored?,
        _ question: Question,
        isServed: Bool = false,
        _ stream: StreamContext
    ) -> WatchedLookup {
        WatchedLookup(
            question: question.key,
            scope: question.scope,
            secondsSince1970: stream.clock.secondsSince1970,
            stored: stored,
            isServed: isServed
        )
    }

    private func note(_ stored: WatchedLookup.Stored?, _ question: Question, _ stream: StreamContext) {
        let watched = self.lookup(stored, question, stream)
        self.watched = watched
        guard let shadow = self.cache.shadow else { return }
        shadow.metrics.count(watched.result)
        self.tellLog("cache_shadow", .string(watched.result.rawValue), stream)
    }

    /// The fresh answer is there, or will not come.
    ///
    /// - Parameter fresh: The answer; `nil` when there is none that could be compared.
    /// - Returns: Whether the store holds an answer to an equal question, which stays.
    @discardableResult
    func watchEnds(_ fresh: CachedAnswer?, _ stream: StreamContext) -> Bool {
        guard let watched else { return false }
        guard let shadow = self.cache.shadow else {
            // What is explored is compared for its label, and noted with it.
            if fresh == nil || watched.stored == nil { self.observe(fresh == nil ? .unknown : .new, fresh) }
            return false
        }
        self.watched = nil
        if let fresh {
            shadow.compare(watched, with: .structured(fresh), stream)
        } else {
            shadow.note(watched, .unknown)
        }
        return watched.tier == .exact
    }

    private func observe(_ outcome: Observation.Outcome, _ fresh: CachedAnswer?) {
        guard let watched else { return }
        self.watched = nil
        self.cache.observations?.note(watched, outcome, fresh: fresh.map { CachedValue.structured($0) })
    }
}
