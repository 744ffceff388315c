/// What one client has done since it was made, and what it is doing now.
package struct RedisCounts: Sendable, Equatable {
    /// Now: accepted, and not written yet.
    package var waiting = 0
    /// Now: written, and not answered yet. Those that timed out or were cancelled count until their reply comes.
    package var inFlight = 0
    /// Commands issued, the refused ones included.
    package var commands = 0
    /// Commands that got no reply, for any reason but cancellation.
    package var failures = 0
    /// Those of the failures that timed out.
    package var timeouts = 0
    /// Attempts to connect.
    package var connects = 0
    /// Attempts that ended before the handshake was complete.
    package var connectFailures = 0
    /// Connections that ended in an error after the handshake.
    package var lostConnections = 0

    package init() {}
}
