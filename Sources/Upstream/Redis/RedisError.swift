/// Why a command got no reply. An error that the server answers to a command is a reply: ``RESPValue/error(_:)``.
package struct RedisError: Error, Sendable {
    package enum Code: Sendable, Hashable {
        /// No reply within the command's timeout.
        case timeout
        /// As many commands as ``RedisConfiguration/maximumCommands`` are waiting or in flight.
        case overloaded
        /// There is no connection, and the command was not written.
        case notConnected
        /// The connection ended after the command was written: it may or may not have been carried out.
        case connectionLost
        /// The server refused the user name or the password.
        case authenticationFailed
        /// The server wants credentials, and none are configured.
        case authenticationRequired
        /// The server refused the connection for another reason, such as a database that it does not have.
        case handshakeRefused
        /// The server sent what is not RESP, or what nobody asked for.
        case protocolViolation
        /// ``RedisClient/close()`` was called.
        case clientClosed
        /// A command needs at least its name.
        case emptyCommand
    }

    package let code: Code
    package let message: String
    package let underlying: (any Error)?

    package init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }
}

extension RedisError: CustomStringConvertible {
    package var description: String {
        if let underlying { "\(message): \(underlying)" } else { message }
    }
}

extension RedisError {
    /// The same end as a command sees it that was never written. Refused credentials keep their own code.
    var forUnwrittenCommand: RedisError {
        switch code {
        case .authenticationFailed, .authenticationRequired, .handshakeRefused, .clientClosed, .notConnected: self
        default: RedisError(.notConnected, "not connected: \(message)", underlying: underlying)
        }
    }

    /// The same end as a command sees it that had been written.
    var forWrittenCommand: RedisError {
        switch code {
        case .timeout, .protocolViolation, .clientClosed, .connectionLost: self
        default: RedisError(.connectionLost, "connection lost: \(message)", underlying: underlying)
        }
    }
}
