package import FilterRuntime
package import HTTP1
package import NIOCore

/// What one client connection may cost.
package struct ConnectionLimits: Sendable, Hashable {
    /// Sizes of a request's head.
    package var head = HeadLimits()
    /// From the first byte of a head, or the opening of the connection, to the head's end; default 15 s.
    package var requestHeadTimeout = TimeAmount.seconds(15)
    /// How long a connection may wait for its next request; default 5 minutes.
    package var keepAliveTimeout = TimeAmount.minutes(5)
    /// How old a connection may become; `nil`, the default, for any age.
    package var maximumAge: TimeAmount?
    /// Bytes of a request's body per second, after ``bodyGrace``; 0 for no minimum; default 240.
    package var requestBodyMinimumRate = 240
    /// How long a body may be slow; default 10 s.
    package var bodyGrace = TimeAmount.seconds(10)
    /// Connections of the listener; default 10,000.
    package var connections = 10_000
    /// Bytes that may wait in each direction; default 64 KiB.
    package var buffer = 64 * 1024
    /// What HTTP/2 adds.
    package var http2 = HTTP2Limits()

    /// Times and sizes of each stream.
    package var stream = StreamSettings()

    package init() {}
}
