import NIOCore

/// The HTTP/2 connections of one service on one event loop, and the exchanges that wait for room on them.
///
/// An exchange takes a stream of a connection to the endpoint whose turn it is. Without one it waits, and a connection
/// is opened when those on their way will not do; any room that comes up serves who has waited longest. Nobody waits
/// longer than `connectTimeout`.
///
/// How the files divide it: connections (here), the time of those that wait (`HTTP2Pool+Waiting`).
final class HTTP2Pool {
    unowned let client: ServiceClient
    var waiting = CircularBuffer<HTTP2Exchange>() {
        didSet { if let breaker = client.service.breaker { pending.count(waiting.count, in: breaker) } }
    }
    private var pending = PendingCount()
    /// Connections that are being made.
    private var attempts = 0
    private var idleTimer: Scheduled<Void>?
    /// Looks at those that wait.
    var lookTimer: (task: Scheduled<Void>, at: NIODeadline)?
    /// How long an endpoint is left alone that takes no streams, before it is asked again on a further connection.
    var trialInterval = TimeAmount.seconds(1)

    init(_ client: ServiceClient) {
        self.client = client
    }

    /// Finds room for a new exchange.
    func begin(_ exchange: HTTP2Exchange, preferring endpoint: Endpoint?) {
        waiting.append(exchange)
        if let connection = endpoint?.sharedWithRoom { serve(on: connection) }
        if let breaker = client.service.breaker, waiting.last === exchange,
            breaker.count(of: .pending) > breaker.limits.pending
        {
            return refuse(exchange)
        }
        connectIfNeeded(startingWith: endpoint)
        if exchange.stream == nil { boundWait(of: exchange) }
    }

    /// Finds room for an exchange whose stream was not served; it has waited longest.
    func beginAgain(_ exchange: HTTP2Exchange) {
        waiting.prepend(exchange)
        serveWaiting()
        connectIfNeeded(startingWith: nil)
        if exchange.stream == nil { boundWait(of: exchange) }
    }

    private func refuse(_ exchange: HTTP2Exchange) {
        client.service.breaker?.refused(.pending)
        waiting.removeLast()
        client.eventLoop.assumeIsolated().execute {
            exchange.fail(UpstreamFailure(.overload, "\(self.client.definition.name) has maxPending requests waiting"))
        }
    }

    /// Other endpoints may be used than before.
    func endpointsChanged() {
        serveWaiting()
        connectIfNeeded(startingWith: nil)
    }

    /// The exchange was given up.
    func forget(_ exchange: HTTP2Exchange) {
        waiting.removeAll { $0 === exchange }
    }

    /// A connection may have room that it had not before.
    func roomMade(on connection: HTTP2Connection) {
        serve(on: connection)
        if connection.isIdle { scheduleIdleTimer(at: connection.idleSince + idleTimeout) }
    }

    /// The service has said how many streams a connection carries.
    func limitSaid(on connection: HTTP2Connection) {
        roomMade(on: connection)
        // What was said last holds: nothing is expected of the others that were told to carry nothing.
        for other in connection.endpoint.shared where other !== connection && other.isBlocked { other.retire() }
        connectIfNeeded(startingWith: nil)
    }

    /// A connection takes no more exchanges.
    func connectionClosed(_ connection: HTTP2Connection) {
        connection.endpoint.removeShared(connection)
        connectIfNeeded(startingWith: nil)
    }

    /// - Returns: futures that succeed when the idle connections are closed.
    func retire(_ endpoint: Endpoint) -> [EventLoopFuture<Void>] {
        endpoint.shared.compactMap { connection in
            let closed = connection.isIdle ? connection.closeFuture : nil
            connection.retire()
            return closed
        }
    }

    func cancelTimer() {
        idleTimer?.cancel()
        idleTimer = nil
    }
}

// MARK: - Room for those that wait

extension HTTP2Pool {
    private func serveWaiting() {
        for endpoint in client.ready {
            while !waiting.isEmpty, let connection = endpoint.sharedWithRoom { serve(on: connection) }
        }
    }

    private func serve(on connection: HTTP2Connection) {
        guard connection.endpoint.isReady else { return }
        while connection.hasRoom, let exchange = waiting.popFirst() { connection.carry(exchange) }
    }

