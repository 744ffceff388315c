package import FilterAPI
import Logging
package import NIOCore
import Upstream

/// One exchange of request and response: feeds both messages through the chain, and joins the client's codec with the
/// upstream's.
///
/// The order of events is decided by two ``MessageFlow`` values; this object calls the hooks, the upstream and the
/// ``ResponseSink`` as they say. Confined to one event loop, and used again for the next stream of its connection.
///
/// How the files divide it: the request's way (`Stream+Request`), the response's (`Stream+Response`), answers made here
/// (`Stream+LocalResponse`), tunnels (`Stream+Tunnel`), what filters wait for (`Stream+Operations`), time (`Stream+Deadlines`), a
/// redirect that is followed (`Stream+Redirect`), the end (`Stream+End`).
package final class Stream {
    /// What the filters see.
    @exclusivity(unchecked) package internal(set) var context: StreamContext
    package let loop: StreamLoop

    /// Not used any more once ``isClientGone``: it may be gone with the client while the stream completes without it.
    unowned let sink: any ResponseSink
    var snapshot: any StreamSnapshot
    /// Times and sizes: those of the listener, else those of the snapshot.
    var settings: StreamSettings
    var route: StreamRoute?
    var chain: ResolvedChain
    /// Where what the entries do is counted, one place an entry.
    @exclusivity(unchecked) var tallies: ContiguousArray<FilterTally>
    /// The spans of the stream; `nil` unless the configuration traces.
    var trace: StreamTrace?
    /// Where the streams of the listener are counted; `nil` where there is none.
    package var listener: RequestTally?
    /// Whether the time of hooks is taken in this stream.
    @exclusivity(unchecked) var isTimed = false
    /// The filters' objects, one place an entry.
    @exclusivity(unchecked) var instances: ContiguousArray<AnyObject?> = []

    @exclusivity(unchecked) var requestFlow = MessageFlow(.request)
    @exclusivity(unchecked) var responseFlow = MessageFlow(.response)
    var isDrivingRequest = false
    var isDrivingResponse = false

    var exchange: (any UpstreamExchange)?
    var isUpstreamPaused = false
    var hasUpstreamAnswered = false
    /// Whether the route's timeout waits for the end of the request.
    var awaitsRequestEnd = false
    /// Whether the answer has begun, and the route's timeout does not bound its end.
    var isAnswerStreamed = false
    var upstreamStart = NIODeadline.uptimeNanoseconds(0)
    var requestExpectsContinue = false
    var isRequestComplete = false
    var requestMessageLength: Int?

    var localBody: LocalBody?
    /// Counts local responses, so that what a replaced one still makes is recognised.
    var localBodyCount = 0
    var isPumpingLocalBody = false
    /// Whether the client asked with HEAD, whatever filters made of the method.
    var isHeadRequest = false
    var isResponseBodiless = false
    var isHeadSent = false
    var isClientGone = false
    var isBreakingOff = false

    /// What becomes of a request for another protocol; `nil` in all other streams.
    var upgrade: Upgrade?
    /// The request as it came; `nil` where no route follows redirects.
    @exclusivity(unchecked) var replay: RequestReplay?

    var requestOperation: RunningOperation?
    var responseOperation: RunningOperation?
    var bodyOperation: RunningOperation?

    let timer: LazyTimer
    var idleDeadline = NIODeadline.distantFuture
    var routeDeadline = NIODeadline.distantFuture
    var filterDeadline = NIODeadline.distantFuture
    var startedAt = NIODeadline.uptimeNanoseconds(0)

    /// Whether a stream has begun and not ended.
    @exclusivity(unchecked) package internal(set) var isLive = false
    /// Whether the exchange is over, and only the client has to take the rest of the response.
    @exclusivity(unchecked) package internal(set) var isLeaving = false
    /// Whether no stream has begun, or the last one has ended.
    package var hasEnded: Bool { !self.isLive && !self.isLeaving }
    /// Counts the streams that this object has carried, so that what belongs to an earlier one is recognised.
    var generation: UInt64 = 0
    var skippedCount = 0
    var skippedFilters = FilterMask()
    var missing = FilterMask()
    /// Whether the codec shall deliver more of the request's body.
    @exclusivity(unchecked) package internal(set) var wantsRequestBody = true

    package init(loop: StreamLoop, sink: any ResponseSink, snapshot: any StreamSnapshot) {
        self.loop = loop
        self.sink = sink
        self.snapshot = snapshot
        self.settings = snapshot.settings
        self.chain = snapshot.chainWithoutRoute
        self.tallies = loop.filters.tallies(of: snapshot.chain)
        self.timer = LazyTimer(eventLoop: loop.eventLoop)
        self.context = Stream.makeContext(loop)
        self.timer.whenDue { [unowned self] in self.deadlinePassed() }
    }

    private static func makeContext(_ loop: StreamLoop) -> StreamContext {
        let context = StreamContext(eventLoop: loop.eventLoop, callouts: loop.callouts, clock: loop.clock)
        context.detach = { [unowned loop] operation in Stream.detach(operation, on: loop) }
        return context
    }

    /// Lets go of everything; the connection is gone and no stream is live.
    package func close() {
        self.timer.stop()
    }
}

