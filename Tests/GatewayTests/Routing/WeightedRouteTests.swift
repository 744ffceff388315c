import TestSupport
import Testing

@Suite("A route divides its requests")
struct WeightedRouteTests {
    @Test("by weight, and the access log names the chosen service")
    func weights() async throws {
        let first = try await ScriptedUpstream.start { _ in .init(body: "a") }
        let second = try await ScriptedUpstream.start { _ in .init(body: "b") }
        let log = try AccessLogFile()
        let route = "services: [{ service: a.static, weight: 3 }, { service: b.static, weight: 1 }]"
        let services = [("a", [first.endpoint]), ("b", [second.endpoint])]
        try await GatewayFixture.run(routing(services, route: route, extra: log.filters)) { gateway in
            for _ in 0..<200 { #expect(try await get(gateway.port).hasPrefix("HTTP/1.1 200")) }
            let clusters = try await log.lines(200).compactMap { $0.string("upstream_cluster") }
            #expect(clusters.count { $0 == "a.static" } == first.requests.count)
            #expect(clusters.count { $0 == "b.static" } == second.requests.count)
        }
        // 150 are expected with a standard deviation of 6.
        #expect((110...190).contains(first.requests.count))
        #expect(first.requests.count + second.requests.count == 200)
        await first.stop()
        await second.stop()
    }

    @Test("and weight 0 gets none; match rules follow the chosen service")
    func rulesFollow() async throws {
        let first = try await ScriptedUpstream.start { _ in .init(body: "a") }
        let second = try await ScriptedUpstream.start { _ in .init(body: "b") }
        let route = "services: [{ service: a.static, weight: 0 }, { service: b.static, weight: 1 }]"
        let filters = """
            filters:
              - filter: key-auth
                config: { keys: [x-key], consumers: [{ name: alice, credential: secret }] }
                matchRules: [{ service: [b.static], disabled: true }]
            """
        let services = [("a", [first.endpoint]), ("b", [second.endpoint])]
        try await GatewayFixture.run(routing(services, route: route, extra: filters)) { gateway in
            for _ in 0..<20 {
                let answer = try await get(gateway.port)
                #expect(answer.hasSuffix("\r\n\r\nb"))
            }
        }
        #expect(first.requests.isEmpty)
        await first.stop()
        await second.stop()
    }
}