    /// Opens a connection when more exchanges wait than those on their way will take.
    func connectIfNeeded(startingWith preferred: Endpoint?) {
        guard !waiting.isEmpty, let endpoint = preferred ?? client.nextEndpoint() else {
            // The addresses are not known yet: the attempt waits for them.
            if !waiting.isEmpty, attempts == 0 { connect(startingWith: nil) }
            return
        }
        let streams = endpoint.takesNone ? nil : endpoint.streamLimit
        guard waiting.count > attempts * (streams ?? HTTP2StreamLedger.presumedLimit) else { return }
        if mayConnect(to: endpoint) { return connect(startingWith: endpoint) }
        serveWaiting()
        guard !waiting.isEmpty, endpoint.takesNone else { return }
        if let other = client.ready.first(where: { !$0.takesNone && mayConnect(to: $0) }) {
            connect(startingWith: other)
        } else {
            look(at: max(endpoint.nextTrial, NIODeadline.now() + HTTP2Pool.lookInterval))
        }
    }

    private func mayConnect(to endpoint: Endpoint) -> Bool {
        // It may take streams on the next connection, where its settings are others (RFC 9113, section 6.5.2).
        if endpoint.takesNone { return endpoint.nextTrial <= .now() }
        let able = endpoint.shared.count(where: \.isAble)
        return able == 0 || able + attempts < client.definition.maximumIdlePerEndpoint
    }

    private func connect(startingWith endpoint: Endpoint?) {
        attempts += 1
        if let endpoint, endpoint.takesNone { prepareTrial(of: endpoint) }
        ConnectAttempt(client, for: self).start(with: endpoint)
    }

    private func prepareTrial(of endpoint: Endpoint) {
        endpoint.nextTrial = .now() + trialInterval
        guard !client.admitsConnection else { return }
        // Those that carry nothing only take the room.
        for connection in endpoint.shared where connection.isBlocked && connection.isIdle { connection.retire() }
    }
}

// MARK: - New connections

extension HTTP2Pool: ConnectionSeeker {
    func takeIdle(at endpoint: Endpoint) -> HTTP2Connection? {
        endpoint.sharedWithRoom
    }

    func makeConnection(to endpoint: Endpoint, for attempt: ConnectAttempt<HTTP2Pool>) -> HTTP2Connection {
        HTTP2Connection(client, endpoint, for: attempt)
    }

    func connected(_ connection: HTTP2Connection, isReused: Bool) {
        attempts -= 1
        let count = waiting.count
        if !isReused {
            connection.endpoint.addShared(connection)
            connection.isIdle = true
        }
        roomMade(on: connection)
        if client.isClosed || !connection.endpoint.isCurrent { connection.retire() }
        if waiting.count < count || !connection.endpoint.isReady { connectIfNeeded(startingWith: nil) }
    }

    func failed(_ failure: UpstreamFailure) {
        attempts -= 1
        // Others have connections: whoever waits has to do with these.
        guard attempts == 0, !isConnected else { return serveWaiting() }
        let exchanges = waiting
        waiting.removeAll()
        for exchange in exchanges { exchange.fail(failure) }
    }

    /// Whether an endpoint has a connection that carries streams.
    var isConnected: Bool { client.ready.contains { $0.shared.contains(where: \.isAble) } }
}

// MARK: - Idle connections

extension HTTP2Pool {
    private var idleTimeout: TimeAmount { TimeAmount(bounded: client.definition.idleTimeout) }

    /// One timer for all connections, moved on only when it fires.
    private func scheduleIdleTimer(at deadline: NIODeadline) {
        guard idleTimer == nil, !client.isClosed else { return }
        idleTimer = client.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.closeExpired()
        }
    }

    private func closeExpired() {
        idleTimer = nil
        let limit = NIODeadline.now() - idleTimeout
        let idle = client.endpoints.flatMap { $0.shared.filter(\.isIdle) }
        for connection in idle where connection.idleSince <= limit { connection.retire() }
        if let oldest = idle.map(\.idleSince).filter({ $0 > limit }).min() {
            scheduleIdleTimer(at: oldest + idleTimeout)
        }
    }
}