// MARK: What the codec says

extension Stream {
    /// Makes the object ready for the next stream. The codec then fills `context.request` and calls ``begin(_:)``.
    ///
    /// - Parameters:
    ///   - snapshot: The configuration that the stream keeps.
    ///   - settings: Times and sizes of the listener, where they differ from the snapshot's.
    package func prepare(snapshot: any StreamSnapshot, settings: StreamSettings? = nil) {
        if isKnownUniquelyReferenced(&self.context) {
            self.context.reset()
        } else {
            self.context = Stream.makeContext(self.loop)
        }
        self.use(snapshot)
        self.settings = settings ?? snapshot.settings
    }

    private func use(_ snapshot: any StreamSnapshot) {
        guard snapshot !== self.snapshot else { return }
        self.snapshot = snapshot
        self.tallies = self.loop.filters.tallies(of: snapshot.chain)
    }

    /// Lets go of the configuration of the last stream; nothing happens while one is live.
    package func release(for snapshot: any StreamSnapshot) {
        guard self.hasEnded else { return }
        self.use(snapshot)
        self.chain = snapshot.chainWithoutRoute
        self.route = nil
    }

    /// What the codec knows of a request besides its head.
    package struct Opening {
        /// Whether a body is announced.
        package var hasBody: Bool
        /// The announced length of the body.
        package var contentLength: Int?
        /// Whether the client waits for leave to send its body.
        package var expectsContinue: Bool
        /// A refusal that the codec found itself: the stream is answered with it, and the head is what could be read of it.
        package var refusal: LocalResponse?
        /// The protocols that the client would change to; only without a body.
        package var upgrade: UpgradeOffer?
        /// The mark of the refusal in the access log, such as `DPE`.
        package var refusalFlag: String?

        package init(
            hasBody: Bool,
            contentLength: Int? = nil,
            expectsContinue: Bool = false,
            refusal: LocalResponse? = nil,
            upgrade: UpgradeOffer? = nil,
            refusalFlag: String? = nil
        ) {
            self.hasBody = hasBody
            self.contentLength = contentLength
            self.expectsContinue = expectsContinue
            self.refusal = refusal
            self.upgrade = upgrade
            self.refusalFlag = refusalFlag
        }
    }

    /// The head of a request is in `context.request`.
    package func begin(_ opening: Opening) {
        precondition(self.hasEnded, "a stream begins while another has not ended")
        self.reset(opening)
        if let tracer = self.snapshot.tracer { self.beginTrace(tracer) }
        if self.snapshot.followsRedirects { self.keepRequest(opening) }
        self.enterChain()
        if let refusal = opening.refusal {
            if let flag = opening.refusalFlag { self.context.record.responseFlags.append(flag) }
            self.respond(refusal, from: .gateway)
        } else if let length = opening.contentLength, length > self.requestBodyLimit {
            self.respond(.gateway(413, "request_payload_too_large", for: self.context.request), from: .gateway)
        } else {
            self.requestFlow.receiveHead(hasBody: opening.hasBody)
            self.driveRequest()
        }
    }

