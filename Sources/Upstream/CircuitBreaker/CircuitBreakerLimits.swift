/// What a service may have in hand at most, over all event loops of the process.
package struct CircuitBreakerLimits: Sendable, Hashable {
    /// Connections, idle ones included.
    package var connections: Int
    /// Requests that wait for a connection.
    package var pending: Int
    /// Requests that have begun and not ended.
    package var requests: Int
    /// Further tries of requests that are under way.
    package var retries: Int

    package init(connections: Int = 1024, pending: Int = 1024, requests: Int = 1024, retries: Int = 3) {
        self.connections = connections
        self.pending = pending
        self.requests = requests
        self.retries = retries
    }
}
