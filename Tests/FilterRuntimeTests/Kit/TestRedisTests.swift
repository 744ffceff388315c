import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// The Redis of the test kit answers as Redis does.
@Suite struct TestRedisTests {
    /// Performs commands in a stream, one a request; answers the replies as text.
    private func replies(_ commands: [String], to redis: String = "r.static") async throws -> [String] {
        let gateway = try TestGateway(filters: [.init(RedisProbe())])
        var replies: [String] = []
        for command in commands {
            if command.hasPrefix("WAIT "), let seconds = Int(command.dropFirst(5)) {
                await gateway.advance(by: .seconds(seconds))
                continue
            }
            replies.append(await gateway.send(TestRequest(headers: ["x-command": command])).text)
        }
        return replies
    }

    @Test(
        "a command gives the reply that Redis gives",
        arguments: [
            (["SET a 1", "INCR a", "GET a"], ["OK", "2", "2"]),
            (["SET a x", "INCR a"], ["OK", "error_reply: ERR value is not an integer or out of range"]),
            (["SETEX a 10 v", "TTL a", "WAIT 9", "GET a", "WAIT 1", "GET a"], ["OK", "10", "v", "null"]),
            (["SET a v NX", "SET a w NX", "SET b w XX", "GET a"], ["OK", "null", "null", "v"]),
            (["SET a v EX 5", "SET a w KEEPTTL", "TTL a", "PERSIST a", "TTL a"], ["OK", "OK", "5", "1", "-1"]),
            (
                ["HSET h f 1 g 2", "HGET h f", "HINCRBY h f 4", "HLEN h", "HDEL h f g", "EXISTS h"],
                ["2", "1", "5", "2", "2", "0"]
            ),
            (["RPUSH l a b c", "LRANGE l -2 -1", "LTRIM l 0 0", "LLEN l"], ["3", "[b c]", "OK", "1"]),
            (["ZADD z 2 b 1 a", "ZRANGE z 0 -1", "ZREMRANGEBYSCORE z -inf 1", "ZCARD z"], ["2", "[a b]", "1", "1"]),
            (["SADD s a b a", "SISMEMBER s b", "SREM s a", "SMEMBERS s"], ["2", "1", "1", "[b]"]),
            (["GET"], ["error_reply: ERR wrong number of arguments for 'get' command"]),
            (
                ["SET a v", "LPUSH a x"],
                ["OK", "error_reply: WRONGTYPE Operation against a key holding the wrong kind of value"]
            ),
            (["NONSENSE"], ["error_reply: ERR unknown command 'NONSENSE'"]),
            (
                ["MSET ka 1 kb 2 c 3", "KEYS k?", "SCAN 0 MATCH k*", "DEL ka kb c d"],
                ["OK", "[ka kb]", "[0 [ka kb]]", "3"]
            ),
        ]
    )
    func replies(commands: [String], expected: [String]) async throws {
        #expect(try await self.replies(commands) == expected)
    }
}

/// Performs the command of a field and answers with the reply.
private final class RedisProbe: Filter, RequestHeadHook {
    static let name = "redis-probe"
    static let summary = "Performs commands."

    init() {}

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction {
        let words = (stream.request.headers["x-command"] ?? "").split(separator: " ").map { ByteBuffer(substring: $0) }
        let target = RedisTarget(service: ServiceReference(name: "r.static", port: 80, host: "r.static"))
        return .suspend {
            do {
                return .respond(.refusal(200, RedisProbe.text(try await stream.callouts.redis(words, on: target))))
            } catch {
                return .respond(.refusal(200, "\(error)"))
            }
        }
    }

    private static func text(_ value: RedisValue) -> String {
        switch value {
        case .null: "null"
        case .string(let buffer): String(buffer: buffer)
        case .integer(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let bool): "\(bool)"
        case .array(let values): "[\(values.map { text($0) }.joined(separator: " "))]"
        case .map(let pairs): "\(pairs)"
        }
    }
}