    /// The head of a request is in `context.request`, as far as it could be read, and no answer may follow it: the
    /// codec resets the stream, and its filters hear only of its end.
    ///
    /// - Parameters:
    ///   - detail: Why.
    ///   - flag: The mark in the access log, such as `DPE`.
    package func beginAndReset(_ detail: String, flag: String) {
        precondition(self.hasEnded, "a stream begins while another has not ended")
        self.reset(Opening(hasBody: false))
        if let tracer = self.snapshot.tracer { self.beginTrace(tracer) }
        self.enterChain()
        self.context.record.responseFlags.append(flag)
        self.breakOff(detail)
    }

    /// A part of the request's body.
    package func receive(body: ByteBuffer) {
        guard self.isLive else { return }
        self.context.record.bytesReceived &+= body.readableBytes
        self.touchIdleDeadline()
        // The rest of a request that was answered already is read and dropped.
        guard !self.requestFlow.isAborted else { return }
        if self.context.record.bytesReceived > self.requestBodyLimit {
            self.respond(.gateway(413, "request_payload_too_large", for: self.context.request), from: .gateway)
            return
        }
        if let replay = self.replay { replay.keep(body, onRoute: self.route) }
        self.requestFlow.receive(body: body)
        self.driveRequest()
    }

    /// The end of the request.
    package func receiveEnd(trailers: HeaderFields?) {
        guard self.isLive else { return }
        self.isRequestComplete = true
        if let replay = self.replay { replay.body.end(trailers: trailers) }
        self.requestFlow.receiveEnd(trailers: trailers)
        self.driveRequest()
    }

    /// The codec found the rest of the request to be wrong, or too slow: the client gets this answer if none has begun.
    ///
    /// - Parameter flag: The mark in the access log, such as `DPE`.
    package func failRequest(_ response: LocalResponse, flag: String) {
        guard self.isLive else { return }
        self.context.record.responseFlags.append(flag)
        self.respond(response, from: .gateway)
    }

    /// The client is gone.
    package func clientReset() {
        guard !self.hasEnded, !self.isClientGone, !self.isBreakingOff else { return }
        self.takeBackUntaken()
        self.context.record.responseFlags.append("DC")
        if self.context.record.responseCodeDetails.isEmpty {
            self.context.record.responseCodeDetails = "downstream_remote_disconnect"
        }
        self.isClientGone = true
        guard self.context.completesOnDisconnect, self.isRequestComplete, self.exchange != nil, !self.isTunnel else {
            self.finish()
            return
        }
        self.updateUpstreamDemand()
    }

    /// The gateway ends the client's connection, and the stream with it.
    ///
    /// - Parameters:
    ///   - detail: Why, unless the answer has begun.
    ///   - flag: The mark in the access log.
    package func cut(_ detail: String, flag: String) {
        guard !self.hasEnded, !self.isClientGone, !self.isBreakingOff else { return }
        self.takeBackUntaken()
        self.context.record.responseFlags.append(flag)
        if self.context.record.responseCodeDetails.isEmpty { self.context.record.responseCodeDetails = detail }
        self.isClientGone = true
        self.finish()
    }

    /// The client took nothing of a complete response for too long.
    package func clientStalled() {
        guard !self.hasEnded, !self.isClientGone else { return }
        self.context.record.responseFlags.append("SI")
        self.breakOff("stream_idle_timeout")
    }

    /// The client has let more of the response go out: a stream that moves slowly is not idle.
    package func responseProgressed() {
        guard self.isLive else { return }
        self.touchIdleDeadline()
    }

    /// The client's connection takes more, or no more.
    package func writabilityChanged() {
        guard self.isLive else { return }
        if self.sink.isWritable { self.touchIdleDeadline() }
        self.updateUpstreamDemand()
        self.pumpLocalBody()
    }

    private func reset(_ opening: Opening) {
        self.isLive = true
        self.loop.liveStreams += 1
        self.isTimed = self.loop.filters.timesNextStream()
        self.resetPassage()
        self.replay = nil
        self.requestExpectsContinue = opening.expectsContinue
        self.isRequestComplete = false
        self.requestMessageLength = opening.contentLength
        self.localBody = nil
        self.isHeadRequest = self.context.request.method == .head
        self.isResponseBodiless = false
        self.isHeadSent = false
        self.isClientGone = false
        self.isBreakingOff = false
        self.upgrade = opening.upgrade.map { Upgrade($0) }
        self.wantsRequestBody = true
        self.startedAt = self.loop.clock.now
        self.context.requestHasBody = opening.hasBody
        self.context.keepReceivedTarget()
        self.context.record.startTime = self.loop.clock.nanosecondsSince1970
    }

