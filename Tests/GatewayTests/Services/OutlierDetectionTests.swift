import TestSupport
import Testing

@Suite("Endpoints that fail are left out for a time", .timeLimit(.minutes(15)))
struct OutlierDetectionTests {
    private let keys = "outlierDetection: { consecutiveFailures: 3, ejectionTime: 1h, maxEjectedPercent: 70 }"

    @Test func anEndpointThatAnswers500IsEjected() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, keys) { gateway in
                upstreams[1].answer(500)
                // In turn, so that its third error comes with the ninth request at the latest.
                let before = try await gateway.ask(9)
                #expect(before[500] == 3 && before[200] == 6)
                let isEjected = try await eventually {
                    try await gateway.endpoints()[upstreams[1].endpoint]?["ejected"] as? Bool == true
                }
                #expect(isEjected)
                try await gateway.expect([200: 20], of: 20)
                #expect(upstreams[1].count == 3)
                let metrics = try await gateway.admin("/metrics").body
                let labels = "{service=\"up.static\",endpoint=\"\(upstreams[1].endpoint)\"}"
                #expect(metrics.contains("sluice_upstream_endpoint_ejected\(labels) 1\n"))
                #expect(metrics.contains("sluice_upstream_endpoint_ejections_total\(labels) 1\n"))
                #expect(metrics.contains("sluice_upstream_endpoint_errors_total\(labels) 3\n"))
            }
        }
    }

    @Test func goodAnswersBetweenErrorsKeepAnEndpoint() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, keys) { gateway in
                for _ in 0..<4 {
                    upstreams[0].answer(500)
                    try await gateway.expect([200: 4, 500: 2], of: 6)
                    upstreams[0].answer(200)
                    try await gateway.expect([200: 3], of: 3)
                }
                let isEjected = try await gateway.endpoints()[upstreams[0].endpoint]?["ejected"] as? Bool
                #expect(isEjected == false)
            }
        }
    }

    @Test func noMoreThanTheShareIsEjected() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, keys) { gateway in
                for upstream in upstreams { upstream.answer(503) }
                try await gateway.expect([503: 40], of: 40)
                let ejected = try await gateway.endpoints().values.count { $0["ejected"] as? Bool == true }
                #expect(ejected == 2)
            }
        }
    }

    @Test("when too few can be used, all are")
    func panic() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = """
                healthCheck: { path: /healthy, interval: 20ms, timeout: 60s, unhealthyThreshold: 2, healthyThreshold: 2 }, \
                outlierDetection: { consecutiveFailures: 10000, panicThreshold: 50 }
                """
            try await BalancedGateway.run(upstreams, keys) { gateway in
                upstreams[0].answer(404)
                try await gateway.expectHealth([false, true, true], of: upstreams)
                let before = upstreams[0].count
                try await gateway.expect([200: 10], of: 10)
                #expect(upstreams[0].count == before)
                upstreams[1].answer(404)
                try await gateway.expectHealth([false, false, true], of: upstreams)
                try await gateway.expect([404: 6, 200: 3], of: 9)
            }
        }
    }

    @Test("a client that does not finish its request is no failure of the endpoint")
    func slowClient() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = "outlierDetection: { consecutiveFailures: 1, ejectionTime: 1h, maxEjectedPercent: 100 }"
            // A route of its own: others need not be answered within these times.
            let route = """
                 }
                  - { name: slow, match: { path: { exact: /slow } }, service: up.static, timeout: 4s, \
                retry: { attempts: 1, retryOn: [reset], perTryTimeout: 3s }
                """
            try await BalancedGateway.run(upstreams, keys, route: route) { gateway in
                let client = try await RawClient.connect(port: gateway.gateway.port)
                try await client.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab")
                // Longer than both times: they begin with the end of the request.
                let end = ContinuousClock.now + .milliseconds(4500)
                while ContinuousClock.now < end {
                    try await gateway.expect([200: 3], of: 3)
                    try await Task.sleep(for: .milliseconds(100))
                }
                let errors = try await gateway.endpoints().values.compactMap { $0["errors"] as? Int }
                #expect(errors == [0, 0, 0])
                try await client.send("cd")
                #expect(try await client.readResponse().hasPrefix("HTTP/1.1 200 "))
                await client.close()
            }
        }
    }

    @Test func oneKilledOneFailingOneSlowAndAllReturn() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = """
                outlierDetection: { consecutiveFailures: 2, ejectionTime: 1s, maxEjectedPercent: 70 }, \
                loadBalancing: { policy: leastRequest }
                """
            try await BalancedGateway.run(upstreams, keys, route: ", timeout: 3s") { gateway in
                let (killed, failing, slow) = (upstreams[0], upstreams[1], upstreams[2])
                await killed.kill()
                // Whoever refuses is passed over within the same request.
                try await gateway.expect([200: 20], of: 20)
                failing.answer(500)
                let movedFromFailing = try await eventually {
                    let count = failing.count
                    let statuses = try await gateway.ask(4)
                    return statuses == [200: 4] && failing.count == count
                }
                #expect(movedFromFailing)
                failing.answer(200)
                let failingReturned = try await eventually {
                    let count = failing.count
                    let statuses = try await gateway.ask(4)
                    return statuses == [200: 4] && failing.count > count
                }
                #expect(failingReturned)
                slow.hold(true)
                let movedFromSlow = try await eventually { try await gateway.ask(4) == [200: 4] }
                #expect(movedFromSlow)
                slow.hold(false)
                try await killed.revive()
                let allServe = try await eventually {
                    let before = upstreams.map(\.count)
                    let statuses = try await gateway.ask(12)
                    return statuses == [200: 12] && zip(before, upstreams).allSatisfy { $0 < $1.count }
                }
                #expect(allServe, "\(upstreams.map(\.count))")
            }
        }
    }
}
