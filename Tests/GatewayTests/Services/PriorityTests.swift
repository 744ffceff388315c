import TestSupport
import Testing

@Suite("Endpoints of several priorities", .timeLimit(.minutes(15)))
struct PriorityTests {
    private static let check =
        "healthCheck: { path: /healthy, interval: 50ms, timeout: 60s, unhealthyThreshold: 1, healthyThreshold: 1 }"

    @Test("those of the first one take all requests while they are healthy, and get them back")
    func failover() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "priorities: [0, 1, 1], \(Self.check)") { gateway in
                try await gateway.expect([200: 20], of: 20)
                #expect(upstreams.map(\.count) == [20, 0, 0])
                upstreams[0].answer(500)
                #expect(await gateway.sees(upstreams[0], false))
                try await gateway.expect([200: 20], of: 20)
                #expect(upstreams.map(\.count) == [20, 10, 10])
                upstreams[0].answer(200)
                #expect(await gateway.sees(upstreams[0], true))
                try await gateway.expect([200: 20], of: 20)
                #expect(upstreams.map(\.count) == [40, 10, 10])
            }
        }
    }

    @Test("the next one gets what the first one cannot take, and no more")
    func overflow() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "priorities: [0, 0, 1], \(Self.check)") { gateway in
                upstreams[1].answer(500)
                #expect(await gateway.sees(upstreams[1], false))
                let before = upstreams.map(\.count)
                try await gateway.expect([200: 400], of: 400)
                let counts = zip(upstreams, before).map { $0.count - $1 }
                // 280 and 120 are expected; either is off by 60 about once in 10^10 runs.
                #expect(counts[1] == 0 && counts[0] > 220 && counts[2] > 60, "\(counts)")
            }
        }
    }

    @Test("without checks those of the next one are tried when a connection is refused")
    func refusedConnection() async throws {
        try await ChangingUpstream.three { upstreams in
            await upstreams[0].kill()
            try await BalancedGateway.run(upstreams, "priorities: [0, 1, 2]") { gateway in
                try await gateway.expect([200: 20], of: 20)
                #expect(upstreams.map(\.count) == [0, 20, 0])
            }
        }
    }

    @Test("a further try goes to the next one when the first one has a single endpoint")
    func retry() async throws {
        try await ChangingUpstream.three { upstreams in
            upstreams[0].answer(500)
            let route = ", retry: { attempts: 1, retryOn: [5xx], budget: { percent: 100, minimum: 100 } }"
            try await BalancedGateway.run(upstreams, "priorities: [0, 1, 2]", route: route) { gateway in
                try await gateway.expect([200: 10], of: 10)
                #expect(upstreams.map(\.count) == [10, 10, 0])
            }
        }
    }
}

@Suite("Slow start of endpoints", .timeLimit(.minutes(15)))
struct SlowStartServiceTests {
    @Test("an endpoint that comes back gets little at first, and its whole share later")
    func comesBack() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = """
                loadBalancing: { slowStart: 300s }, \
                healthCheck: { path: /healthy, interval: 50ms, timeout: 60s, unhealthyThreshold: 1, healthyThreshold: 1 }
                """
            try await BalancedGateway.run(upstreams, keys) { gateway in
                // All of them came together: nobody has to wait for his share.
                try await gateway.expect([200: 30], of: 30)
                #expect(upstreams.map(\.count) == [10, 10, 10])
                upstreams[0].answer(500)
                #expect(await gateway.sees(upstreams[0], false))
                upstreams[0].answer(200)
                #expect(await gateway.sees(upstreams[0], true))
                let before = upstreams.map(\.count)
                try await gateway.expect([200: 200], of: 200)
                let counts = zip(upstreams, before).map { $0.count - $1 }
                // About a tenth of its share of 67; the others get the rest.
                #expect(counts[0] < 45, "\(counts)")
                #expect(counts[1] > 60 && counts[2] > 60, "\(counts)")
            }
        }
    }

    @Test("it ends after its time")
    func ends() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = """
                loadBalancing: { policy: leastRequest, slowStart: 100ms }, \
                healthCheck: { path: /healthy, interval: 20ms, timeout: 60s, unhealthyThreshold: 1, healthyThreshold: 1 }
                """
            try await BalancedGateway.run(upstreams, keys) { gateway in
                upstreams[0].answer(500)
                #expect(await gateway.sees(upstreams[0], false))
                upstreams[0].answer(200)
                let hasItsShare = try await eventually {
                    let before = upstreams[0].count
                    try await gateway.expect([200: 60], of: 60)
                    return upstreams[0].count - before >= 12
                }
                #expect(hasItsShare)
            }
        }
    }
}

extension BalancedGateway {
    /// Whether the gateway comes to see that an endpoint is healthy, or that it is not.
    fileprivate func sees(_ upstream: ChangingUpstream, _ isHealthy: Bool) async -> Bool {
        await eventually {
            let endpoints = try? await self.endpoints()
            return endpoints?[upstream.endpoint]?["healthy"] as? Bool == isHealthy
        }
    }
}
