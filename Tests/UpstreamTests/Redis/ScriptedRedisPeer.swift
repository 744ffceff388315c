import NIOCore
import NIOPosix
import Synchronization

@testable import Upstream

/// A server on a free port that reads commands as Redis does, and answers as its script says.
final class ScriptedRedisPeer: Sendable {
    enum Answer: Sendable {
        case say(String)
        case silence
        case hangUp
    }

    typealias Script = @Sendable (_ command: [String]) -> Answer

    private let channel: any Channel
    private let log: Log

    private init(channel: any Channel, log: Log) {
        self.channel = channel
        self.log = log
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    /// What was received, over all connections.
    var commands: [[String]] { log.commands.withLock { $0 } }
    var connections: Int { log.connections.withLock { $0 } }

    static func run<Result>(
        transportHandlers: @escaping @Sendable () -> [any ChannelHandler] = { [] },
        script: @escaping Script,
        _ body: (ScriptedRedisPeer) async throws -> Result
    ) async throws -> Result {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(transportHandlers())
                    try channel.pipeline.syncOperations.addHandler(Connection(script: script, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(ScriptedRedisPeer(channel: channel, log: log))
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Log: Sendable {
        let commands = Mutex<[[String]]>([])
        let connections = Mutex(0)
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let script: Script
        private let log: Log
        private var parser = RESPParser()

        init(script: @escaping Script, log: Log) {
            self.script = script
            self.log = log
        }

        func channelActive(context: ChannelHandlerContext) {
            log.connections.withLock { $0 += 1 }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            parser.append(unwrapInboundIn(data))
            while case .array(let words)? = try? parser.next() {
                let command = words.map { String(buffer: $0.bytes ?? ByteBuffer()) }
                log.commands.withLock { $0.append(command) }
                switch script(command) {
                case .say(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                case .silence: break
                case .hangUp: context.close(promise: nil)
                }
            }
        }
    }
}

extension ScriptedRedisPeer {
    /// A server of before RESP3: answers `GET name` with the name, and has no `HELLO`.
    static func oldServer(_ command: [String]) -> Answer {
        switch command.first {
        case "HELLO":
            .say("-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `default`, `opensesame`, \r\n")
        case "AUTH": .say(command.last == "opensesame" ? "+OK\r\n" : "-ERR invalid password\r\n")
        case "SELECT": .say("+OK\r\n")
        case "GET": .say("$\(command[1].utf8.count)\r\n\(command[1])\r\n")
        default: .say("-ERR unknown command\r\n")
        }
    }

    /// A server of today that answers a command with `answer`.
    static func newServer(_ answer: @escaping Script) -> Script {
        { $0.first == "HELLO" ? .say("%1\r\n+proto\r\n:3\r\n") : answer($0) }
    }
}
