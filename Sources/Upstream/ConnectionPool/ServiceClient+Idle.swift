import NIOCore

extension ServiceClient {
    /// Keeps a connection for the next request, if there is room.
    func park(_ connection: HTTP1Connection) {
        let endpoint = connection.endpoint
        guard !isClosed, endpoint.isCurrent, endpoint.idle.count < definition.maximumIdlePerEndpoint else {
            return connection.close()
        }
        connection.idleSince = .now()
        endpoint.keepIdle(connection)
        counters.idle += 1
        if idleTimer == nil { scheduleIdleTimer(at: connection.idleSince + idleTimeout) }
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
