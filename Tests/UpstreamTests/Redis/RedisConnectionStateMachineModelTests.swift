import NIOCore
import Testing

@testable import Upstream

/// Random events in random order against the one promise that matters: every command is settled, and once.
@Suite("Redis connection state machine under random events")
struct RedisConnectionStateMachineModelTests {
    @Test(
        "settles every command exactly once, whatever the server and the clock do",
        arguments: [1, 2, 3, 4] as [UInt64]
    )
    func settlesOnce(seed: UInt64) {
        var generator = RedisTestGenerator(seed: seed)
        for _ in 0..<500 {
            var run = Run(generator: generator)
            for _ in 0..<Int.random(in: 1...60, using: &run.generator) { run.step() }
            run.finish()
            #expect(run.settled.sorted() == Array(0..<run.issued))
            generator = run.generator
        }
    }
}

extension RedisConnectionStateMachineModelTests {
    private struct Run: ~Copyable {
        var generator: RedisTestGenerator
        var machine: RedisConnectionStateMachine<UInt64>
        var now: NIODeadline = .uptimeNanoseconds(1)
        var issued: UInt64 = 0
        var settled: [UInt64] = []

        private static let values: [RESPValue] = [
            .map([]), .array([]), .simpleString("OK"), .null, .integer(1), "value", .push([]),
            .error("ERR unknown command"), .error("NOAUTH no"), .error("WRONGPASS no"), .error(""),
        ]

        init(generator: RedisTestGenerator) {
            self.generator = generator
            var configuration = RedisConfiguration()
            configuration.credentials = Bool.random(using: &self.generator) ? .none : .password("opensesame")
            configuration.database = Int.random(in: 0...1, using: &self.generator)
            machine = RedisConnectionStateMachine(configuration: configuration, now: now)
        }

        mutating func step() {
            now = now + .milliseconds(Int64.random(in: 0...20, using: &generator))
            switch Int.random(in: 0..<20, using: &generator) {
            case 0..<6: issue()
            case 6..<8: _ = machine.connected(now: now)
            case 8..<11: _ = machine.takeWritable()
            case 11..<16: receive()
            case 16: cancel()
            case 17..<19: fireTimer()
            default:
                if machine.beginClosing() { end(cause: nil) }
            }
        }

        mutating func finish() {
            end(cause: nil)
            receive()
            fireTimer()
        }

        private mutating func issue() {
            guard machine.takesCommands else { return }
            let timeout = TimeAmount.milliseconds(Int64.random(in: 0...200, using: &generator))
            machine.enqueue(
                RedisCommand(id: issued, arguments: redisCommand("PING"), timeout: timeout, now: now, token: issued)
            )
            issued += 1
        }

        private mutating func receive() {
            let value = Self.values.randomElement(using: &generator) ?? .null
            machine.receivedBytes(now: now)
            switch machine.received(value) {
            case .discard, .sendHandshake, .becomeReady: break
            case .deliver(let token, _), .failCommand(let token, _): settled.append(token)
            case .fail(let error): end(cause: error)
            }
        }

        private mutating func cancel() {
            guard issued > 0 else { return }
            if let token = machine.cancel(id: UInt64.random(in: 0..<issued, using: &generator)) {
                settled.append(token)
            }
        }

        private mutating func fireTimer() {
            let action = machine.timerFired(now: now)
            settled += action.expired
            if let failure = action.failure { end(cause: failure) }
        }

        private mutating func end(cause: RedisError?) {
            guard let end = machine.end(cause: cause) else { return }
            settled += end.written + end.unwritten.map(\.token)
        }
    }
}
