import NIOCore

extension ServiceClient {
    /// Keeps a connection for the next request, if there is room.
    func park(_ connection: HTTP1Connection) {
        let endpoint = connection.endpoint
        guard !isClosed, endpoint.isCurrent, endpoint.idle.count < definition.maximumIdlePerEndpoint else {
            return connection.close()
        }
        connection.idleSince = .now()
        guard connection.endsAt > connection.idleSince else { return connection.close() }
        endpoint.keepIdle(connection)
        counters.idle += 1
        roomMade()
        if idleTimer == nil { scheduleIdleTimer(at: connection.idleSince + idleTimeout) }
    }

    /// A connection that waits for its next request and is not too old for it.
    func takeIdle(of endpoint: Endpoint) -> HTTP1Connection? {
        while let connection = endpoint.takeIdle() {
            counters.idle -= 1
            // Only connections with an age at which they end need the time.
            if connection.endsAt == .distantFuture || connection.endsAt > .now() { return connection }
            connection.close()
        }
        return nil
    }

    /// When a connection that opens now takes no more requests; a tenth earlier or later, so that connections that came
    /// together do not all come again together.
    var endOfConnection: NIODeadline {
        guard let age = definition.maximumConnectionAge else { return .distantFuture }
        return .now() + TimeAmount(bounded: age * Double.random(in: 0.9...1.1))
    }

    /// A connection is gone.
    func connectionClosed(_ connection: HTTP1Connection) {
        if connection.endpoint.removeIdle(connection) { counters.idle -= 1 }
    }

    /// - Returns: futures that succeed when the connections are closed.
    func closeIdle(of endpoint: Endpoint) -> [EventLoopFuture<Void>] {
        var closing = http2.retire(endpoint)
        while let connection = endpoint.takeIdle() {
            counters.idle -= 1
            if let closed = connection.closeFuture { closing.append(closed) }
            connection.close()
        }
        return closing
    }

    private var idleTimeout: TimeAmount { TimeAmount(bounded: definition.idleTimeout) }

    /// One timer for all connections of the service, moved on only when it fires.
    private func scheduleIdleTimer(at deadline: NIODeadline) {
        idleTimer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.closeExpired()
        }
    }

    private func closeExpired() {
        idleTimer = nil
        let limit = NIODeadline.now() - idleTimeout
        var oldest: NIODeadline?
        for endpoint in endpoints {
            for connection in endpoint.removeIdle(since: limit) {
                counters.idle -= 1
                connection.close()
            }
            if let first = endpoint.idle.first { oldest = min(oldest ?? first.idleSince, first.idleSince) }
        }
        if let oldest { scheduleIdleTimer(at: oldest + idleTimeout) }
    }
}
