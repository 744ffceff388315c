import TestSupport
import Testing

@Suite("Another service answers when the route's own fails")
struct FallbackTests {
    @Test("with a status of the list", arguments: [502, 503, 504])
    func status(_ status: Int) async throws {
        let failing = try await ScriptedUpstream.start { _ in .init(status: status, body: "failed") }
        let other = try await ScriptedUpstream.start { .init(body: "instead of \($0.body)") }
        let log = try AccessLogFile()
        let route = "service: up.static\nfallback: { service: other.static }"
        let services = [("up", [failing.endpoint]), ("other", [other.endpoint])]
        try await GatewayFixture.run(routing(services, route: route, extra: log.filters)) { gateway in
            let answer = try await ReceivedAnswer.of(
                gateway.port,
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
            )
            #expect(answer.status == 200 && answer.body == "instead of hello")
            let line = try #require(try await log.lines(1).first)
            #expect(line.string("upstream_cluster") == "other.static")
            #expect(line.string("upstream_host") == other.endpoint)
        }
        #expect(failing.requests.count == 1)
        await failing.stop()
        await other.stop()
    }

    @Test("but not with another one")
    func otherStatus() async throws {
        let failing = try await ScriptedUpstream.start { _ in .init(status: 500, body: "failed") }
        let other = try await ScriptedUpstream.start { _ in .init(body: "instead") }
        let route = "service: up.static\nfallback: { statuses: [503], service: other.static }"
        let services = [("up", [failing.endpoint]), ("other", [other.endpoint])]
        try await GatewayFixture.run(routing(services, route: route)) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 500") && answer.hasSuffix("failed"))
        }
        #expect(other.requests.isEmpty)
        await failing.stop()
        await other.stop()
    }

    @Test("after all tries, and when no connection can be made")
    func afterRetries() async throws {
        let refusing = try RefusingPort()
        let other = try await ScriptedUpstream.start { _ in .init(body: "instead") }
        let route = """
            service: up.static
            retry: { attempts: 2, retryOn: [connect-failure] }
            fallback: { service: other.static }
            """
        let services = [("up", ["127.0.0.1:\(refusing.port)"]), ("other", [other.endpoint])]
        let configuration = routing(services, route: route, extra: "admin: { address: \"127.0.0.1:0\" }")
        try await GatewayFixture.run(configuration) { gateway in
            #expect(try await get(gateway.port).hasSuffix("instead"))
            let metrics = try await get(try gateway.adminPort(), "/metrics")
            #expect(metrics.contains("sluice_upstream_requests_total{service=\"up.static\"} 3\n"))
            #expect(metrics.contains("sluice_upstream_requests_total{service=\"other.static\"} 1\n"))
        }
        await other.stop()
    }

    @Test("when the time of the route is up, and then has as much time again")
    func timeout() async throws {
        let gate = Gate()
        let hanging = try await ScriptedUpstream.start { _ in
            await gate.wait()
            return .init(body: "late")
        }
        let other = try await ScriptedUpstream.start { _ in .init(body: "instead") }
        let route = "service: up.static\ntimeout: 3s\nfallback: { service: other.static }"
        let services = [("up", [hanging.endpoint]), ("other", [other.endpoint])]
        try await GatewayFixture.run(routing(services, route: route)) { gateway in
            #expect(try await get(gateway.port).hasSuffix("instead"))
            try await gateway.expectNothingAlive()
        }
        gate.open()
        await hanging.stop()
        await other.stop()
    }

    @Test("and its own failure is the client's answer")
    func bothFail() async throws {
        let refusing = try RefusingPort()
        let failing = try await ScriptedUpstream.start { _ in .init(status: 503, body: "failed") }
        let route = "service: up.static\nfallback: { service: other.static }"
        let services = [("up", [failing.endpoint]), ("other", ["127.0.0.1:\(refusing.port)"])]
        try await GatewayFixture.run(routing(services, route: route)) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.contains("upstream_connect_failure"))
        }
        await failing.stop()
    }
}
