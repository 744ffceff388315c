import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Upstream

/// Against a real server.
@Suite("Redis client and a real server", .timeLimit(.minutes(10)))
struct RedisServerTests {
    private static let alice = ["--user", "alice", "on", ">wonderland", "~*", "&*", "+@all"]

    @Test(
        "makes itself known in three ways",
        arguments: [
            ([], .none),
            (["--requirepass", "opensesame"], .password("opensesame")),
            (alice, .user("alice", password: "wonderland")),
        ] as [([String], RedisCredentials)]
    )
    func authenticates(arguments: [String], credentials: RedisCredentials) async throws {
        let server = try await RedisServer.start(arguments)
        try await withRedisClient(ports: server.port, configuration: RedisConfiguration(credentials: credentials)) {
            client async throws in
            #expect(try await client.ask("PING") == .simpleString("PONG"))
            let isRESP3 = if case .map = try await client.ask("HELLO") { true } else { false }
            #expect(isRESP3)
        }
    }

    @Test(
        "wrong credentials have their own error, at once and while backing off",
        arguments: [
            (["--requirepass", "opensesame"], .password("wrong"), .authenticationFailed),
            (["--requirepass", "opensesame"], .none, .authenticationRequired),
            (["--requirepass", "opensesame"], .user("nobody", password: "opensesame"), .authenticationFailed),
            (alice, .user("alice", password: "wrong"), .authenticationFailed),
        ] as [([String], RedisCredentials, RedisError.Code)]
    )
    func refusesCredentials(arguments: [String], credentials: RedisCredentials, code: RedisError.Code) async throws {
        let server = try await RedisServer.start(arguments)
        try await withRedisClient(ports: server.port, configuration: RedisConfiguration(credentials: credentials)) {
            client async throws in
            for _ in 0..<20 {
                #expect(await RedisError.Code { try await client.ask("PING") } == code)
            }
        }
    }

