import FilterAPI
import NIOCore

// From the question to a hit or to the upstream.
extension AICacheStream {
    func lookUp(_ question: Question, _ stream: StreamContext) -> FilterAction {
        let start = stream.clock.now
        switch self.store {
        case .local(let store):
            return self.found(store.value(of: question.key, at: start), question, since: start, stream)
        case .remote(let store):
            guard self.cache.allowsCall(at: start) else { return self.miss(question, .error, stream) }
            return .suspend { await self.ask(store, question, since: start, stream) }
        }
    }

    /// Asks a remote store; whatever goes wrong there is a miss.
    private nonisolated(nonsending) func ask(
        _ store: any RemoteCacheStore,
        _ question: Question,
        since start: NIODeadline,
        _ stream: StreamContext
    ) async -> FilterAction {
        do {
            let value = try await store.value(of: question.key, by: stream.callouts)
            self.cache.callEnded(nil, "cache lookup", at: stream.clock.now)
            return self.found(value, question, since: start, stream)
        } catch {
            self.cache.callEnded(error, "cache lookup", at: stream.clock.now)
            if Task.isCancelled { return .continue }
            self.recordTime(since: start, stream)
            return self.miss(question, .error, stream)
        }
    }

    private func found(
        _ stored: StoredBytes?,
        _ question: Question,
        since start: NIODeadline,
        _ stream: StreamContext
    ) -> FilterAction {
        self.recordTime(since: start, stream)
        guard let stored, let value = self.configuration.form.decode(stored.bytes) else {
            return self.miss(question, .miss, stream)
        }
        let age = stored.age ?? value.age(at: stream.clock.nanosecondsSince1970)
        guard question.rules.allowsServing(age: age) else { return self.miss(question, .miss, stream) }
        return self.hit(question, value, age: age, stream)
    }

    private func miss(
        _ question: Question,
        _ result: AICacheMetrics.Lookup,
        _ stream: StreamContext
    ) -> FilterAction {
        self.cache.log.miss(question.key)
        self.metrics.count(result)
        stream.setAILog("cache_status", "miss")
        return self.goUpstream(question, stream)
    }

    private func hit(_ question: Question, _ value: CachedValue, age: Int?, _ stream: StreamContext) -> FilterAction {
        self.state = .answered
        self.cache.log.hit(question.key)
        self.metrics.count(.exactHit)
        stream.setAILog("cache_status", "hit")
        if case .structured(let answer) = value, let tokens = answer.totalTokens, tokens > 0 {
            self.metrics.tokensSaved.increment(by: tokens)
        }
        let headers: HeaderFields =
            self.configuration.responseHeaders
            ? CacheStatusHeaders.hit(streamed: question.streamed, key: question.key.id, age: age)
            : [.contentType: AnswerRendering.contentType(streamed: question.streamed)]
        let body = self.cache.rendering.body(
            of: value,
            streamed: question.streamed,
            withUsageEvent: question.wantsUsageEvent
        )
        return .respond(LocalResponse(status: 200, headers: headers, body: .bytes(body), detail: "ai-cache.hit"))
    }

    private func recordTime(since start: NIODeadline, _ stream: StreamContext) {
        self.metrics.lookupTime.record(nanoseconds: Int((stream.clock.now - start).nanoseconds))
    }
}

extension CachedValue {
    /// Seconds since the answer was stored, if it says.
    fileprivate func age(at nanosecondsSince1970: Int64) -> Int? {
        guard case .structured(let answer) = self, answer.storedAt > 0 else { return nil }
        return Int(nanosecondsSince1970 / 1_000_000_000) - min(answer.storedAt, Int(Int32.max) * 1024)
    }
}
