import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("cluster-key-rate-limit: gateways that count together in one Redis")
struct ClusterRateLimitTests {
    private static func configuration(
        _ redis: RedisServer,
        _ upstream: ScriptedUpstream,
        limit: String,
        failStrategy: String = "FAIL_CLOSE",
        log: AccessLogFile? = nil
    ) -> String {
        """
        listeners:
          - { name: http, address: "127.0.0.1:0" }
        services:
          - { name: up, type: static, domain: "\(upstream.endpoint)" }
          - { name: store, type: static, domain: "127.0.0.1:\(redis.port)" }
        routes:
          - { name: all, service: up.static }
        filters:
        \(log?.entry ?? "")
          - filter: cluster-key-rate-limit
            failStrategy: \(failStrategy)
            config:
              rule_name: together
              rule_items:
                - limit_by_per_header: x-k
                  limit_keys: [{ key: "*", \(limit) }]
              show_limit_quota_header: true
              redis: { service_name: store.static, timeout: 60s }
        """
    }

    /// Runs `body` with the ports of two gateways, each a process of its own.
    private func withTwoGateways(
        _ limit: String,
        _ body: ([Int]) async throws -> Void
    ) async throws {
        let redis = try await RedisServer.start()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let text = Self.configuration(redis, upstream, limit: limit)
        let gateways = [try await Sluice.serve(text), try await Sluice.serve(text)]
        try await body(gateways.map(\.port))
        await upstream.stop()
    }

    @Test("exactly the number passes, whichever of two processes is asked")
    func twoProcesses() async throws {
        try await self.withTwoGateways("query_per_day: 300") { ports in
            let seen = try await withThrowingTaskGroup(of: [Int].self) { group in
                for client in 0..<16 {
                    group.addTask { try await statuses(ports[client % 2], count: 40, "x-k: a\r\n") }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(seen.count { $0 == 200 } == 300 && seen.count { $0 == 429 } == 340)
            for port in ports {
                let refused = try await get(port, "/", "x-k: a\r\n")
                #expect(refused.hasPrefix("HTTP/1.1 429 "))
                #expect(refused.contains("\r\nx-ratelimit-limit: 300\r\n"))
                #expect(refused.contains("\r\nx-ratelimit-remaining: 0\r\n"))
                #expect(refused.contains("\r\nx-ratelimit-reset: 86"))
                #expect(try await get(port, "/", "x-k: b\r\n").hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test("the sum over several windows is the number times the windows, and there is one a second")
    func windows() async throws {
        let limit = 10
        try await self.withTwoGateways("query_per_second: \(limit)") { ports in
            let start = ContinuousClock.now
            let end = start + .seconds(Patience.seconds)
            let windows = Windows(wanted: 3)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<8 {
                    group.addTask {
                        while windows.areTooFew, ContinuousClock.now < end {
                            windows.add(try await Self.remaining(ports[client % 2]))
                        }
                    }
                }
                try await group.waitForAll()
            }
            // Each window has let one request pass with each number left, but for the last numbers of those that ended
            // before they were used up.
            let left = windows.left
            let (begun, usedUp) = (left.count { $0 == limit - 1 }, left.count { $0 == 0 })
            // A hundredth more, since Redis and this test do not look at one clock.
            let seconds = Int((ContinuousClock.now - start) / .milliseconds(990))
            #expect(usedUp >= 3 && begun <= 1 + seconds, "\(usedUp) of \(begun) in \(seconds) s")
            for number in 0..<limit {
                let count = left.count { $0 == number }
                #expect(usedUp <= count && count <= begun, "\(count) times \(number) left in \(begun) windows")
            }
            #expect(left.allSatisfy { (0..<limit).contains($0) })
        }
    }

    /// What a request that passes is told of its window; `nil` when it does not pass.
    private static func remaining(_ port: Int) async throws -> Int? {
        let request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nx-k: a\r\n\r\n"
        let answer = try await ReceivedAnswer.of(port, request)
        if answer.status == 429 { return nil }
        try #require(answer.status == 200)
        let remaining = try #require(answer["x-ratelimit-remaining"])
        let number: Int = try #require(Int(remaining))
        return number
    }

    /// What requests that passed were told, until so many windows are used up.
    private final class Windows: Sendable {
        private let wanted: Int
        private let state = Mutex([Int]())

        init(wanted: Int) { self.wanted = wanted }

        var left: [Int] { self.state.withLock { $0 } }
        var areTooFew: Bool { self.state.withLock { left in left.count { $0 == 0 } < self.wanted } }

        func add(_ number: Int?) {
            if let number { self.state.withLock { $0.append(number) } }
        }
    }

    @Test("when Redis is killed, failStrategy decides; once it is back, requests are counted again")
    func killed() async throws {
        for (strategy, status) in [("FAIL_CLOSE", 500), ("FAIL_OPEN", 200)] {
            let redis = try await RedisServer.start()
            let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
            let log = try AccessLogFile()
            let text = Self.configuration(redis, upstream, limit: "query_per_day: 2", failStrategy: strategy, log: log)
            try await GatewayFixture.run(text) { gateway in
                #expect(try await statuses(gateway.port, count: 3, "x-k: a\r\n") == [200, 200, 429])
                await redis.kill()
                #expect(try await statuses(gateway.port, count: 20, "x-k: a\r\n").allSatisfy { $0 == status })
                let details = try await log.lines(23).dropFirst(3).map(\.details)
                let expected = status == 500 ? "filter_error{cluster-key-rate-limit}" : "via_upstream"
                #expect(details.allSatisfy { $0 == expected }, "\(details)")
                try await redis.restart()
                let isCounted = try await eventually {
                    try await statuses(gateway.port, count: 1, "x-k: a\r\n") == [429]
                }
                #expect(isCounted)
                try await gateway.expectNothingAlive()
            }
            await upstream.stop()
        }
    }
}
