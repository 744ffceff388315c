import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("When Redis fails, requests go on to the model")
struct RedisOutageTests {
    @Test("when it is down at the start, and it is used once it is up")
    func downAtStart() async throws {
        let redis = try await RedisServer.start()
        await redis.kill()
        try await self.run(redis) { gateway in
            for index in 0..<5 {
                let answer = try await ChatQuestion(question: "\(index)").ask(gateway.port)
                #expect(answer.status == 200 && answer.cache == "miss" && answer.content == "a")
            }
            #expect(gateway.log.messages.contains { $0.contains("cache lookup failed") })
            try await redis.restart()
            try await self.expectRecovery(gateway)
        }
    }

    @Test("when it is killed under load: none of them is lost, and it is used again afterwards")
    func killedUnderLoad() async throws {
        let redis = try await RedisServer.start()
        try await self.run(redis) { gateway in
            let answered = Progress()
            let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
                for client in 0..<16 {
                    group.addTask {
                        var statuses: [Int] = []
                        for index in 0..<25 {
                            statuses.append(
                                try await ChatQuestion(question: "\(client) \(index)").ask(gateway.port).status
                            )
                            answered.count()
                        }
                        return statuses
                    }
                }
                let isUnderWay = await eventually { answered.value > 80 }
                #expect(isUnderWay)
                await redis.kill()
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(statuses.count == 400 && statuses.allSatisfy { $0 == 200 })
            try await gateway.expectNothingAlive()
            try await redis.restart()
            try await self.expectRecovery(gateway)
        }
    }

    @Test("when it hangs, after the timeout")
    func hanging() async throws {
        let redis = try await RedisServer.start()
        let timeout = 1000
        try await self.run(redis, timeout: "\(timeout)") { gateway in
            #expect(try await ChatQuestion(question: "before").ask(gateway.port).status == 200)
            redis.suspend()
            // It hangs for as long as these requests need: whoever waited for it would never be answered.
            for index in 0..<5 {
                let start = ContinuousClock.now
                let answer = try await ChatQuestion(question: "\(index)").ask(gateway.port)
                #expect(answer.status == 200 && answer.content == "a")
                #expect(ContinuousClock.now - start < .seconds(30))
            }
            // After three failures it is left alone: an answer that comes before the timeout has not asked for it.
            var number = 0
            let isLeftAlone = try await eventually {
                number += 1
                let start = ContinuousClock.now
                let answer = try await ChatQuestion(question: "breaker \(number)").ask(gateway.port)
                #expect(answer.status == 200)
                return ContinuousClock.now - start < .milliseconds(timeout - 100)
            }
            #expect(isLeftAlone)
            redis.resume()
            try await self.expectRecovery(gateway)
        }
    }

    @Test("when it accepts connections and never says a word, after the timeout")
    func silent() async throws {
        let redis = try await RedisServer.start()
        redis.suspend()
        try await self.run(redis, timeout: "300") { gateway in
            for index in 0..<5 {
                let start = ContinuousClock.now
                let answer = try await ChatQuestion(question: "\(index)").ask(gateway.port)
                #expect(answer.status == 200 && answer.content == "a")
                #expect(ContinuousClock.now - start < .seconds(30))
            }
            redis.resume()
            try await self.expectRecovery(gateway)
        }
    }

    @Test("a connection that fails is one warning, which says what failed and where")
    func warnsOnce() async throws {
        let redis = try await RedisServer.start()
        await redis.kill()
        try await self.run(redis) { gateway in
            #expect(try await ChatQuestion(question: "q").ask(gateway.port).status == 200)
            try await gateway.expectNothingAlive()
            let lookups = gateway.log.warnings.filter { !$0.hasPrefix("cache store failed: ") }
            #expect(lookups.count == 1, "\(gateway.log.warnings)")
            #expect(lookups.first?.hasPrefix("cache lookup failed: ") == true)
            #expect(lookups.first?.contains("store.static: ") == true)
            #expect(lookups.first?.contains("127.0.0.1:\(redis.port)") == true)
        }
    }

    @Test("when it refuses the password, which no line of the log shows")
    func refusing() async throws {
        let redis = try await RedisServer.start(["--requirepass", "right"])
        try await self.run(redis, more: ", password: wr0ng") { gateway in
            for index in 0..<5 {
                let answer = try await ChatQuestion(question: "\(index)").ask(gateway.port)
                #expect(answer.status == 200 && answer.content == "a")
            }
            #expect(gateway.log.messages.allSatisfy { !$0.contains("wr0ng") })
        }
    }

    /// Within the breaker's 5 s and some, an answer is stored and served again.
    private func expectRecovery(_ gateway: GatewayFixture) async throws {
        let isUsed = try await eventually {
            try await ChatQuestion(question: "again").ask(gateway.port).cache == "hit"
        }
        #expect(isUsed, "\(gateway.log.messages.suffix(5))")
    }

    private func run(
        _ redis: RedisServer,
        timeout: String = "10000",
        more: String = "",
        _ body: (GatewayFixture) async throws -> Void
    ) async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let config = "{ cache: { type: redis, serviceName: store.static, timeout: \(timeout)\(more) } }"
        try await GatewayFixture.run(CacheSetup(model: model, redis: redis, config: config).text, body)
        await model.stop()
    }
}

private final class Progress: Sendable {
    private let counted = Mutex(0)
    var value: Int { self.counted.withLock { $0 } }
    func count() { self.counted.withLock { $0 += 1 } }
}
