import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Upstream

/// Against a server that follows a script: what a real one does too rarely, or never.
@Suite("Redis client", .timeLimit(.minutes(10)))
struct RedisClientTests {
    @Test(
        "speaks RESP2 with a server that has no HELLO",
        arguments: [
            (RedisCredentials.none, 0, []),
            (.password("opensesame"), 0, [["AUTH", "opensesame"]]),
            (.user("alice", password: "opensesame"), 3, [["AUTH", "alice", "opensesame"], ["SELECT", "3"]]),
        ] as [(RedisCredentials, Int, [[String]])]
    )
    func speaksRESP2(credentials: RedisCredentials, database: Int, handshake: [[String]]) async throws {
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            let configuration = RedisConfiguration(credentials: credentials, database: database)
            try await withRedisClient(ports: peer.port, configuration: configuration) { client async throws in
                #expect(try await client.ask("GET", "a") == "a")
                #expect(try await client.errorCode("NONSENSE") == "ERR")
            }
            #expect(Array(peer.commands.dropFirst().dropLast(2)) == handshake)
        }
    }

    @Test("refused credentials of an old server have their own error, without the password in it")
    func refusedByOldServer() async throws {
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            let configuration = RedisConfiguration(credentials: .password("opensesame2"))
            try await withRedisClient(ports: peer.port, configuration: configuration) { client async throws in
                let error = await #expect(throws: RedisError.self) { try await client.ask("GET", "a") }
                #expect(error?.code == .authenticationFailed)
                #expect(error?.description.contains("opensesame") == false)
            }
        }
    }

    @Test(
        "anything but one reply a command ends the connection, and the next command gets a new one",
        arguments: [
            "+OK\r\n+unsolicited\r\n", "+OK\r\n>1\r\n+message\r\n", "+OK\r\nHTTP/1.1 200 OK\r\n\r\n",
            "+OK\r\n*1000000000\r\n",
            "+OK\r\n$-7\r\n",
        ]
    )
    func survivesExtraReplies(wire: String) async throws {
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.newServer { _ in .say(wire) }) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                for expected in 1...3 {
                    #expect(try await client.ask("GET", "a") == .simpleString("OK"))
                    try await client.eventLoop.submit {}.get()
                    #expect(try await client.count(\.lostConnections) == expected)
                }
            }
            #expect(peer.connections == 3)
        }
    }

    @Test(
        "bytes that are not RESP fail the command with their own error",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "$99999999999\r\n", ">1\r\n+message\r\n",
        ]
    )
    func refusesHostileReplies(wire: String) async throws {
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.newServer { _ in .say(wire) }) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                #expect(await RedisError.Code { try await client.ask("GET", "a") } == .protocolViolation)
            }
        }
    }

    @Test("tries the addresses in their order")
    func triesAddressesInOrder() async throws {
        let refusing = try RefusingPort()
        let unused = refusing.port
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            try await withRedisClient(ports: unused, peer.port) { client async throws in
                #expect(try await client.ask("GET", "a") == "a")
            }
            try await withRedisClient(ports: unused) { client async throws in
                let error = await #expect(throws: RedisError.self) { try await client.ask("GET", "a") }
                #expect(error?.code == .notConnected)
                #expect(error?.message.contains("127.0.0.1:\(unused)") == true)
            }
        }
        withExtendedLifetime(refusing) {}
    }

    @Test("a server without addresses is an error")
    func needsAddresses() async throws {
        try await withRedisClient { client async throws in
            #expect(await RedisError.Code { try await client.ask("PING") } == .notConnected)
        }
    }

    @Test("a command without a name is refused, because no server would answer it")
    func refusesEmptyCommands() async throws {
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                #expect(await RedisError.Code { try await client.ask() } == .emptyCommand)
                #expect(try await client.ask("GET", "a") == "a")
            }
        }
    }

    @Test("more commands than allowed fail at once")
    func limitsCommands() async throws {
        let script = ScriptedRedisPeer.newServer { _ in .silence }
        try await ScriptedRedisPeer.run(script: script) { peer async throws in
            let configuration = RedisConfiguration(maximumCommands: 3)
            try await withRedisClient(ports: peer.port, configuration: configuration) { client async throws in
                let codes = try await client.eventLoop.flatSubmit {
                    let replies = (0..<5).map { _ in
                        client.send(redisCommand("GET", "a"), timeout: .milliseconds(50)).map { _ in
                            RedisError.Code?.none
                        }
                        .flatMapErrorThrowing { ($0 as? RedisError)?.code }
                    }
                    return EventLoopFuture.whenAllSucceed(replies, on: client.eventLoop)
                }.get()
                #expect(codes == [.timeout, .timeout, .timeout, .overloaded, .overloaded])
            }
        }
    }

    @Test("commands of one tick arrive in one write")
    func writesTicksTogether() async throws {
        let script = ScriptedRedisPeer.newServer { .say("+\($0[1])\r\n") }
        let reads = RedisTestReadCounter()
        try await ScriptedRedisPeer.run(transportHandlers: { [reads.handler()] }, script: script) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                _ = try await client.ask("ECHO", "first")
                let before = reads.count
                let replies = try await client.eventLoop.flatSubmit {
                    let replies = (0..<20).map { client.send(redisCommand("ECHO", "\($0)"), timeout: .seconds(30)) }
                    return EventLoopFuture.whenAllSucceed(replies, on: client.eventLoop)
                }.get()
                #expect(replies == (0..<20).map { .simpleString("\($0)") })
                #expect(reads.count == before + 1)
            }
        }
    }

    @Test("a server that hangs up before it ever answers is left alone for a while")
    func backsOffFromUselessServers() async throws {
        let script = ScriptedRedisPeer.newServer { _ in .hangUp }
        try await ScriptedRedisPeer.run(script: script) { peer async throws in
            var configuration = RedisConfiguration(credentials: .none)
            configuration.backOff.initial = .hours(1)
            configuration.backOff.maximum = .hours(1)
            try await withRedisClient(ports: peer.port, configuration: configuration) { client async throws in
                #expect(await RedisError.Code { try await client.ask("GET", "a") } == .connectionLost)
                for _ in 0..<10 {
                    #expect(await RedisError.Code { try await client.ask("GET", "a") } == .notConnected)
                }
            }
            #expect(peer.connections == 1)
        }
    }

    @Test("a handshake without end is given up")
    func limitsHandshake() async throws {
        try await ScriptedRedisPeer.run(script: { _ in .silence }) { peer async throws in
            // A second for whoever is in a hurry, and the command's own time is over long before.
            try await withRedisClient(ports: peer.port) { client async throws in
                let code = await RedisError.Code { try await client.ask("GET", "a", timeout: .milliseconds(60)) }
                #expect(code == .timeout)
                let isGivenUp = try await eventually { try await client.count(\.connectFailures) == 1 }
                #expect(isGivenUp)
            }
        }
    }

    @Test("a handshake may take as long as somebody waits for it, whatever opening a connection may take")
    func waitsForSlowHandshake() async throws {
        try await ScriptedRedisPeer.run(script: { _ in .silence }) { peer async throws in
            var configuration = RedisConfiguration(credentials: .none)
            configuration.connectTimeout = .seconds(3)
            try await withRedisClient(ports: peer.port, configuration: configuration) { client async throws in
                let code = await RedisError.Code { try await client.ask("GET", "a", timeout: .seconds(6)) }
                #expect(code == .timeout, "and not the end of the handshake after 3 s")
            }
        }
    }

    @Test("addresses that never come are given up")
    func limitsResolution() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let never = loop.makePromise(of: [SocketAddress].self)
        var configuration = RedisConfiguration(credentials: .none)
        configuration.connectTimeout = .milliseconds(20)
        let client = RedisClient(
            eventLoop: loop,
            configuration: configuration,
            addresses: { _ in never.futureResult },
            logger: .redisTests
        )
        #expect(await RedisError.Code { try await client.ask("PING") } == .notConnected)
        never.succeed([])
        try await loop.flatSubmit { client.close() }.get()
    }

    @Test("a command that waits for a connection waits no longer than its timeout")
    func limitsWaiting() async throws {
        try await ScriptedRedisPeer.run(script: { _ in .silence }) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                let code = await RedisError.Code { try await client.ask("GET", "a", timeout: .milliseconds(30)) }
                #expect(code == .timeout)
            }
        }
    }

    @Test("handlers between socket and protocol see the bytes")
    func installsTransportHandlers() async throws {
        let script = ScriptedRedisPeer.newServer { .say("+\($0[1])\r\n") }
        try await ScriptedRedisPeer.run(transportHandlers: { [RedisTestScrambler()] }, script: script) {
            peer async throws in
            try await withRedisClient(ports: peer.port, transportHandlers: { _ in [RedisTestScrambler()] }) {
                client async throws in
                #expect(try await client.ask("ECHO", "a") == .simpleString("a"))
            }
        }
    }

    @Test("a transport that cannot be set up is a failure to connect")
    func reportsTransportFailures() async throws {
        struct Broken: Error {}
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            try await withRedisClient(ports: peer.port, transportHandlers: { _ in throw Broken() }) {
                client async throws in
                let error = await #expect(throws: RedisError.self) { try await client.ask("GET", "a") }
                #expect(error?.code == .notConnected && error?.underlying is Broken)
            }
        }
    }

    @Test("closing answers what is in flight, and refuses what follows")
    func closesGracefully() async throws {
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                _ = try await client.ask("GET", "warm")
                let reply = try await client.eventLoop.flatSubmit {
                    let reply = client.send(redisCommand("GET", "last"), timeout: .seconds(30))
                    return client.close().flatMap { reply }
                }.get()
                #expect(reply == "last")
                #expect(await RedisError.Code { try await client.ask("GET", "a") } == .clientClosed)
            }
        }
    }

    @Test("closing while a connection is being opened fails those who wait")
    func closesWhileConnecting() async throws {
        try await ScriptedRedisPeer.run(script: { _ in .silence }) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                let code = await RedisError.Code {
                    try await client.eventLoop.flatSubmit {
                        let reply = client.send(redisCommand("GET", "a"), timeout: .seconds(30))
                        return client.close().flatMap { reply }
                    }.get()
                }
                #expect(code == .clientClosed)
            }
        }
    }

    @Test("a command that was not written when its connection ended goes to the next connection")
    func carriesUnwrittenCommandsOver() async throws {
        struct Broken: Error {}
        let opened = Mutex<[any Channel]>([])
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            let record: RedisClient.TransportHandlers = { channel in
                opened.withLock { $0.append(channel) }
                return []
            }
            try await withRedisClient(ports: peer.port, transportHandlers: record) { client async throws in
                _ = try await client.ask("GET", "warm")
                let reply = try await client.eventLoop.flatSubmit {
                    let reply = client.send(redisCommand("GET", "carried"), timeout: .seconds(30))
                    for channel in opened.withLock({ $0 }) { channel.pipeline.fireErrorCaught(Broken()) }
                    return reply
                }.get()
                #expect(reply == "carried")
                #expect(try await client.count(\.connects) == 2)
            }
            #expect(peer.commands.count { $0 == ["GET", "carried"] } == 1)
        }
    }

    @Test("a command that was written when its connection ended is not sent again")
    func doesNotResend() async throws {
        let script = ScriptedRedisPeer.newServer { $0[1] == "lost" ? .hangUp : .say("+OK\r\n") }
        try await ScriptedRedisPeer.run(script: script) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                _ = try await client.ask("INCR", "warm")
                #expect(await RedisError.Code { try await client.ask("INCR", "lost") } == .connectionLost)
                #expect(try await client.ask("INCR", "after") == .simpleString("OK"))
            }
            #expect(peer.commands.count { $0 == ["INCR", "lost"] } == 1)
        }
    }

    @Test("a task that is cancelled before it asks sends nothing")
    func cancelsBeforeAsking() async throws {
        try await ScriptedRedisPeer.run(script: ScriptedRedisPeer.oldServer) { peer async throws in
            try await withRedisClient(ports: peer.port) { client async throws in
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.ask("GET", "never")
                }
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(try await client.ask("GET", "a") == "a")
            }
            #expect(!peer.commands.contains(["GET", "never"]))
        }
    }
}
