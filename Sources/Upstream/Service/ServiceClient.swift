package import FilterAPI
import HTTP1
package import NIOCore

/// One service as one event loop uses it: its endpoints, and the connections to them.
package final class ServiceClient {
    package let service: Service
    package let eventLoop: any EventLoop
    @exclusivity(unchecked) package internal(set) var counters = ServiceCounters()
    /// What routes that send requests again share.
    package let retryLedger = RetryLedger()
    /// Whether connections are kept no longer; requests still work.
    private(set) var isClosed = false

    var endpoints: ContiguousArray<Endpoint> = []
    /// Those of ``endpoints`` that requests may go to.
    @exclusivity(unchecked) var ready: ContiguousArray<Endpoint> = []
    /// Those that requests go to only when none of ``ready`` takes them: endpoints of lower priority.
    var reserves: ContiguousArray<Endpoint> = []
    /// Chooses among ``ready``; `nil` to take them in turn.
    var balancer: EndpointBalancer?
    /// Chooses among ``ready`` when there are endpoints of several priorities.
    var priorities: PriorityBalancer?
    /// What is known of the endpoints beyond their addresses.
    var standing = EndpointStandings.Report()
    var standingsWatch: Int?
    var resolution: Resolution = .pending
    /// Called once, as soon as there is a first answer.
    var waiters: [() -> Void] = []
    var watch: Int?
    var idleTimer: Scheduled<Void>?
    var warmingTimer: Scheduled<Void>?
    /// Who waits for room, in the order in which they came.
    var roomWaiters = CircularBuffer<any RoomWaiter>()
    var roomTimer: Scheduled<Void>?
    /// The connections that the circuit breaker counts.
    let ownConnections = LoopConnections()

    /// The connections of a service that speaks HTTP/2.
    private(set) lazy var http2 = HTTP2Pool(self)
    @exclusivity(unchecked) private var selection: RoundRobin
    /// Memory for the next head; reused once the socket has taken the last one.
    @exclusivity(unchecked) private var headBuffer = ByteBuffer()

    /// What is known of the endpoints.
    enum Resolution: Sendable {
        case pending
        case known
        case failed(String)
    }

    init(_ service: Service, eventLoop: any EventLoop) {
        self.service = service
        self.eventLoop = eventLoop
        self.selection = RoundRobin(startingAt: ObjectIdentifier(eventLoop).hashValue >> 4 & 0xFFFF)
        watchEndpoints()
    }

    var definition: ServiceDefinition { service.definition }

    /// Sends a request: on an idle connection, else on a new one.
    ///
    /// The head is encoded at once. Within this call the receiver hears of the connection at most; everything else
    /// comes later. Nothing reaches the socket before ``UpstreamExchange/flush()`` when the connection exists already.
    ///
    /// - Parameters:
    ///   - request: The head, without fields that belong to one connection; `Host` is among its fields.
    ///   - framing: How the body is announced. After `none` and `length(0)` the request is complete; after anything
    ///     else with ``UpstreamExchange/sendEnd(trailers:)``.
    ///   - receiver: Held until the exchange ends.
    package func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        begin(request: request, framing: framing, receiver: receiver, at: .ofService)
    }

    /// As ``begin(request:framing:receiver:)``, for a request whose place on the ring of hashes is known.
    func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        at place: RingPlace
    ) -> any UpstreamExchange {
        begin(request, framing, receiver, preferring: nextEndpoint(for: request, at: place))
    }

    /// Sends a request once more: to another endpoint than this one, if there is one.
    package func beginAgain(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        avoiding endpoint: String?
    ) -> any UpstreamExchange {
        beginAgain(request: request, framing: framing, receiver: receiver, avoiding: endpoint, at: .ofService)
    }

    func beginAgain(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        avoiding endpoint: String?,
        at place: RingPlace
    ) -> any UpstreamExchange {
        counters.retries += 1
        let next = nextEndpoint(for: request, avoiding: endpoint, at: place)
        return begin(request, framing, receiver, preferring: next)
    }

    private func begin(
        _ request: RequestHead,
        _ framing: RequestFraming,
        _ receiver: any UpstreamReceiver,
        preferring endpoint: Endpoint?
    ) -> any UpstreamExchange {
        if let refusal = admit(receiver) { return refusal }
        counters.requests += 1
        counters.active += 1
        if definition.wireProtocol.isHTTP2 { return beginHTTP2(request, framing, receiver, endpoint) }
        let head = encode(request, framing)
        let start = RequestStart(head: head, method: request.method, framing: framing, receiver: receiver)
        if let endpoint, let connection = takeIdle(of: endpoint) { return connection.carry(start) }
        if let refusal = admitPending(receiver) { return refusal }
        let exchange = HTTP1Exchange(self)
        exchange.begin(start)
        exchange.connect(startingWith: endpoint)
        return exchange
    }

    private func beginHTTP2(
        _ request: RequestHead,
        _ framing: RequestFraming,
        _ receiver: any UpstreamReceiver,
        _ endpoint: Endpoint?
    ) -> any UpstreamExchange {
        let exchange = HTTP2Exchange(self, request, framing, receiver)
        http2.begin(exchange, preferring: endpoint)
        exchange.isBeginning = false
        return exchange
    }

    /// Closes idle connections, and every other one after its response.
    ///
    /// - Returns: a future that succeeds when the idle ones are closed.
    package func close() -> EventLoopFuture<Void> {
        isClosed = true
        // Whoever waits for addresses still gets them.
        if waiters.isEmpty { unwatchEndpoints() }
        if let standingsWatch { service.standings?.unwatch(standingsWatch) }
        standingsWatch = nil
        idleTimer?.cancel()
        idleTimer = nil
        warmingTimer?.cancel()
        warmingTimer = nil
        http2.cancelTimer()
        let closing = endpoints.flatMap { closeIdle(of: $0) }
        return EventLoopFuture.andAllComplete(closing, on: eventLoop)
    }
}

