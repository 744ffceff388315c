import TestSupport
import Testing

@Suite("Endpoints are checked", .timeLimit(.minutes(15)))
struct HealthCheckTests {
    private let times = "interval: 20ms, timeout: 60s, unhealthyThreshold: 2, healthyThreshold: 2"

    @Test(arguments: [500, 404, 302])
    func anEndpointWhoseCheckFailsGetsNoRequests(_ status: Int) async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "healthCheck: { path: /healthy, \(times) }") { gateway in
                upstreams[0].answer(status)
                try await expect(upstreams[0], isHealthy: false, gateway)
                let before = upstreams.map(\.count)
                try await gateway.expect([200: 10], of: 10)
                #expect(upstreams.map(\.count) == [before[0], before[1] + 5, before[2] + 5])
                upstreams[0].answer(200)
                try await expect(upstreams[0], isHealthy: true, gateway)
                try await gateway.expect([200: 9], of: 9)
                #expect(upstreams[0].count == before[0] + 3)
            }
        }
    }

    @Test func aKilledEndpointFailsItsTCPCheckAndReturns() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "healthCheck: { type: tcp, \(times) }", workers: 2) { gateway in
                await upstreams[2].kill()
                try await expect(upstreams[2], isHealthy: false, gateway)
                let connects = try await gateway.endpoints()[upstreams[2].endpoint]?["errors"] as? Int
                try await gateway.expect([200: 10], of: 10)
                let connectsAfter = try await gateway.endpoints()[upstreams[2].endpoint]?["errors"] as? Int
                #expect(connectsAfter == connects)
                try await upstreams[2].revive()
                try await expect(upstreams[2], isHealthy: true, gateway)
                let serves = try await eventually {
                    _ = try await gateway.ask(3)
                    return upstreams[2].count > 0
                }
                #expect(serves)
            }
        }
    }

    @Test func whenNoEndpointIsHealthyTheAnswerIs503() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "healthCheck: { path: /healthy, \(times) }") { gateway in
                for upstream in upstreams { upstream.answer(500) }
                for upstream in upstreams { try await expect(upstream, isHealthy: false, gateway) }
                let answer = try await gateway.answer()
                #expect(answer.status == 503)
                #expect(answer.body.contains("no_healthy_upstream"))
                for upstream in upstreams { upstream.answer(200) }
                for upstream in upstreams { try await expect(upstream, isHealthy: true, gateway) }
                try await gateway.expect([200: 3], of: 3)
            }
        }
    }

    @Test func aCheckThatIsNotAnsweredInTimeFails() async throws {
        try await ChangingUpstream.three { upstreams in
            // Two in a row, so that one late answer of the others on a busy machine does not count.
            let times = "interval: 20ms, timeout: 1s, unhealthyThreshold: 2, healthyThreshold: 1"
            try await BalancedGateway.run(upstreams, "healthCheck: { path: /healthy, \(times) }") { gateway in
                upstreams[1].hold(true)
                try await expect(upstreams[1], isHealthy: false, gateway)
                try await gateway.expect([200: 6], of: 6)
                upstreams[1].hold(false)
                try await expect(upstreams[1], isHealthy: true, gateway)
            }
        }
    }

    private func expect(
        _ upstream: ChangingUpstream,
        isHealthy: Bool,
        _ gateway: BalancedGateway,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let comes = try await eventually {
            try await gateway.endpoints()[upstream.endpoint]?["healthy"] as? Bool == isHealthy
        }
        #expect(comes, "\(upstream.name)", sourceLocation: sourceLocation)
    }
}