    /// Forgets how far a request has come: it begins, or begins again.
    func resetPassage() {
        self.generation &+= 1
        self.route = nil
        self.exchange = nil
        self.isUpstreamPaused = false
        self.hasUpstreamAnswered = false
        self.awaitsRequestEnd = false
        self.isAnswerStreamed = false
        self.skippedCount = 0
        self.skippedFilters = FilterMask()
        self.routeDeadline = .distantFuture
        self.filterDeadline = .distantFuture
    }

    var requestBodyLimit: Int { self.route?.requestBodyLimit ?? self.settings.requestBodyLimit }
}

// MARK: The chain

extension Stream {
    /// Selects the route, and readies its filters for both messages.
    func enterChain() {
        self.selectRoute()
        self.chain = self.resolvedChain()
        self.makeInstances()
        self.requestFlow.begin(self.chain)
        self.responseFlow.begin(self.chain)
        self.deactivate(self.missing)
        self.touchIdleDeadline()
    }

    func selectRoute() {
        let selected = self.snapshot.route(for: &self.context.request)
        // A route that divides its requests keeps the service that it has chosen for this stream.
        if let route = self.route, route.name == selected?.name { return }
        self.route = selected
        self.context.routeName = self.route?.name
        self.context.serviceName = self.route?.serviceName
        self.context.record.upstreamCluster = self.route?.serviceName
    }

    func resolvedChain() -> ResolvedChain {
        guard self.snapshot.chain.dependsOnHost else { return self.route?.chain ?? self.snapshot.chainWithoutRoute }
        return self.snapshot.chain.resolve(
            route: self.route?.name,
            service: self.route?.serviceName,
            host: self.context.request.authority
        )
    }

    /// Makes the filters' objects. Those that make none have nothing to do in this stream.
    func makeInstances() {
        self.instances.removeAll(keepingCapacity: true)
        self.missing = FilterMask()
        for filter in self.chain.filters {
            let object = filter?.makeStream(self.context)
            if object == nil { self.missing.insert(self.instances.count) }
            self.instances.append(object)
        }
    }

    private func noteMissing() {
        self.missing = FilterMask()
        for index in self.instances.indices where self.instances[index] == nil { self.missing.insert(index) }
    }

    /// Selects the route anew after a filter changed what routes look at; filters after it follow the new route.
    func selectRouteAgain(after filter: Int) {
        let previous = self.route
        self.selectRoute()
        guard self.route !== previous || self.snapshot.chain.dependsOnHost else { return }
        let old = self.chain
        let oldMissing = self.missing
        self.chain = old.continued(by: self.resolvedChain(), from: filter + 1)
        // Filters that are the same on both routes keep what they made for this stream.
        for index in self.chain.filters.indices where self.chain.filters[index] !== old.filters[index] {
            self.instances[index] = self.chain.filters[index]?.makeStream(self.context)
        }
        self.noteMissing()
        self.requestFlow.replaceChain(self.chain, reactivating: oldMissing)
        self.responseFlow.replaceChain(self.chain, reactivating: oldMissing)
        self.deactivate(self.missing.union(self.skippedFilters))
    }

    /// Takes filters out of both ways.
    func deactivate(_ filters: FilterMask) {
        self.requestFlow.deactivate(filters)
        self.responseFlow.deactivate(filters)
    }

    /// Follows what a filter said about skipping others.
    func applySkips() {
        guard self.context.skipped.count != self.skippedCount else { return }
        self.skippedCount = self.context.skipped.count
        var mask = FilterMask()
        for (index, entry) in self.chain.entries.enumerated()
        where self.context.skipped.contains(entry.name) || self.context.skipped.contains(entry.filter) {
            mask.insert(index)
        }
        self.skippedFilters = mask
        self.deactivate(mask)
    }
}