extension ServiceClient {
    /// The endpoint for a request, preferably one that is not known to be unreachable; `nil` when there is none yet.
    func nextEndpoint(for request: RequestHead? = nil, at place: RingPlace = .ofService) -> Endpoint? {
        guard !ready.isEmpty else { return nil }
        let index =
            balancer?.pick(of: ready, for: request, at: place) ?? priorities?.pick(for: request, at: place)
            ?? selection.pick(of: ready.count)
        let endpoint = ready[index]
        guard endpoint.avoidedUntil != nil else { return endpoint }
        return candidates(startingWith: endpoint).first
    }

    /// Whether a hash leads to an endpoint (`ip:port`) on the ring, whether or not that can be connected now; true where
    /// there is nothing to choose.
    func belongs(_ hash: UInt64?, to endpoint: String) -> Bool {
        guard let hash else { return true }
        let place = RingPlace.hash(hash)
        let index = balancer?.pick(of: ready, for: nil, at: place) ?? priorities?.pick(for: nil, at: place)
        guard let index else { return true }
        return ready[index].text == endpoint
    }

    /// Whether new requests may go to an endpoint (`ip:port`).
    func mayChoose(_ endpoint: String) -> Bool { ready.contains { $0.text == endpoint } }

    /// As ``nextEndpoint(for:at:)``, but another one than this (`ip:port`), if there is one.
    private func nextEndpoint(for request: RequestHead, avoiding text: String?, at place: RingPlace) -> Endpoint? {
        let picked = nextEndpoint(for: request, at: place)
        guard let picked, picked.text == text else { return picked }
        return candidates(startingWith: picked).first { $0.text != text } ?? picked
    }

    /// All endpoints in the order in which a request tries them.
    func candidates(startingWith first: Endpoint?) -> ContiguousArray<Endpoint> {
        guard priorities == nil else { return byPriority(startingWith: first ?? ready.first) }
        let start = ready.firstIndex { $0 === first } ?? 0
        return preferring(ContiguousArray(ready[start...] + ready[..<start]))
    }

    /// Those of the first one's priority, beginning with it, then the others in the order of their priority; after all of
    /// them those that could not be connected lately.
    private func byPriority(startingWith first: Endpoint?) -> ContiguousArray<Endpoint> {
        let all = ready + reserves
        let own = all.filter { $0.priority == first?.priority }
        let start = own.firstIndex { $0 === first } ?? 0
        let levels = Set(all.map(\.priority)).subtracting(own.map(\.priority)).sorted()
        let others = levels.flatMap { level in all.filter { $0.priority == level } }
        let turned = ContiguousArray(own[start...] + own[..<start])
        let now = NIODeadline.now()
        let reachable = ContiguousArray(turned.filter { !$0.isAvoided(at: now) }).alternatingIPVersions
        return reachable + others.filter { !$0.isAvoided(at: now) } + (turned + others).filter { $0.isAvoided(at: now) }
    }

    /// Those that could not be connected lately come last.
    private func preferring(_ endpoints: ContiguousArray<Endpoint>) -> ContiguousArray<Endpoint> {
        let now = NIODeadline.now()
        let avoided = endpoints.filter { $0.isAvoided(at: now) }
        guard !avoided.isEmpty else { return endpoints.alternatingIPVersions }
        let preferred = ContiguousArray(endpoints.filter { !$0.isAvoided(at: now) })
        return preferred.alternatingIPVersions + avoided
    }

    private func encode(_ request: RequestHead, _ framing: RequestFraming) -> ByteBuffer {
        // A head of unusual size must not make every later one cost as much.
        if headBuffer.storageCapacity > 16 << 10 { headBuffer = ByteBuffer() } else { headBuffer.clear() }
        HeadWriter.writeRequest(request, framing: HeadFraming(framing), into: &headBuffer)
        return headBuffer
    }
}
