import FilterAPI
import NIOCore

// From a question that no store knows word by word to one that means the same.
extension AICacheStream {
    /// Looks for similar questions: at once when all of it is in this process, else in an operation that waits.
    func lookUpSimilar(_ question: Question, _ lookup: Lookup, _ stream: StreamContext) -> FilterAction {
        guard let tier = self.cache.semantic else { return self.miss(question, lookup, stream) }
        guard case .local(let embedder) = tier.embedder, case .local(let vectors) = tier.vectors,
            self.cache.store?.isLocal ?? true
        else { return self.wait(question, stream) { await self.askSimilar(tier, question, lookup, stream) } }
        return self.similarAtOnce(tier, embedder, vectors, question, lookup, stream)
    }

    private func similarAtOnce(
        _ tier: SemanticTier,
        _ embedder: any LocalEmbedder,
        _ vectors: any LocalVectorStore,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) -> FilterAction {
        var question = question
        var lookup = lookup
        question.embedding = Embedding(tier.vector(of: question.key.question, by: embedder))
        guard case .vector(let vector) = question.embedding else { return self.miss(question, lookup, stream) }
        let query = self.query(vector, question, tier, stream)
        guard vectors.isQuick(query) else {
            let (asked, begun) = (question, lookup)
            return self.wait(asked, stream) { await self.askNeighbours(tier, query, asked, begun, stream) }
        }
        guard let neighbours = tier.neighbours(of: query, in: vectors, at: lookup.start) else {
            lookup.hasFailed = true
            return self.miss(question, lookup, stream)
        }
        var choice = self.choice(among: neighbours, question, tier, stream)
        while true {
            switch choice.next() {
            case .serve(let neighbour, let answer):
                if let hit = self.semanticHit(neighbour, StoredBytes(bytes: answer), question, lookup, stream) {
                    return hit
                }
            case .read(let neighbour):
                guard case .local(let store) = self.cache.store,
                    let stored = store.value(of: self.key(of: neighbour), at: lookup.start),
                    let hit = self.semanticHit(neighbour, stored, question, lookup, stream)
                else { continue }
                return hit
            case .nothing(let nearest):
                self.noteUnanswerable(question, choice)
                return self.miss(question, lookup, nearest: nearest, stream)
            }
        }
    }

    /// Looks for similar questions wherever they are; whatever goes wrong is a miss.
    nonisolated(nonsending) func askSimilar(
        _ tier: SemanticTier,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) async -> FilterAction {
        var question = question
        let found = await tier.vector(of: question.key.question, by: stream.callouts, stream.clock)
        if Task.isCancelled { return .continue }
        question.embedding = Embedding(found.numbers)
        switch found {
        case .vector(let vector):
            let query = self.query(vector, question, tier, stream)
            return await self.askNeighbours(tier, query, question, lookup, stream)
        case .nothing: return self.miss(question, lookup, stream)
        case .failed: return self.failedMiss(question, lookup, stream)
        }
    }

    /// Looks for the questions near one whose vector is known.
    private nonisolated(nonsending) func askNeighbours(
        _ tier: SemanticTier,
        _ query: VectorQuery,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) async -> FilterAction {
        var lookup = lookup
        let neighbours = await tier.neighbours(of: query, by: stream.callouts, stream.clock)
        if Task.isCancelled { return .continue }
        guard let neighbours else { return self.failedMiss(question, lookup, stream) }
        var choice = self.choice(among: neighbours, question, tier, stream)
        while true {
            switch choice.next() {
            case .serve(let neighbour, let answer):
                if let hit = self.semanticHit(neighbour, StoredBytes(bytes: answer), question, lookup, stream) {
                    return hit
                }
            case .read(let neighbour):
                let answer = await self.answer(under: neighbour, &lookup, stream)
                if Task.isCancelled { return .continue }
                guard let answer, let hit = self.semanticHit(neighbour, answer, question, lookup, stream) else {
                    continue
                }
                return hit
            case .nothing(let nearest):
                self.noteUnanswerable(question, choice)
                return self.miss(question, lookup, nearest: nearest, stream)
            }
        }
    }

    /// Nothing that is stored may answer.
    private func noteUnanswerable(_ question: Question, _ choice: SemanticChoice) {
        for refusal in choice.refusals { self.metrics.count(refusal) }
        // In shadow mode nothing is decided, so that the lookups that would be are not noted either; these alone would make room
        // for errors.
        if self.cache.shadow == nil { self.cache.verified?.noteUnanswerable(in: question.scope) }
    }

    private func failedMiss(_ question: Question, _ lookup: Lookup, _ stream: StreamContext) -> FilterAction {
        var lookup = lookup
        lookup.hasFailed = true
        return self.miss(question, lookup, stream)
    }