    @Test("selects its database")
    func selectsDatabase() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(ports: server.port, configuration: RedisConfiguration(database: 1)) {
            client async throws in
            #expect(try await client.ask("SET", "key", "value") == .simpleString("OK"))
            #expect(try await client.ask("GET", "key") == "value")
        }
        try await withRedisClient(ports: server.port) { client async throws in
            #expect(try await client.ask("GET", "key") == .null)
        }
        try await withRedisClient(ports: server.port, configuration: RedisConfiguration(database: 99)) {
            client async throws in
            #expect(await RedisError.Code { try await client.ask("PING") } == .handshakeRefused)
        }
    }

    @Test("reads the types that a server sends")
    func readsTypes() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(ports: server.port) { client async throws in
            #expect(try await client.ask("SETEX", "key", "100", "value") == .simpleString("OK"))
            guard case .integer(let left) = try await client.ask("PTTL", "key") else { return #expect(Bool(false)) }
            #expect((1...100_000).contains(left))
            #expect(try await client.errorCode("LPUSH", "key", "x") == "WRONGTYPE")
            #expect(try await client.ask("HSET", "hash", "a", "1") == .integer(1))
            #expect(try await client.ask("HGETALL", "hash") == .map([RESPMapEntry(key: "a", value: "1")]))
            #expect(try await client.ask("ZADD", "sorted", "1.5", "a") == .integer(1))
            #expect(try await client.ask("ZSCORE", "sorted", "a") == .double(1.5))
            #expect(try await client.ask("SADD", "set", "a") == .integer(1))
            #expect(try await client.ask("SMEMBERS", "set") == .set(["a"]))
            #expect(try await client.ask("DEBUG", "PROTOCOL", "attrib") == "Some real reply following the attribute")
            #expect(try await client.ask("DEBUG", "PROTOCOL", "bignum") == bigNumber)
            #expect(try await client.ask("DEBUG", "PROTOCOL", "true") == .boolean(true))
            #expect(try await client.text("DEBUG", "PROTOCOL", "verbatim") == "This is a verbatim\nstring")
        }
    }

    private var bigNumber: RESPValue {
        .bigNumber(ByteBuffer(string: "1234567999999999999999999999999999999"))
    }

    @Test("replies to ten thousand commands of one tick come in order")
    func pipelines() async throws {
        let server = try await RedisServer.start()
        let configuration = RedisConfiguration(maximumCommands: 10_000)
        try await withRedisClient(ports: server.port, configuration: configuration) { client async throws in
            let replies = try await client.eventLoop.flatSubmit {
                let replies = (0..<10_000).map { client.send(redisCommand("ECHO", "\($0)"), timeout: .seconds(60)) }
                return EventLoopFuture.whenAllSucceed(replies, on: client.eventLoop)
            }.get()
            #expect(replies == (0..<10_000).map { .bulkString(ByteBuffer(string: "\($0)")) })
            #expect(try await client.count(\.connects) == 1)
        }
    }

    @Test("values of ten mebibytes go there and back")
    func carriesLargeValues() async throws {
        let server = try await RedisServer.start()
        var generator = RedisTestGenerator(seed: 10)
        var value = ByteBuffer()
        for _ in 0..<(10 << 20) / 8 { value.writeInteger(generator.next()) }
        try await withRedisClient(ports: server.port) { client async throws in
            let set = redisCommand("SET", "large") + [value]
            #expect(try await client.reply(to: set, timeout: .seconds(60)) == .simpleString("OK"))
            let isSame = try await client.ask("GET", "large", timeout: .seconds(60)) == .bulkString(value)
            #expect(isSame)
        }
    }

    @Test("a killed server fails commands at once, and serves again after its return")
    func survivesKill() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(ports: server.port) { client async throws in
            #expect(try await client.ask("PING") == .simpleString("PONG"))
            let pending = Task { try await client.ask("BLPOP", "nothing", "0", timeout: .hours(1)) }
            try await client.untilInFlight(1)
            await server.kill()
            #expect(await RedisError.Code { try await pending.value } == .connectionLost)
            for _ in 0..<100 {
                // An hour would show a command that is not failed at once.
                #expect(await RedisError.Code { try await client.ask("PING", timeout: .hours(1)) } == .notConnected)
            }
            try await server.restart()
            await client.untilServed()
            #expect(try await client.ask("ECHO", "again") == "again")
        }
    }

    @Test("a server that stops answering times out, and is in step after its return")
    func survivesSuspension() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(ports: server.port) { client async throws in
            #expect(try await client.ask("PING") == .simpleString("PONG"))
            server.suspend()
            let code = await RedisError.Code { try await client.ask("ECHO", "lost", timeout: .milliseconds(100)) }
            #expect(code == .timeout)
            #expect(try await client.count(\.lostConnections) == 1)
            server.resume()
            await client.untilServed()
            for number in 0..<100 {
                #expect(try await client.ask("ECHO", "\(number)") == .bulkString(ByteBuffer(string: "\(number)")))
            }
        }
    }

    @Test("a cancelled command leaves the connection in step")
    func survivesCancellation() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(ports: server.port) { client async throws in
            #expect(try await client.ask("PING") == .simpleString("PONG"))
            server.suspend()
            let first = Task { try await client.ask("ECHO", "first", timeout: .hours(1)) }
            try await client.untilInFlight(1)
            let second = Task { try await client.ask("ECHO", "second", timeout: .hours(1)) }
            try await client.untilInFlight(2)
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            #expect(try await client.count(\.inFlight) == 2)
            server.resume()
            #expect(try await client.ask("ECHO", "third") == "third")
            #expect(try await first.value == "first")
            let counts = try await client.currentCounts()
            #expect(counts.connects == 1 && counts.inFlight == 0 && counts.failures == 0)
        }
    }

    @Test("commands that are cancelled or time out at random leave every other with its own reply")
    func staysInStep() async throws {
        let server = try await RedisServer.start()
        var generator = RedisTestGenerator(seed: 7)
        try await withRedisClient(ports: server.port) { client async throws in
            for _ in 0..<20 {
                let asked = (0..<50).map { number in
                    let text = "\(number) \(generator.next())"
                    let timeout: TimeAmount = number.isMultiple(of: 7) ? .microseconds(Int64(number)) : .seconds(30)
                    let task = Task { try await client.ask("ECHO", text, timeout: timeout) }
                    return (text: text, task: task, isCancelled: Bool.random(using: &generator))
                }
                for question in asked where question.isCancelled { question.task.cancel() }
                for question in asked {
                    guard let reply = try? await question.task.value else { continue }
                    #expect(reply == .bulkString(ByteBuffer(string: question.text)))
                }
                // A command whose time was up before the server could speak takes its connection with it.
                await client.untilServed()
                #expect(try await client.ask("ECHO", "last of its round") == "last of its round")
            }
        }
    }

    @Test("a connection that was closed while idle is replaced without an error")
    func survivesIdleClose() async throws {
        let server = try await RedisServer.start()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        try await withRedisClient(ports: server.port, eventLoop: loop) { client async throws in
            try await withRedisClient(ports: server.port, eventLoop: loop) { killer async throws in
                for expected in 1...20 {
                    #expect(try await client.text("ECHO", "\(expected)") == "\(expected)")
                    #expect(try await killer.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") == .integer(1))
                    #expect(try await client.count(\.connects) == expected)
                }
            }
            let counts = try await client.currentCounts()
            #expect(counts.failures == 0 && counts.lostConnections == 0)
        }
    }
}

extension RedisClient {
    /// Returns when `count` commands are written and not answered.
    fileprivate func untilInFlight(_ count: Int) async throws {
        while try await currentCounts().inFlight < count {}
    }

    /// Asks until there is an answer, as the traffic of a gateway does.
    fileprivate func untilServed() async {
        while (try? await ask("PING", timeout: .milliseconds(500))) == nil {}
    }
}
