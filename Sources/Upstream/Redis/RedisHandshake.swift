package import NIOCore

/// What is said before the first command: protocol, credentials, database.
///
/// `HELLO 3` comes first, with the credentials in it. A server that does not know it (Redis before 6, many proxies) is
/// spoken to in RESP2: `AUTH` in the form that the credentials have. `SELECT` follows unless the database is 0.
package struct RedisHandshake: Sendable {
    package enum Step: Sendable, Equatable {
        case hello
        case auth
        case select
    }

    package enum Action {
        case send([ByteBuffer])
        case finished
        case refused(RedisError)
    }

    package private(set) var step: Step = .hello
    private let credentials: RedisCredentials
    private let database: Int
    /// Why `HELLO` was refused, for a server that hangs up instead of taking `AUTH`.
    private var helloRefusal: String?

    package init(credentials: RedisCredentials, database: Int) {
        self.credentials = credentials
        self.database = database
    }

    package func start() -> [ByteBuffer] {
        switch credentials {
        case .none: Self.command("HELLO", "3")
        // Redis gives the name "default" to whoever has only a password.
        case .password(let password): Self.command("HELLO", "3", "AUTH", "default", password)
        case .user(let user, let password): Self.command("HELLO", "3", "AUTH", user, password)
        }
    }

    package mutating func received(_ reply: RESPValue) -> Action {
        switch step {
        case .hello: receivedHello(reply)
        case .auth: receivedAuth(reply)
        case .select: receivedSelect(reply)
        }
    }

    /// The error of a connection that ended before the handshake did.
    package func interrupted(by cause: RedisError?) -> RedisError {
        if let cause { return cause }
        if let helloRefusal {
            return RedisError(.handshakeRefused, "the server refused the connection: \(helloRefusal)")
        }
        return RedisError(.notConnected, "the server closed the connection during the handshake")
    }
}

extension RedisHandshake {
    private mutating func receivedHello(_ reply: RESPValue) -> Action {
        switch reply {
        case .map, .array: return select()
        case .error: return receivedHelloRefusal(reply)
        default: return .refused(Self.unexpected("HELLO"))
        }
    }

    private mutating func receivedHelloRefusal(_ reply: RESPValue) -> Action {
        helloRefusal = text(of: reply)
        switch (reply.errorCode, credentials) {
        case ("WRONGPASS", _): return .refused(authenticationFailed(reply))
        case ("NOAUTH", .none): return .refused(.authenticationRequired)
        case ("ERR", .none), ("NOPROTO", .none), ("NOPERM", .none): return select()
        case ("ERR", _), ("NOPROTO", _), ("NOPERM", _), ("NOAUTH", _): return auth()
        default: return .refused(refused("the connection", reply))
        }
    }

    private mutating func auth() -> Action {
        step = .auth
        switch credentials {
        case .none: return select()
        case .password(let password): return .send(Self.command("AUTH", password))
        case .user(let user, let password): return .send(Self.command("AUTH", user, password))
        }
    }

    private mutating func receivedAuth(_ reply: RESPValue) -> Action {
        switch reply {
        case .simpleString: select()
        case .error: .refused(authenticationFailed(reply))
        default: .refused(Self.unexpected("AUTH"))
        }
    }

    private mutating func select() -> Action {
        guard database != 0 else { return .finished }
        step = .select
        return .send(Self.command("SELECT", String(database)))
    }

    private func receivedSelect(_ reply: RESPValue) -> Action {
        switch (reply, reply.errorCode) {
        case (.simpleString, _): .finished
        case (.error, "NOAUTH"): .refused(.authenticationRequired)
        case (.error, _): .refused(refused("database \(database)", reply))
        default: .refused(Self.unexpected("SELECT"))
        }
    }
}

extension RedisHandshake {
    private static func command(_ words: String...) -> [ByteBuffer] { words.map { ByteBuffer(string: $0) } }

    private static func unexpected(_ command: String) -> RedisError {
        RedisError(.protocolViolation, "the server's reply to \(command) is of a type that it cannot have")
    }

    private func authenticationFailed(_ reply: RESPValue) -> RedisError {
        RedisError(.authenticationFailed, "the server refused the credentials: \(text(of: reply))")
    }

    private func refused(_ what: String, _ reply: RESPValue) -> RedisError {
        RedisError(.handshakeRefused, "the server refused \(what): \(text(of: reply))")
    }

    /// The server's words, fit for a log.
    ///
    /// Servers quote the arguments of a command that they do not know: the password with it, or its beginning.
    private func text(of reply: RESPValue) -> String {
        guard case .error(let bytes) = reply else { return "" }
        let said = String(decoding: bytes.readableBytesView.prefix(200), as: UTF8.self)
        let unquoted = said.firstRange(of: "with args").map { String(said[..<$0.lowerBound]) } ?? said
        guard !mentionsPassword(unquoted) else { return reply.errorCode ?? "" }
        return String(unquoted.unicodeScalars.filter { $0.properties.generalCategory != .control }.map(Character.init))
    }

    private func mentionsPassword(_ text: String) -> Bool {
        switch credentials {
        case .none: false
        case .password(let password), .user(_, let password): !password.isEmpty && text.contains(password)
        }
    }
}

extension RedisError {
    static let authenticationRequired = RedisError(.authenticationRequired, "the server requires credentials")
}
