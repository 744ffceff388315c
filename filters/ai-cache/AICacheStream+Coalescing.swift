import FilterAPI
import NIOCore

// One upstream call for equal questions that come while its answer is on the way.
extension AICacheStream {
    /// The answer that this stream brings for others.
    struct Leading {
        let flight: Flight
        let key: CacheKeyID
    }

    /// The answer that this stream waits for.
    struct Following {
        let flight: Flight
        let id: Int
    }

    /// After how much waiting the stream is held anew, so that `filterTimeout` bounds a filter that hangs and not a model
    /// that thinks.
    private static let holdingTime = TimeAmount.milliseconds(500)

    /// What a miss becomes: the one that asks the upstream, or one that waits for the answer of another.
    func coalesce(_ question: Question, _ lookup: Lookup, _ stream: StreamContext) -> FilterAction {
        guard self.configuration.coalesces, self.cache.shadow == nil, question.rules.allowsServing(age: 0) else {
            return self.countedMiss(question, lookup, stream)
        }
        let limit = 4 * self.configuration.maximumEntryBytes
        switch self.cache.flights.role(
            question.key.id,
            streamed: question.streamed,
            wantsUsageEvent: question.wantsUsageEvent,
            limit: limit
        ) {
        case .leader(let flight):
            self.lead(flight, question, stream)
            return self.countedMiss(question, lookup, stream)
        case .follower(let flight, let id):
            let following = Following(flight: flight, id: id)
            self.following = following
            // Should the operation be cut off by its timeout, the stream is a miss like any other.
            self.state = .missed(question)
            return .suspend { await self.follow(following, question, lookup, stream) }
        }
    }

    private func countedMiss(_ question: Question, _ lookup: Lookup, _ stream: StreamContext) -> FilterAction {
        self.metrics.count(lookup.hasFailed ? .error : .miss)
        return self.goUpstream(question, stream)
    }

    private func lead(_ flight: Flight, _ question: Question, _ stream: StreamContext) {
        self.leading = Leading(flight: flight, key: question.key.id)
        self.context = stream
        let loop = stream.eventLoop
        let leader = NIOLoopBound(self, eventLoop: loop)
        flight.whenFollowed { loop.execute { leader.value.context?.completeOnDisconnect() } }
    }

    /// Waits for the answer of another, a while at a time.
    private nonisolated(nonsending) func follow(
        _ following: Following,
        _ question: Question,
        _ lookup: Lookup,
        _ stream: StreamContext
    ) async -> FilterAction {
        await following.wait(Self.holdingTime, on: stream.eventLoop)
        if Task.isCancelled {
            self.stopFollowing()
            return .continue
        }
        switch following.flight.step(of: following.id) {
        case .wait: return .suspend { await self.follow(following, question, lookup, stream) }
        case .begin: return self.coalesced(question, .stream(following.events(on: stream.eventLoop)), stream)
        case .serve(let bytes):
            self.stopFollowing()
            guard let value = self.configuration.form.decode(bytes) else { break }
            let body = self.cache.rendering.body(
                of: value,
                streamed: question.streamed,
                withUsageEvent: question.wantsUsageEvent
            )
            return self.coalesced(question, .bytes(body), stream)
        case .goUpstream, .breakOff, .end, .part: break
        }
        self.stopFollowing()
        return self.countedMiss(question, lookup, stream)
    }

    private func coalesced(
        _ question: Question,
        _ body: LocalResponse.Body,
        _ stream: StreamContext
    ) -> FilterAction {
        self.state = .answered
        self.metrics.count(.coalesced)
        stream.setAILog("coalesced", true)
        let headers =
            self.configuration.responseHeaders
            ? CacheStatusHeaders.coalesced(streamed: question.streamed, key: question.key.id)
            : [.contentType: AnswerRendering.contentType(streamed: question.streamed)]
        return .respond(LocalResponse(status: 200, headers: headers, body: body, detail: "ai-cache.coalesced"))
    }

    private func stopFollowing() {
        self.following?.flight.leave(self.following?.id ?? 0)
        self.following = nil
    }
}

// What the leader tells its followers.
extension AICacheStream {
    /// The head of the answer is one that may be stored.
    func leaderAccepted(_ response: ResponseHead, _ question: Question) {
        guard let leading, question.streamed else { return }
        let coding = ContentCoding(headerValue: response.headers.combinedValue(of: .contentEncoding))
        if coding == .identity { leading.flight.update { answer, _ in answer.acceptsEvents() } }
    }

    /// A part of the answer has come.
    func leaderRead(_ chunk: ByteBuffer, hasText: Bool) {
        self.leading?.flight.update { answer, slowest in answer.append(chunk, hasText: hasText, slowest: slowest) }
    }

    /// The answer will not be stored: nobody joins any more, and who has got nothing of it goes upstream.
    func leaderRefused() {
        guard let leading else { return }
        self.cache.flights.close(leading.flight, leading.key)
        leading.flight.update { answer, _ in answer.refuse() }
    }

    /// The answer is complete and fit to be stored.
    func leaderFinished(_ stored: ByteBuffer) {
        self.leaderLands { $0.complete(stored) }
    }

    /// The answer ended without being stored.
    func leaderEnded() {
        self.leaderLands { $0.end() }
    }

    /// The stream ends; an answer that has not come to its end never will.
    func stopSharing() {
        self.leaderLands { $0.fail() }
        self.stopFollowing()
        self.context = nil
    }

    private func leaderLands(_ change: @escaping @Sendable (inout SharedAnswer) -> Void) {
        guard let leading else { return }
        self.leading = nil
        self.cache.flights.close(leading.flight, leading.key)
        leading.flight.update { answer, _ in change(&answer) }
    }
}

extension AICacheStream.Following {
    /// Waits until there is a step to take, and not longer than that.
    nonisolated(nonsending) func wait(_ time: TimeAmount, on eventLoop: any EventLoop) async {
        let (flight, id) = (self.flight, self.id)
        let timer = eventLoop.scheduleTask(in: time) { flight.wake(id) }
        await flight.wait(id)
        timer.cancel()
    }

    /// Passes the leader's events on.
    func events(on eventLoop: any EventLoop) -> LocalResponse.Producer {
        {
            while !Task.isCancelled {
                switch self.flight.step(of: self.id) {
                case .part(let part): return part
                case .end: return nil
                case .wait: await self.flight.wait(self.id)
                case .begin, .serve, .goUpstream, .breakOff: throw LeaderLost()
                }
            }
            throw CancellationError()
        }
    }
}

/// The answer that a follower was passing on broke off, or ran away from it.
struct LeaderLost: Error, CustomStringConvertible {
    var description: String { "the answer of the coalesced request broke off, or the client reads too slowly for it" }
}
