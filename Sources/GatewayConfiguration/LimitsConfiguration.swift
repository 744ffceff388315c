import FilterAPI

/// `limits`: what one client, one connection and one stream may take. A listener's own limits win over the file's.
package struct LimitsConfiguration: Sendable, Hashable {
    /// Bytes of a request line; more is 414.
    package var requestLine = 8 << 10
    /// Bytes of all header fields; more is 431.
    package var headerBytes = 60 << 10
    /// Header fields of a message; more is 431.
    package var headerFields = 100
    /// Bytes of a request body, ``FilterAPI/ConfigurationFields/unlimited`` by default; more is 413.
    package var requestBody = ConfigurationFields.unlimited
    /// Time for a whole request head; then 408.
    package var requestHeadTimeout = Duration.seconds(15)
    /// Bytes a second that a request body has to come at, after 10 s of grace; 0 asks for nothing.
    package var requestBodyMinimumRate = 240
    /// Time without a byte in either direction of a stream.
    package var streamIdleTimeout = Duration.seconds(300)
    /// Time that a connection without a stream stays open.
    package var keepAliveTimeout = Duration.seconds(300)
    /// How old a connection may become; `nil` for any age.
    package var maxConnectionAge: Duration?
    /// Open connections of one listener.
    package var connections = 10_000
    /// Bytes that a stream may hold in each direction.
    package var streamBuffer = 64 << 10
    /// What one HTTP/2 connection may have in flight.
    package var http2 = HTTP2LimitsConfiguration()
    /// Time that one filter may hold a stream.
    package var filterTimeout = Duration.seconds(60)

    /// The limits of an edge.
    package init() {}

    /// Reads what differs from `base`.
    init(_ fields: ConfigurationFields, over base: LimitsConfiguration) {
        let times = Duration.milliseconds(1)...Duration.seconds(86_400)
        let ages = Duration.milliseconds(1)...Duration.seconds(30 * 86_400)
        requestLine = fields.size(
            "requestLine",
            in: 64...(1 << 20),
            default: base.requestLine,
            help: "Longest request line; 414."
        )
        headerBytes = fields.size(
            "headerBytes",
            in: 256...(16 << 20),
            default: base.headerBytes,
            help: "Most bytes of a header; 431."
        )
        headerFields = fields.integer(
            "headerFields",
            in: 1...10_000,
            default: base.headerFields,
            help: "Most fields of a header; 431."
        )
        requestBody = fields.size(
            "requestBody",
            takesUnlimited: true,
            default: base.requestBody,
            help: "Largest request body; 413."
        )
        requestHeadTimeout = fields.duration(
            "requestHeadTimeout",
            in: times,
            default: base.requestHeadTimeout,
            help: "Time for a request head; 408."
        )
        requestBodyMinimumRate = fields.size(
            "requestBodyMinimumRate",
            default: base.requestBodyMinimumRate,
            help: "Bytes a second that a request body has to come at, after 10 s; 408."
        )
        streamIdleTimeout = fields.duration(
            "streamIdleTimeout",
            in: times,
            default: base.streamIdleTimeout,
            help: "Time without a byte in a stream."
        )
        keepAliveTimeout = fields.duration(
            "keepAliveTimeout",
            in: times,
            default: base.keepAliveTimeout,
            help: "Time between two requests."
        )
        maxConnectionAge =
            fields.duration("maxConnectionAge", in: ages, help: "Age at which a connection ends after its streams.")
            ?? base.maxConnectionAge
        connections = fields.integer(
            "connections",
            in: 1...10_000_000,
            default: base.connections,
            help: "Most connections of a listener."
        )
        streamBuffer = fields.size(
            "streamBuffer",
            in: 1024...(1 << 30),
            default: base.streamBuffer,
            help: "Bytes held for a stream."
        )
        http2 = fields.objectOrDefaults("http2", help: "What an HTTP/2 connection may have in flight.") {
            HTTP2LimitsConfiguration($0, over: base.http2)
        }
        filterTimeout = fields.duration(
            "filterTimeout",
            in: times,
            default: base.filterTimeout,
            help: "Time that a filter may hold a stream."
        )
    }
}
