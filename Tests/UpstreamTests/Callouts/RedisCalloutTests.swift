import FilterAPI
import Logging
import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// Redis commands of filters.
@Suite(.timeLimit(.minutes(10)))
struct RedisCalloutTests {
    private struct Outcome: Sendable {
        var values: [RedisValue] = []
        var failure: CalloutError?
    }

    /// Runs commands one after the other on the fixture's event loop, as streams would.
    private func run(_ commands: [(String, RedisTarget)], _ fixture: UpstreamFixture) async throws -> Outcome {
        let (upstream, eventLoop) = (fixture.upstream, fixture.eventLoop)
        return await Task(executorPreference: LoopTaskExecutor(eventLoop)) {
            let callouts = ServiceCallouts(upstream.value, logger: Logger(label: "test"))
            var outcome = Outcome()
            do {
                for (command, target) in commands {
                    let words = command.split(separator: " ").map { ByteBuffer(string: String($0)) }
                    outcome.values.append(try await callouts.redis(words, on: target))
                }
            } catch {
                outcome.failure = error as? CalloutError
            }
            try? await callouts.close().get()
            return outcome
        }.value
    }

    private func withRedis(
        _ arguments: [String] = [],
        _ body: (UpstreamFixture, RedisTarget) async throws -> Void
    ) async throws {
        let server = try await RedisServer.start(arguments)
        // The first address refuses, as `localhost` may do on a machine where the server has IPv4 only.
        let addresses = try ["::1", "127.0.0.1"].map { try SocketAddress(ipAddress: $0, port: server.port) }
        let definition = ServiceDefinition(name: "redis.static", source: .fixed(addresses), wireProtocol: .redis)
        let target = RedisTarget(service: ServiceReference(name: "redis.static", port: 80, host: ""))
        try await UpstreamFixture.run(definition) { try await body($0, target) }
    }

    @Test func repliesBecomeValues() async throws {
        try await withRedis { fixture, target in
            let commands = [
                "SET k v", "GET k", "GET missing", "INCR n", "RPUSH l a b", "LRANGE l 0 -1", "HSET h f 1", "HGETALL h",
            ]
            let outcome = try await run(commands.map { ($0, target) }, fixture)
            #expect(outcome.failure == nil)
            #expect(
                outcome.values == [
                    .string(ByteBuffer(string: "OK")), .string(ByteBuffer(string: "v")), .null, .integer(1),
                    .integer(2),
                    .array([.string(ByteBuffer(string: "a")), .string(ByteBuffer(string: "b"))]), .integer(1),
                    .map([[.string(ByteBuffer(string: "f")), .string(ByteBuffer(string: "1"))]]),
                ]
            )
        }
    }

    @Test func equalTargetsShareAConnectionAndOthersDoNot() async throws {
        try await withRedis { fixture, target in
            var slower = target
            slower.timeout = .seconds(20)
            var other = target
            other.database = 1
            let outcome = try await run(
                [("CLIENT ID", target), ("CLIENT ID", slower), ("CLIENT ID", other)],
                fixture
            )
            #expect(outcome.values.count == 3)
            #expect(outcome.values[0] == outcome.values[1])
            #expect(outcome.values[0] != outcome.values[2])
        }
    }

    @Test func anErrorReplyIsThrown() async throws {
        try await withRedis { fixture, target in
            let outcome = try await run([("SET k v", target), ("INCR k", target)], fixture)
            #expect(outcome.failure?.code == .errorReply)
            #expect(outcome.failure?.message.hasPrefix("ERR value is not an integer") == true)
        }
    }

    @Test func wrongCredentialsAreAnAuthenticationError() async throws {
        try await withRedis(["--requirepass", "right"]) { fixture, target in
            var right = target
            right.password = Secret("right")
            #expect(try await run([("PING", right)], fixture).failure == nil)
            var wrong = target
            wrong.password = Secret("wrong-secret")
            let failure = try await run([("PING", wrong)], fixture).failure
            #expect(failure?.code == .authentication)
            #expect(failure?.message.contains("wrong-secret") == false)
            #expect(try await run([("PING", target)], fixture).failure?.code == .authentication)
        }
    }

    @Test func anUnknownServiceIsAConnectFailure() async throws {
        try await withRedis { fixture, target in
            var unknown = target
            unknown.service = ServiceReference(name: "other.static", port: 80, host: "")
            let failure = try await run([("PING", unknown)], fixture).failure
            #expect(failure?.code == .connectFailure)
        }
    }
}
