import FilterAPI

/// `circuitBreaker` of a service: what it may have in hand at most.
package struct CircuitBreakerConfiguration: Sendable, Hashable {
    /// Connections, idle ones included.
    package let connections: Int
    /// Requests that wait for a connection.
    package let pending: Int
    /// Requests that have begun and not ended.
    package let requests: Int
    /// Retries that are under way.
    package let retries: Int

    init(_ fields: ConfigurationFields) {
        connections = fields.integer("maxConnections", in: 1...1_000_000, default: 1024, help: "Most connections.")
        pending = fields.integer(
            "maxPending",
            in: 0...1_000_000,
            default: 1024,
            help: "Most requests that wait for a connection."
        )
        requests = fields.integer("maxRequests", in: 1...1_000_000, default: 1024, help: "Most requests at a time.")
        retries = fields.integer("maxRetries", in: 0...1_000_000, default: 3, help: "Most retries at a time.")
    }
}
