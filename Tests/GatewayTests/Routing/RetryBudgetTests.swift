import TestSupport
import Testing

@Suite("A retry budget bounds what a dead service gets beside the clients' requests", .timeLimit(.minutes(15)))
struct RetryBudgetTests {
    /// Percent, minimum, and how many of 20 requests that fail together are tried once more.
    @Test(
        "while they are in hand together",
        arguments: [
            (0, 0, 0), (0, 1, 1), (0, 3, 3), (10, 0, 2), (10, 1, 2), (25, 3, 5), (100, 0, 20),
        ]
    )
    func together(_ percent: Int, _ minimum: Int, _ extra: Int) async throws {
        let clients = 20
        let tally = Tally()
        let (firsts, retries) = (Gate(), Gate())
        let upstream = try await ScriptedUpstream.start { _ in
            await (tally.next() < clients ? firsts : retries).wait()
            return .init(status: 503, body: "dead")
        }
        let log = try AccessLogFile()
        let route = """
            service: up.static
            retry: { attempts: 1, retryOn: [503], budget: { percent: \(percent), minimum: \(minimum) } }
            """
        let text = routing([("up", [upstream.endpoint])], route: route, extra: log.filters)
        try await GatewayFixture.run(text) { gateway in
            let port = gateway.port
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<clients { group.addTask { try await get(port) } }
                #expect(await eventually { firsts.waitingCount == clients })
                firsts.open()
                // Further tries wait here, so that all of them are in hand at once.
                #expect(await eventually { retries.waitingCount == extra })
                for _ in extra..<clients { #expect(try await group.next()?.hasSuffix("dead") == true) }
                retries.open()
                for try await answer in group { #expect(answer.hasSuffix("dead")) }
            }
            let flags = try await log.lines(clients).map(\.flags)
            #expect(flags.count { $0 == "UO" } == clients - extra)
            #expect(flags.count { $0 == "URX" } == extra)
        }
        #expect(upstream.requests.count == clients + extra)
        await upstream.stop()
    }

    /// Percent, minimum, and the connections that are tried for 10 requests one after the other.
    @Test("and one after the other", arguments: [(0, 0, 10), (0, 1, 30), (100, 0, 30)])
    func oneAfterTheOther(_ percent: Int, _ minimum: Int, _ tries: Int) async throws {
        let refusing = try RefusingPort()
        let route = """
            service: up.static
            retry: { attempts: 2, retryOn: [connect-failure], budget: { percent: \(percent), minimum: \(minimum) } }
            """
        let services = [("up", ["127.0.0.1:\(refusing.port)"])]
        let text = routing(services, route: route, extra: "admin: { address: \"127.0.0.1:0\" }")
        try await GatewayFixture.run(text) { gateway in
            for _ in 0..<10 { #expect(try await get(gateway.port).contains("upstream_connect_failure")) }
            let metrics = try await get(try gateway.adminPort(), "/metrics")
            #expect(metrics.contains("sluice_upstream_requests_total{service=\"up.static\"} \(tries)\n"))
        }
    }
}
