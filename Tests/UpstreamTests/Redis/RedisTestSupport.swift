import Logging
import NIOCore
import NIOPosix

@testable import Upstream

/// A seeded source of randomness: the same sequence in every run.
struct RedisTestGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension RESPValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self = .bulkString(ByteBuffer(string: value))
    }
}

extension RESPValue {
    static func simpleString(_ text: String) -> RESPValue { .simpleString(ByteBuffer(string: text)) }
    static func error(_ text: String) -> RESPValue { .error(ByteBuffer(string: text)) }
}

func redisCommand(_ words: String...) -> [ByteBuffer] { words.map { ByteBuffer(string: $0) } }

extension RedisError.Code {
    /// The code of what `body` throws; nil when it throws nothing or something else.
    init?(thrownBy body: () async throws -> RESPValue) async {
        do {
            _ = try await body()
            return nil
        } catch {
            guard let error = error as? RedisError else { return nil }
            self = error.code
        }
    }
}

extension RedisClient {
    func ask(_ words: String..., timeout: TimeAmount = .seconds(30)) async throws -> RESPValue {
        try await reply(to: words.map { ByteBuffer(string: $0) }, timeout: timeout)
    }

    func text(_ words: String...) async throws -> String? {
        try await reply(to: words.map { ByteBuffer(string: $0) }, timeout: .seconds(30)).bytes.map {
            String(buffer: $0)
        }
    }

    func errorCode(_ words: String...) async throws -> String? {
        try await reply(to: words.map { ByteBuffer(string: $0) }, timeout: .seconds(30)).errorCode
    }

    func currentCounts() async throws -> RedisCounts {
        try await eventLoop.submit { self.counts }.get()
    }

    func count(_ key: any KeyPath<RedisCounts, Int> & Sendable) async throws -> Int {
        try await eventLoop.submit { self.counts[keyPath: key] }.get()
    }
}

extension RedisConfiguration {
    init(credentials: RedisCredentials = .none, database: Int = 0, maximumCommands: Int = 1024) {
        self.init()
        self.credentials = credentials
        self.database = database
        self.maximumCommands = maximumCommands
        // No test of another matter fails because its machine is busy.
        connectTimeout = .seconds(30)
        backOff.initial = .milliseconds(5)
        backOff.maximum = .milliseconds(20)
    }
}

extension Logger {
    static let redisTests = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

/// Runs `body` with a client of `ports` of the loopback interface, and closes it.
func withRedisClient<Result>(
    ports: Int...,
    configuration: RedisConfiguration = RedisConfiguration(credentials: .none),
    eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next(),
    transportHandlers: @escaping RedisClient.TransportHandlers = { _ in [] },
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = RedisClient(
        eventLoop: eventLoop,
        configuration: configuration,
        addresses: { loop in
            loop.makeCompletedFuture { try ports.map { try SocketAddress(ipAddress: "127.0.0.1", port: $0) } }
        },
        transportHandlers: transportHandlers,
        logger: .redisTests
    )
    do {
        let result = try await body(client)
        try await eventLoop.flatSubmit { client.close() }.get()
        return result
    } catch {
        try await eventLoop.flatSubmit { client.close() }.get()
        throw error
    }
}
