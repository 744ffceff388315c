import NIOCore
import Testing

@testable import Upstream

@Suite("Redis handshake")
struct RedisHandshakeTests {
    private static let user = RedisCredentials.user("alice", password: "opensesame")
    private static let password = RedisCredentials.password("opensesame")
    private static let proto3 = RESPValue.map([RESPMapEntry(key: "proto", value: .integer(3))])
    private static let unknown: RESPValue = .error(
        "ERR unknown command 'HELLO', with args beginning with: 'opensesame'"
    )

    @Test(
        "sends the credentials with HELLO in their three forms",
        arguments: [
            (RedisCredentials.none, redisCommand("HELLO", "3")),
            (password, redisCommand("HELLO", "3", "AUTH", "default", "opensesame")),
            (user, redisCommand("HELLO", "3", "AUTH", "alice", "opensesame")),
        ]
    )
    func startsWithHello(credentials: RedisCredentials, command: [ByteBuffer]) {
        #expect(RedisHandshake(credentials: credentials, database: 0).start() == command)
    }

    @Test(
        "falls back to AUTH in its three forms",
        arguments: [
            (RedisCredentials.none, "ERR unknown command", nil),
            (.none, "NOPROTO unsupported protocol version", nil),
            (password, "ERR unknown command", redisCommand("AUTH", "opensesame")),
            (password, "NOAUTH Authentication required.", redisCommand("AUTH", "opensesame")),
            (user, "NOPROTO sorry", redisCommand("AUTH", "alice", "opensesame")),
            (user, "NOPERM no HELLO for you", redisCommand("AUTH", "alice", "opensesame")),
        ]
    )
    func fallsBack(credentials: RedisCredentials, refusal: String, auth: [ByteBuffer]?) {
        var handshake = RedisHandshake(credentials: credentials, database: 0)
        let action = handshake.received(.error(ByteBuffer(string: refusal)))
        guard let auth else { return #expect(action.isFinished) }
        #expect(action.command == auth)
        #expect(isFinished(handshake.received(.simpleString("OK"))))
    }

    @Test(
        "selects a database other than 0, last",
        arguments: [
            (RedisCredentials.none, [proto3]),
            (.none, [unknown]),
            (password, [unknown, .simpleString("OK")]),
        ]
    )
    func selects(credentials: RedisCredentials, replies: [RESPValue]) {
        var handshake = RedisHandshake(credentials: credentials, database: 7)
        let actions = replies.map { handshake.received($0) }
        #expect(actions.last?.command == redisCommand("SELECT", "7"))
        #expect(isFinished(handshake.received(.simpleString("OK"))))
    }

    @Test(
        "names what the server refused",
        arguments: [
            (
                user, 0, [RESPValue.error("WRONGPASS invalid username-password pair")],
                RedisError.Code.authenticationFailed
            ),
            (
                .none, 0, [.error("NOAUTH HELLO must be called with the client already authenticated")],
                .authenticationRequired
            ),
            (.none, 0, [.error("DENIED Redis is running in protected mode")], .handshakeRefused),
            (.none, 0, [.integer(1)], .protocolViolation),
            (password, 0, [unknown, .error("ERR invalid password")], .authenticationFailed),
            (password, 0, [unknown, .null], .protocolViolation),
            (.none, 1, [proto3, .error("ERR DB index is out of range")], .handshakeRefused),
            (.none, 1, [unknown, .error("NOAUTH Authentication required.")], .authenticationRequired),
            (.none, 1, [proto3, .array([])], .protocolViolation),
        ] as [(RedisCredentials, Int, [RESPValue], RedisError.Code)]
    )
    func refuses(credentials: RedisCredentials, database: Int, replies: [RESPValue], code: RedisError.Code) {
        var handshake = RedisHandshake(credentials: credentials, database: database)
        let actions = replies.map { handshake.received($0) }
        #expect(actions.last?.refusal?.code == code)
    }

    @Test(
        "never repeats the password that a server quotes",
        arguments: [
            "ERR unknown command 'AUTH', with args beginning with: 'opensesame'",
            "ERR unknown command 'AUTH', with args beginning with: 'opens",
            "WRONGPASS opensesame is wrong",
        ]
    )
    func hidesPassword(refusal: String) throws {
        var handshake = RedisHandshake(credentials: Self.password, database: 0)
        _ = handshake.received(Self.unknown)
        let action = handshake.received(.error(refusal))
        let error = try #require(action.refusal)
        #expect(!"\(error)".contains("opens"))
        #expect(!"\(handshake.interrupted(by: nil))".contains("opens"))
        #expect(!"\(Self.password) \(Self.user)".contains("opens"))
    }

    @Test("keeps control characters of the server out of its errors")
    func dropsControlCharacters() throws {
        var handshake = RedisHandshake(credentials: .none, database: 0)
        let action = handshake.received(.error("DENIED a\u{1B}[31m\u{7}b"))
        let error = try #require(action.refusal)
        #expect(error.message == "the server refused the connection: DENIED a[31mb")
    }

    private func isFinished(_ action: RedisHandshake.Action) -> Bool { action.isFinished }

    @Test("explains a hang-up with what the server said before")
    func explainsHangUp() {
        var handshake = RedisHandshake(credentials: Self.password, database: 0)
        #expect(handshake.interrupted(by: nil).code == .notConnected)
        _ = handshake.received(.error("ERR max number of clients reached"))
        #expect(handshake.interrupted(by: nil).message.contains("max number of clients"))
    }
}

extension RedisHandshake.Action {
    fileprivate var command: [ByteBuffer]? {
        if case .send(let command) = self { command } else { nil }
    }

    fileprivate var isFinished: Bool {
        if case .finished = self { true } else { false }
    }

    fileprivate var refusal: RedisError? {
        if case .refused(let error) = self { error } else { nil }
    }
}
