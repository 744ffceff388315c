import FilterAPI
import NIOCore

extension AICacheStream: ResponseHeadHook {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard stream.responseOrigin == .upstream else {
            if case .missed = self.state { self.state = .done }
            self.leaderRefused()
            return .continue
        }
        self.tellClient(stream)
        if case .collecting = self.state { self.passedUnread(stream) }
        guard case .missed(let question) = self.state else { return .continue }
        do throws(Refusal) {
            self.state = .reading(question, try self.collector(for: question, stream.response))
            self.leaderAccepted(stream.response, question)
        } catch {
            self.refuse(error)
        }
        return .continue
    }

    /// The request's body was too long to look at.
    private func passedUnread(_ stream: StreamContext) {
        self.metrics.count(.bypass)
        self.state = .bypassed(nil)
    }

    private func tellClient(_ stream: StreamContext) {
        guard self.configuration.responseHeaders else { return }
        switch self.state {
        case .missed(let question):
            let status: CacheStatus = question.rules.forbidsServing ? .bypass : .miss
            CacheStatusHeaders.add(status, key: question.key.id, to: &stream.response.headers)
            guard self.cache.shadow != nil else { break }
            CacheStatusHeaders.add(watched, isPending: self.beside?.isPending ?? false, to: &stream.response.headers)
        case .bypassed(let key): CacheStatusHeaders.add(.bypass, key: key, to: &stream.response.headers)
        case .collecting: CacheStatusHeaders.add(.bypass, key: nil, to: &stream.response.headers)
        case .skipped: CacheStatusHeaders.add(.skip, key: nil, to: &stream.response.headers)
        case .new, .apart, .answered, .reading, .done: break
        }
    }

    /// What reads the answer, or why it is not worth reading.
    private func collector(for question: Question, _ response: ResponseHead) throws(Refusal) -> AnswerCollector {
        guard response.status == 200 else { throw .status }
        if self.configuration.honorsCacheControl, CacheControlRules(response.headers).forbidsStoring { throw .noStore }
        guard response.headers.isEventStream == question.streamed, question.streamed || response.headers.isJSON else {
            throw .contentType
        }
        guard let coding = ContentCoding(headerValue: response.headers.combinedValue(of: .contentEncoding)) else {
            throw .contentEncoding
        }
        return AnswerCollector(
            format: question.streamed ? .eventStream : .json,
            coding: coding,
            paths: self.configuration.paths,
            maximumEntryBytes: self.configuration.maximumEntryBytes,
            keepsPieces: self.configuration.pacing != nil && self.configuration.form == .record
        )
    }

    private func refuse(_ reason: Refusal) {
        self.metrics.count(reason)
        self.state = .done
        self.leaderRefused()
    }
}

