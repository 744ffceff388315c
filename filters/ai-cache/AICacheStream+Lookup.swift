import FilterAPI
import NIOCore

// From the question to a hit or to the upstream: equal questions first, then similar ones.
extension AICacheStream {
    /// How far a lookup has come.
    struct Lookup {
        let start: NIODeadline
        /// Whether something failed that might have had the answer.
        var hasFailed = false
    }

    func lookUp(_ question: Question, _ stream: StreamContext) -> FilterAction {
        var lookup = Lookup(start: stream.clock.now)
        switch self.cache.store {
        case .local(let store):
            let value = store.value(of: question.key, at: lookup.start)
            if let hit = self.exactHit(value, question, lookup, stream) { return hit }
        case .remote(let store):
            guard self.cache.storeHealth.allowsCall(at: lookup.start) else {
                lookup.hasFailed = true
                break
            }
            let begun = lookup
            return self.wait(question, stream) { await self.ask(store, question, begun, stream) }
        case nil: break
        }
        return self.lookUpSimilar(question, lookup, stream)
    }

    /// Asks a remote store, then for similar questions; whatever goes wrong is a miss.
    private nonisolated(nonsending) func ask(
        _ store: any RemoteCacheStore,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) async -> FilterAction {
        var lookup = lookup
        do {
            let value = try await store.value(of: question.key, by: stream.callouts)
            self.cache.storeHealth.callEnded(nil, "cache lookup", since: lookup.start, at: stream.clock.now)
            if let hit = self.exactHit(value, question, lookup, stream) { return hit }
        } catch {
            self.cache.storeHealth.callEnded(error, "cache lookup", since: lookup.start, at: stream.clock.now)
            if Task.isCancelled { return .continue }
            lookup.hasFailed = true
        }
        guard let tier = self.cache.semantic else { return self.miss(question, lookup, stream) }
        return await self.askSimilar(tier, question, lookup, stream)
    }

    private func exactHit(
        _ stored: StoredBytes?,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) -> FilterAction? {
        guard let stored, let value = stored.value(as: self.configuration.form) else { return nil }
        let age = stored.age ?? value.age(at: stream.clock)
        guard question.rules.allowsServing(age: age) else { return nil }
        if self.cache.shadow != nil { return self.watchEqual(value, question, lookup, stream) }
        self.observeServed(value, of: nil, question, stream)
        self.cache.log.hit(question.key)
        self.metrics.count(.exactHit)
        return self.hit(
            question,
            value,
            CacheStatusHeaders.hit(streamed: question.streamed, key: question.key.id, age: age),
            lookup,
            stream
        )
    }

    /// Answers the client.
    func hit(
        _ question: Question,
        _ value: CachedValue,
        _ headers: @autoclosure () -> HeaderFields,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) -> FilterAction {
        self.state = .answered
        self.rememberQuestion(stream)
        self.recordTime(lookup, stream)
        stream.setAILog("cache_status", "hit")
        if case .structured(let answer) = value, let tokens = answer.totalTokens, tokens > 0 {
            self.metrics.tokensSaved.increment(by: tokens)
        }
        let headers =
            self.configuration.responseHeaders
            ? headers() : [.contentType: AnswerRendering.contentType(streamed: question.streamed)]
        let body = self.body(of: value, question, stream)
        return .respond(LocalResponse(status: 200, headers: headers, body: body, detail: "ai-cache.hit"))
    }

    /// The body of a hit: all at once, or events at the pace that is configured.
    private func body(of value: CachedValue, _ question: Question, _ stream: StreamContext) -> LocalResponse.Body {
        if question.streamed, let pacing = self.configuration.pacing, case .structured(let answer) = value,
            let replay = PacedReplay(answer, pacing, withUsageEvent: question.wantsUsageEvent)
        {
            return .stream(replay.producer(stream.clock, on: stream.eventLoop))
        }
        return .bytes(
            self.cache.rendering.body(
                of: value,
                streamed: question.streamed,
                withUsageEvent: question.wantsUsageEvent
            )
        )
    }

    /// Lets the request go to the upstream, or wait for the answer to an equal one that is there already.
    ///
    /// - Parameter nearest: The nearest stored question, when it was not near enough.
    func miss(
        _ question: Question,
        _ lookup: Lookup,
        nearest: Neighbour? = nil,
        _ stream: StreamContext
    ) -> FilterAction {
        self.recordTime(lookup, stream)
        if let nearest, let threshold = self.cache.semantic?.settings.threshold {
            self.cache.log.notAccepted(self.key(of: nearest), nearest.score, threshold)
        } else {
            self.cache.log.miss(question.key)
        }
        self.tellLog("cache_status", "miss", stream)
        self.watchMiss(question, lookup, stream)
        return self.coalesce(question, lookup, stream)
    }

    func recordTime(_ lookup: Lookup, _ stream: StreamContext) {
        self.metrics.lookupTime.record(nanoseconds: Int((stream.clock.now - lookup.start).nanoseconds))
    }
}

extension CachedValue {
    /// Seconds since the answer was stored, if it says.
    func age(at clock: any StreamClock) -> Int? {
        guard case .structured(let answer) = self, answer.storedAt > 0 else { return nil }
        return clock.secondsSince1970 - min(answer.storedAt, Int(Int32.max) * 1024)
    }
}
