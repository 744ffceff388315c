import Foundation
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
              redis: { service_name: store.static, timeout: 5s }
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

    @Test("the sum over several windows is the number times the windows, within a hundredth")
    func windows() async throws {
        try await self.withTwoGateways("query_per_second: 100") { ports in
            let start = ContinuousClock.now
            // The first three windows: the fourth begins a second after the third's first request at the earliest.
            let end = start + .milliseconds(2900)
            let passed = try await withThrowingTaskGroup(of: Int.self) { group in
                for client in 0..<8 {
                    group.addTask {
                        var passed = 0
                        while ContinuousClock.now < end {
                            passed += try await statuses(ports[client % 2], count: 1, "x-k: a\r\n").count { $0 == 200 }
                        }
                        return passed
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect((297...303).contains(passed), "\(passed)")
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
                let isCounted = try await eventually(within: 20) {
                    try await statuses(gateway.port, count: 1, "x-k: a\r\n") == [429]
                }
                #expect(isCounted)
                try await gateway.expectNothingAlive()
            }
            await upstream.stop()
        }
    }
}
