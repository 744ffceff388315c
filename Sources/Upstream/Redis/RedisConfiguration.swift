package import NIOCore

/// What a client needs to know about its server, beside the addresses.
package struct RedisConfiguration: Sendable {
    package var credentials: RedisCredentials = .none
    /// The number for `SELECT`. Default 0, which is not selected explicitly.
    package var database = 0
    /// Bounds each of: finding the addresses, one attempt to connect, and, while no command waits for them, TLS and
    /// handshake together. Default 2 s.
    ///
    /// Where commands wait, TLS and handshake may take as long as the longest of their timeouts, or a second.
    package var connectTimeout: TimeAmount = .seconds(2)
    /// Commands that may wait or be in flight at once. Default 1024.
    package var maximumCommands = 1024
    package var backOff = RedisBackOff()
    package var limits = RESPLimits()

    package init() {}
}

/// How a connection makes itself known. Its description tells no secret.
package enum RedisCredentials: Sendable, Equatable {
    case none
    case password(String)
    case user(String, password: String)
}

extension RedisCredentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch self {
        case .none: "none"
        case .password: "password"
        case .user: "user and password"
        }
    }

    package var debugDescription: String { description }
}