extension AICacheStream: ResponseBodyObserver {
    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        guard case .reading(let question, var collector) = self.state else {
            self.passOn(chunk, end: end)
            return .continue
        }
        // The state holds the only other reference to the collector's buffers: without it they grow in place.
        self.state = .done
        collector.append(chunk, at: stream.clock.now)
        if let refusal = collector.refusal {
            self.refuse(refusal)
            self.passOn(chunk, end: end)
            return .continue
        }
        self.leaderRead(chunk, hasText: collector.hasText)
        if end {
            self.finish(question, &collector, clean: true, stream)
        } else {
            self.state = .reading(question, collector)
        }
        return .continue
    }

    /// The rest of an answer that is not stored, for those who have its front.
    private func passOn(_ chunk: ByteBuffer, end: Bool) {
        self.leaderRead(chunk, hasText: false)
        if end { self.leaderEnded() }
    }

    private func finish(
        _ question: Question,
        _ collector: inout AnswerCollector,
        clean: Bool,
        _ stream: StreamContext
    ) {
        self.state = .done
        do throws(Refusal) {
            var answer = try collector.finish(clean: clean)
            answer.storedAt = stream.clock.secondsSince1970
            let bytes = try self.configuration.form.encode(answer)
            if bytes.readableBytes > self.configuration.maximumEntryBytes { throw .tooLarge }
            // Whether it is stored depends on what the lookup finds.
            if let beside, beside.received(bytes, answer) { return }
            try self.keep(bytes, answer, for: self.beside?.question ?? question, stream)
            self.leaderFinished(bytes)
        } catch {
            self.refuse(error)
            if clean { self.leaderEnded() }
        }
    }

    /// Stores an answer, of which and of what was looked up for it all is known.
    func keep(
        _ bytes: ByteBuffer,
        _ answer: CachedAnswer,
        for question: Question,
        _ stream: StreamContext
    ) throws(Refusal) {
        // What was there would have stayed, had it been served.
        if self.watchEnds(answer, stream) { return }
        try self.store(bytes, answer, for: question, stream)
    }

    /// Stores an answer without anybody waiting for it.
    private func store(
        _ bytes: ByteBuffer,
        _ answer: CachedAnswer,
        for question: Question,
        _ stream: StreamContext
    ) throws(Refusal) {
        let timeToLive = self.configuration.cache.timeToLive
        let fits = bytes.readableBytes <= self.cache.semantic?.longestAnswer ?? Int.max
        if !fits, self.cache.store == nil { throw .tooLarge }
        self.storeExactly(bytes, question.key, timeToLive: timeToLive, counts: true, stream)
        self.cache.noteAnswer(answer, under: question.key.id)
        let entry = fits ? bytes : nil
        if let explored = question.explored, case .vector(let vector) = question.embedding,
            self.verify(explored, answer, entry, vector, question, stream)
        {
            return
        }
        self.storeSimilar(entry, question, timeToLive, stream)
    }

    /// Stores an answer under the question's words.
    ///
    /// - Parameters:
    ///   - age: The seconds since the answer was first stored, which is new unless another is told.
    ///   - counts: Whether it is a new answer, rather than a known one under another wording.
    func storeExactly(
        _ bytes: ByteBuffer,
        _ key: CacheKey,
        timeToLive: Duration?,
        age: Int = 0,
        counts: Bool = false,
        _ stream: StreamContext
    ) {
        let now = stream.clock.now
        switch self.cache.store {
        case .local(let store):
            store.store(bytes, under: key, timeToLive: timeToLive, age: age, at: now)
            if counts { self.metrics.stored.increment() }
        case .remote(let store):
            guard self.cache.storeHealth.allowsCall(at: now) else { return }
            let (cache, callouts, clock) = (self.cache, stream.callouts, stream.clock)
            stream.detach {
                do {
                    try await store.store(bytes, under: key, timeToLive: timeToLive, by: callouts)
                    cache.storeHealth.callEnded(nil, "cache store", since: now, at: clock.now)
                    if counts { cache.metrics.stored.increment() }
                } catch {
                    cache.storeHealth.callEnded(error, "cache store", since: now, at: clock.now)
                }
            }
        case nil: break
        }
    }

    /// Stores a question by its vector; the vector of the lookup is used, and made only when there was none.
    private func storeSimilar(
        _ answer: ByteBuffer?,
        _ question: Question,
        _ timeToLive: Duration?,
        _ stream: StreamContext
    ) {
        guard let tier = self.cache.semantic else { return }
        let (cache, callouts, clock) = (self.cache, stream.callouts, stream.clock)
        let make = { (vector: [Float]) in
            VectorEntry(question, vector, answer, timeToLive, at: clock.secondsSince1970)
        }
        switch (question.embedding, tier.vectors) {
        case (.failed, _): return
        case (.vector(let vector), .local(let store)):
            if tier.store(make(vector), in: store, at: clock.now) { cache.countUpload() }
        case (.vector(let vector), .remote):
            let entry = make(vector)
            stream.detach { if await tier.store(entry, by: callouts, clock) { cache.countUpload() } }
        case (.unknown, _):
            stream.detach {
                let found = await tier.vector(of: question.key.question, by: callouts, clock)
                guard case .vector(let vector) = found else { return }
                if await tier.store(make(vector), by: callouts, clock) { cache.countUpload() }
            }
        }
    }
}

extension AICache {
    /// Notes an answer that is stored; labels of one that said something else do not speak for it.
    fileprivate func noteAnswer(_ answer: CachedAnswer, under key: CacheKeyID) {
        guard let verified, self.answers.replace(key, by: answer) else { return }
        verified.ledger.remove(key)
    }

    /// Counts an entry that reached the vector store; without another store that is the answer itself.
    func countUpload() {
        self.metrics.uploaded.increment()
        if self.store == nil { self.metrics.stored.increment() }
    }
}

extension VectorEntry {
    /// The entry of a question, its answer and its vector.
    init(
        _ question: AICacheStream.Question,
        _ vector: [Float],
        _ answer: ByteBuffer?,
        _ timeToLive: Duration?,
        at secondsSince1970: Int
    ) {
        let text = question.key.question
        self.init(
            id: EntryID(scope: question.scope, question: text),
            key: question.key.id,
            vector: vector,
            question: text,
            answer: answer,
            scope: question.scope,
            expiresAt: timeToLive.map { secondsSince1970 + Int(max(1, $0.components.seconds)) },
            secondsSince1970: secondsSince1970
        )
    }
}

extension AICacheStream: StreamEndHook {
    func streamEnded(_ stream: StreamContext) {
        switch self.state {
        case .reading(let question, var collector):
            // The response broke off, perhaps after the event stream had said that nothing more would come.
            self.finish(question, &collector, clean: false, stream)
        case .new where self.asksToSkip && self.wasPassedBy(stream):
            // Another filter took this one out of the stream because of the header; the log says so all the same.
            self.skip(stream)
        default: break
        }
        self.stopSharing()
        self.endBeside(stream)
        self.watchEnds(nil, stream)
        self.state = .done
    }

    /// Whether the request went on to the upstream, rather than being answered before this filter's turn.
    private func wasPassedBy(_ stream: StreamContext) -> Bool {
        if case .filter = stream.responseOrigin { return false }
        return stream.request.headers.announceJSON
    }
}

extension HeaderFields {
    fileprivate var isEventStream: Bool { self[.contentType]?.lowercased().hasPrefix("text/event-stream") ?? false }

    fileprivate var isJSON: Bool {
        guard let type = self[.contentType]?.lowercased().prefix(while: { $0 != ";" }) else { return false }
        let essence = type.filter { !$0.isWhitespace }
        return essence == "application/json" || essence.hasSuffix("+json")
    }
}
