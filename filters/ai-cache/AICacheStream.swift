import FilterAPI
import NIOCore

/// The cache in one stream: looks the question up, answers a hit, and reads along to store the answer of a miss.
final class AICacheStream {
    /// A request that takes part.
    struct Question {
        let key: CacheKey
        /// The digest of what else has to be equal; `nil` for nothing else.
        let scope: String?
        /// The question as a vector, so that it is made once.
        var embedding = Embedding.unknown
        /// Whether the answer shall come as events.
        let streamed: Bool
        /// Whether the events shall tell the usage too.
        let wantsUsageEvent: Bool
        /// What the client asks of the cache.
        let rules: CacheControlRules
        /// The stored answer that the upstream's is compared with.
        var explored: Explored?
        /// What that answer was when it was found.
        var exploredAt: AnswerMarks.Moment?
    }

    /// What is known of a question's vector.
    enum Embedding {
        /// It was not asked for.
        case unknown
        case vector([Float])
        /// It could not be made.
        case failed

        init(_ vector: [Float]?) { self = vector.map { .vector($0) } ?? .failed }
    }

    /// How far the stream has come.
    enum State {
        /// No hook was called yet.
        case new
        /// Nothing to do in this stream.
        case apart
        /// The client left the cache out.
        case skipped
        /// The body is being collected; the state stays when it turns out too long.
        case collecting
        /// Not looked up; the answer is not stored.
        case bypassed(CacheKeyID?)
        /// Answered from the store.
        case answered
        /// To be answered by the upstream and stored.
        case missed(Question)
        /// The answer is passing by.
        case reading(Question, AnswerCollector)
        /// All is said and done.
        case done
    }

    let cache: AICache
    let asksToSkip: Bool
    var state = State.new
    /// What was read of the request, until it is known whether it is worth keeping.
    private var unremembered: (body: ByteBuffer, format: String, reading: RecentQuestions.Reading)?
    /// What others wait for, while the answer is on its way.
    var leading: Leading?
    /// What this stream waits for.
    var following: Following?
    /// What is observed of the lookup, until the fresh answer tells whether the stored one is right.
    var watched: WatchedLookup?
    /// The lookup that runs beside the request, in shadow mode.
    var beside: BesideLookup?
    /// The stream, while others may wait for its answer.
    var context: StreamContext?

    init(_ cache: AICache, asksToSkip: Bool) {
        self.cache = cache
        self.asksToSkip = asksToSkip
    }

    var configuration: AICacheConfiguration { self.cache.configuration }
    var metrics: AICacheMetrics { self.cache.metrics }
}

extension AICacheStream: RequestHeadHook {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        self.state = .apart
        guard stream.request.headers.announceJSON else { return .continue }
        if CacheableRequest.asksToSkip(stream.request.headers) {
            self.skip(stream)
            return .continue
        }
        if !self.configuration.hasOwnPaths,
            stream.request.withPathBytes({ CacheableRequest.isOtherFormat(target: $0) })
        {
            return .continue
        }
        self.state = .collecting
        return .collect(limit: self.configuration.maximumBodyBytes, whenLonger: .forward)
    }

    func skip(_ stream: StreamContext) {
        self.state = .skipped
        self.metrics.count(.skip)
        stream.setAILog("cache_status", "skip")
    }
}

extension AICacheStream: RequestCollectHook {
    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard body.readableBytes > 0 else {
            self.state = .apart
            return .continue
        }
        guard let question = self.question(in: body, stream) else { return self.bypass(nil) }
        if question.rules.forbidsStoring { return self.bypass(question.key.id) }
        if question.rules.forbidsServing {
            self.metrics.count(.bypass)
            return self.goUpstream(question, stream)
        }
        return self.lookUp(question, stream)
    }

    /// Lets the request go on without a lookup; its answer is not stored.
    func bypass(_ key: CacheKeyID?) -> FilterAction {
        self.metrics.count(.bypass)
        self.state = .bypassed(key)
        return .continue
    }

    private func question(in body: ByteBuffer, _ stream: StreamContext) -> Question? {
        let recent = self.cache.recentQuestions
        let format = stream.request.withPathBytes { CacheableRequest.format(target: $0) }
        let known = recent?.reading(of: body, consumer: stream.consumer, route: stream.routeName, format: format)
        guard let reading = known ?? self.read(body, format, stream) else { return nil }
        if known == nil, recent != nil { self.unremembered = (body, format, reading) }
        let honors = self.configuration.honorsCacheControl
        return Question(
            key: reading.key,
            scope: reading.scope,
            streamed: reading.streamed,
            wantsUsageEvent: reading.wantsUsageEvent,
            rules: honors ? CacheControlRules(stream.request.headers) : CacheControlRules()
        )
    }

    private func read(_ body: ByteBuffer, _ format: String, _ stream: StreamContext) -> RecentQuestions.Reading? {
        guard let document = JSONDocument(body), document.kind(of: JSONDocument.root) == .object,
            !document.hasRepeatedNames, !document.hasLoneSurrogate,
            let text = self.configuration.question.question(in: document),
            !self.configuration.limits.excludes(text, in: document)
        else { return nil }
        let scope = self.configuration.scope
        let surroundings = RequestScope.Surroundings(
            consumer: stream.consumer,
            route: stream.routeName,
            headers: stream.request.headers,
            format: format
        )
        let digest = scope.isEmpty ? nil : scope.digest(of: document, surroundings)
        return RecentQuestions.Reading(
            key: CacheKey(question: text, prefix: self.configuration.cache.keyPrefix, scope: digest),
            scope: digest,
            streamed: document.says("stream", of: JSONDocument.root),
            wantsUsageEvent: document.member("stream_options", of: JSONDocument.root)
                .map { document.says("include_usage", of: $0) } ?? false
        )
    }

    /// Keeps what was read of a request that has been answered.
    func rememberQuestion(_ stream: StreamContext) {
        guard let (body, format, reading) = self.unremembered else { return }
        self.unremembered = nil
        self.cache.recentQuestions?.remember(
            reading,
            of: body,
            consumer: stream.consumer,
            route: stream.routeName,
            format: format
        )
    }

    /// Lets the request go on so that its answer can be read.
    func goUpstream(_ question: Question, _ stream: StreamContext) -> FilterAction {
        if let beside {
            // It has gone already; what the lookup knows of the question is used for storing it.
            beside.question = question
            return .continue
        }
        self.state = .missed(question)
        self.unremembered = nil
        stream.request.headers.remove(.acceptEncoding)
        if self.configuration.completesOnDisconnect { stream.completeOnDisconnect() }
        return .continue
    }
}

extension JSONDocument {
    /// Whether a member is `true`.
    fileprivate func says(_ name: StaticString, of value: Int) -> Bool {
        self.member(name, of: value).map { self.kind(of: $0) == .true } ?? false
    }
}
