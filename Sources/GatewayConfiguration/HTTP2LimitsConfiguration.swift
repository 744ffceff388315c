import FilterAPI

/// `limits.http2`: what one HTTP/2 connection may have in flight.
package struct HTTP2LimitsConfiguration: Sendable, Hashable {
    /// Streams that a client may have open at once on one connection.
    package var maxConcurrentStreams = 100
    /// Bytes that a client may send on a stream before the gateway has taken them in.
    package var initialWindow = 64 << 10
    /// Bytes that a client may send on a connection before the gateway has taken them in.
    package var connectionWindow = 1 << 20

    /// The limits of an edge.
    package init() {}

    /// Reads what differs from `base`.
    init(_ fields: ConfigurationFields, over base: HTTP2LimitsConfiguration) {
        // The upper end is the protocol's (RFC 9113, section 6.9.1), as is the lower one of the connection's window.
        maxConcurrentStreams = fields.integer(
            "maxConcurrentStreams",
            in: 1...100_000,
            default: base.maxConcurrentStreams,
            help: "Most streams of a connection."
        )
        initialWindow = fields.size(
            "initialWindow",
            in: 1024...Int(Int32.max),
            default: base.initialWindow,
            help: "Bytes on the way in a stream."
        )
        connectionWindow = fields.size(
            "connectionWindow",
            in: 65_535...Int(Int32.max),
            default: base.connectionWindow,
            help: "Bytes on the way in a connection."
        )
    }
}