    /// Reads the answer that the cache store holds under a neighbour's wording.
    ///
    /// A store that has failed in this lookup is not asked again, so that it costs one timeout and not several.
    private nonisolated(nonsending) func answer(
        under neighbour: Neighbour,
        _ lookup: inout Lookup,
        _ stream: StreamContext
    ) async -> StoredBytes? {
        let start = stream.clock.now
        let key = self.key(of: neighbour)
        switch self.cache.store {
        case .local(let store): return store.value(of: key, at: start)
        case .remote(let store):
            guard !lookup.hasFailed, self.cache.storeHealth.allowsCall(at: start) else { return nil }
            do {
                let value = try await store.value(of: key, by: stream.callouts)
                self.cache.storeHealth.callEnded(nil, "cache lookup", since: start, at: stream.clock.now)
                return value
            } catch {
                self.cache.storeHealth.callEnded(error, "cache lookup", since: start, at: stream.clock.now)
                lookup.hasFailed = true
                return nil
            }
        case nil: return nil
        }
    }

    private func choice(
        among neighbours: [Neighbour],
        _ question: Question,
        _ tier: SemanticTier,
        _ stream: StreamContext
    ) -> SemanticChoice {
        tier.choice(
            among: neighbours,
            for: question.key.question,
            scope: question.scope,
            guards: self.configuration.guards,
            takesAll: self.cache.shadow != nil,
            at: stream.clock.secondsSince1970
        )
    }

    private func query(
        _ vector: [Float],
        _ question: Question,
        _ tier: SemanticTier,
        _ stream: StreamContext
    ) -> VectorQuery {
        VectorQuery(
            vector: vector,
            topK: tier.settings.asked(scope: question.scope),
            scope: question.scope,
            secondsSince1970: stream.clock.secondsSince1970,
            enough: tier.settings.threshold.leastSimilarity
        )
    }

    /// The key of a neighbour's wording.
    func key(of neighbour: Neighbour) -> CacheKey {
        CacheKey(
            question: neighbour.question,
            prefix: self.configuration.cache.keyPrefix,
            scope: neighbour.scope
        )
    }

    /// Answers with what a neighbour holds, and stores it under the new wording; `nil` when it cannot serve.
    ///
    /// Under an error bound the upstream may be asked instead, as if there were no such neighbour.
    private func semanticHit(
        _ neighbour: Neighbour,
        _ stored: StoredBytes,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) -> FilterAction? {
        guard let value = self.configuration.form.decode(stored.bytes) else { return nil }
        let age = value.age(at: stream.clock) ?? stored.age
        guard question.rules.allowsServing(age: age) else { return nil }
        if self.cache.shadow != nil { return self.watchSimilar(neighbour, value, question, lookup, stream) }
        if let explored = self.explored(neighbour, value, for: question) {
            var question = question
            question.explored = explored
            question.exploredAt = self.cache.answers.moment(of: explored.key.id)
            return self.miss(question, lookup, stream)
        }
        self.observeServed(value, of: neighbour, question, stream)
        self.cache.log.accepted(self.key(of: neighbour), neighbour.score)
        self.metrics.count(.semanticHit)
        let left = TimeLeft(of: neighbour, age: age, self.configuration.cache.timeToLive, at: stream.clock)
        // Under an error bound each lookup is decided anew: a copy would make one wrong answer many.
        if left.isPositive, self.cache.verified == nil {
            let copy = value.bytes(copiedFrom: self.key(of: neighbour).id) ?? stored.bytes
            self.storeExactly(copy, question.key, timeToLive: left.timeToLive, age: max(0, age ?? 0), stream)
        }
        return self.hit(
            question,
            value,
            CacheStatusHeaders.semanticHit(
                streamed: question.streamed,
                key: question.key.id,
                age: age,
                score: neighbour.score
            ),
            lookup,
            stream
        )
    }
}

extension CachedValue {
    /// The bytes for another wording of a question, which tell whose answer they are; `nil` for a form that cannot.
    fileprivate func bytes(copiedFrom key: CacheKeyID) -> ByteBuffer? {
        guard case .structured(var answer) = self else { return nil }
        answer.origin = ByteBuffer(string: key.description)
        return answer.record
    }
}

/// How much longer a neighbour's answer may be kept: another wording does not make it younger.
private struct TimeLeft {
    /// `nil` for ever.
    let timeToLive: Duration?

    init(of neighbour: Neighbour, age: Int?, _ timeToLive: Duration?, at clock: any StreamClock) {
        let untilExpiry = neighbour.expiresAt.map { Duration.seconds($0 - min($0, clock.secondsSince1970)) }
        let restOfLife = timeToLive.map { $0 - .seconds(max(0, age ?? 0)) }
        self.timeToLive = [untilExpiry, restOfLife].compactMap { $0 }.min()
    }

    var isPositive: Bool { self.timeToLive.map { $0 > .zero } ?? true }
}
