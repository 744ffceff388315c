import FilterAPI
import NIOCore

extension AICacheStream: ResponseHeadHook {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard stream.responseOrigin == .upstream else {
            if case .missed = self.state { self.state = .done }
            return .continue
        }
        self.tellClient(stream)
        if case .collecting = self.state { self.passedUnread(stream) }
        guard case .missed(let question) = self.state else { return .continue }
        do throws(Refusal) {
            self.state = .reading(question, try self.collector(for: question, stream.response))
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
            maximumEntryBytes: self.configuration.maximumEntryBytes
        )
    }

    private func refuse(_ reason: Refusal) {
        self.metrics.count(reason)
        self.state = .done
    }
}

extension AICacheStream: ResponseBodyObserver {
    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        guard case .reading(let question, var collector) = self.state else { return .continue }
        // The state holds the only other reference to the collector's buffers: without it they grow in place.
        self.state = .done
        collector.append(chunk)
        if let refusal = collector.refusal {
            self.refuse(refusal)
        } else if end {
            self.finish(question, &collector, clean: true, stream)
        } else {
            self.state = .reading(question, collector)
        }
        return .continue
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
            answer.storedAt = Int(stream.clock.nanosecondsSince1970 / 1_000_000_000)
            let bytes = try self.configuration.form.encode(answer)
            if bytes.readableBytes > self.configuration.maximumEntryBytes { throw .tooLarge }
            self.store(bytes, under: question.key, stream)
        } catch {
            self.refuse(error)
        }
    }

    /// Stores an answer without anybody waiting for it.
    private func store(_ bytes: ByteBuffer, under key: CacheKey, _ stream: StreamContext) {
        let timeToLive = self.configuration.cache.timeToLive
        let now = stream.clock.now
        switch self.store {
        case .local(let store):
            store.store(bytes, under: key, timeToLive: timeToLive, at: now)
            self.metrics.stored.increment()
        case .remote(let store):
            guard self.cache.allowsCall(at: now) else { return }
            let (cache, callouts, clock) = (self.cache, stream.callouts, stream.clock)
            stream.detach {
                do {
                    try await store.store(bytes, under: key, timeToLive: timeToLive, by: callouts)
                    cache.callEnded(nil, "cache store", at: clock.now)
                    cache.metrics.stored.increment()
                } catch {
                    cache.callEnded(error, "cache store", at: clock.now)
                }
            }
        }
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
        self.state = .done
    }

    /// Whether the request went on to the upstream, rather than being answered before this filter's turn.
    private func wasPassedBy(_ stream: StreamContext) -> Bool {
        if case .filter = stream.responseOrigin { return false }
        return CacheableRequest.isJSON(stream.request.headers)
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
