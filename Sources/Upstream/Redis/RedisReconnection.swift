/// Decides when a client connects, and what a command meets meanwhile; knows neither clock nor channel.
///
/// A command finds the client at rest: it starts a connection and waits for it. After a failure commands are refused
/// at once, until a pause is over. If any were refused in it, the client then tries again on its own, still refusing,
/// so that an outage costs its callers nothing; else it rests until the next command.
package struct RedisReconnection: Sendable {
    private enum State {
        case resting
        case connecting(isProbe: Bool)
        case connected
        case backingOff(hasRefused: Bool)
        case closed
    }

    package enum CommandAction {
        case enqueue
        case connect
        case refuse(RedisError)
    }

    package enum EndAction: Equatable {
        case rest
        case backOff
    }

    private var state: State = .resting
    private var lastFailure: RedisError?
    /// Connections in a row that ended in an error without having answered a single command.
    package private(set) var failures = 0

    package init() {}

    package mutating func commandIssued() -> CommandAction {
        switch state {
        case .connected, .connecting(isProbe: false): return .enqueue
        case .connecting(isProbe: true): return .refuse(refusal)
        case .closed: return .refuse(.clientClosed)
        case .resting:
            state = .connecting(isProbe: false)
            return .connect
        case .backingOff:
            state = .backingOff(hasRefused: true)
            return .refuse(refusal)
        }
    }

    package mutating func becameReady() {
        if case .connecting = state { state = .connected }
    }

    /// The connection is over.
    ///
    /// One that was of use rests: the next command finds out whether the server is there.
    package mutating func ended(failure: RedisError?, hasServed: Bool) -> EndAction {
        if hasServed { failures = 0 }
        if case .closed = state { return .rest }
        guard let failure, !hasServed else {
            state = .resting
            return .rest
        }
        failures += 1
        lastFailure = failure
        state = .backingOff(hasRefused: false)
        return .backOff
    }

    /// The pause is over.
    ///
    /// - Returns: whether to connect.
    package mutating func pauseElapsed() -> Bool {
        guard case .backingOff(let hasRefused) = state else { return false }
        state = hasRefused ? .connecting(isProbe: true) : .resting
        return hasRefused
    }

    package mutating func close() {
        state = .closed
    }

    private var refusal: RedisError {
        lastFailure?.forUnwrittenCommand ?? RedisError(.notConnected, "not connected")
    }
}

extension RedisError {
    static let clientClosed = RedisError(.clientClosed, "the client was closed")
}
