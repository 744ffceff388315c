import NIOCore

/// The HTTP/2 connections of one service on one event loop, and the exchanges that wait for room on them.
///
/// An exchange takes a stream of a connection to the endpoint whose turn it is. Without one it waits, and a connection
/// is opened when those on their way will not do; any room that comes up serves who has waited longest.
final class HTTP2Pool {
    private unowned let client: ServiceClient
    private var waiting = CircularBuffer<HTTP2Exchange>() {
        didSet { if let breaker = client.service.breaker { pending.count(waiting.count, in: breaker) } }
    }
    private var pending = PendingCount()
    /// Connections that are being made.
    private var attempts = 0
    private var idleTimer: Scheduled<Void>?

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
    }

    /// Finds room for an exchange whose stream was not served; it has waited longest.
    func beginAgain(_ exchange: HTTP2Exchange) {
        waiting.prepend(exchange)
        serveWaiting()
        connectIfNeeded(startingWith: nil)
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
    private func connectIfNeeded(startingWith preferred: Endpoint?) {
        guard !waiting.isEmpty, let endpoint = preferred ?? client.nextEndpoint() else {
            // The addresses are not known yet: the attempt waits for them.
            if !waiting.isEmpty, attempts == 0 { connect(startingWith: nil) }
            return
        }
        let streams = endpoint.streamLimit ?? HTTP2StreamLedger.presumedLimit
        guard waiting.count > attempts * max(streams, 1) else { return }
        guard mayConnect(to: endpoint, streams) else { return serveWaiting() }
        connect(startingWith: endpoint)
    }

    private func mayConnect(to endpoint: Endpoint, _ streams: Int) -> Bool {
        guard !endpoint.shared.isEmpty else { return true }
        // A service that admits no streams at all admits none on further connections.
        return streams > 0 && endpoint.shared.count + attempts < client.definition.maximumIdlePerEndpoint
    }

    private func connect(startingWith endpoint: Endpoint?) {
        attempts += 1
        ConnectAttempt(client, for: self).start(with: endpoint)
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
        let isHopeless = attempts == 0 && !client.ready.contains { $0.shared.contains { !$0.isEnding } }
        // Others have connections: whoever waits has to do with these.
        guard isHopeless else { return serveWaiting() }
        let exchanges = waiting
        waiting.removeAll()
        for exchange in exchanges { exchange.fail(failure) }
    }
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
