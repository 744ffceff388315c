import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("A service has no more in hand than its circuit breaker lets", .timeLimit(.minutes(15)))
struct CircuitBreakerTests {
    @Test(arguments: [
        ("maxRequests: 2", "requests", "http"), ("maxConnections: 2", "connections", "http"),
        ("maxRequests: 2", "requests", "http2"),
    ])
    func oneTooManyIsRefused(_ key: String, _ measure: String, _ speaks: String) async throws {
        // Of the last one nothing is answered, so what it speaks does not matter.
        let upstream = try await ManualUpstream.start()
        let configuration = """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
              - { name: up, type: static, domain: "\(upstream.endpoint)", protocol: \(speaks), connectTimeout: 3s, circuitBreaker: { \(key) } }
            routes: [{ name: all, service: up.static }]
            """
        try await GatewayFixture.run(configuration) { fixture in
            let gateway = BalancedGateway(gateway: fixture)
            var held: [RawClient] = []
            for count in 1...2 {
                let client = try await RawClient.connect(port: fixture.port)
                try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                held.append(client)
                try await expect(count, of: measure, gateway)
            }
            let refused = try await gateway.answer()
            #expect(refused.status == 503)
            #expect(refused.body.contains(#""detail":"overload""#))
            let state = try await breaker(gateway, measure)
            #expect(state["open"] as? Bool == true && state["refused"] as? Int == 1)
            let metrics = try await gateway.admin("/metrics").body
            let labels = "{service=\"up.static\",limit=\"\(measure)\"}"
            #expect(metrics.contains("sluice_upstream_circuit_breaker_open\(labels) 1\n"))
            #expect(metrics.contains("sluice_upstream_circuit_breaker_refused_total\(labels) 1\n"))
            for client in held { await client.close() }
            try await expect(0, of: measure, gateway)
            #expect(try await breaker(gateway, "pending")["now"] as? Int == 0)
        }
        await upstream.stop()
    }

    @Test(
        "connections that wait are used whoever's turn it is, and each event loop may have one",
        arguments: [("http", 1), ("http", 2), ("http2", 1), ("http2", 2)]
    )
    func fewConnections(_ speaks: String, _ workers: Int) async throws {
        let upstream = """
            listeners: [{ name: a, address: "127.0.0.1:0" }, { name: b, address: "127.0.0.1:0" }]
            routes: [{ name: all, response: { status: 200, body: here } }]
            """
        try await GatewayFixture.run(upstream) { behind in
            let endpoints = try behind.server.addresses.map { "\"127.0.0.1:\(try #require($0.address.port))\"" }
            #expect(endpoints.count == 2)
            let service = "type: static, domain: [\(endpoints.joined(separator: ", "))], protocol: \(speaks)"
            let configuration = """
                listeners: [{ name: http, address: "127.0.0.1:0" }]
                services: [{ name: up, \(service), circuitBreaker: { maxConnections: 1 } }]
                routes: [{ name: all, service: up.static, timeout: 60s }]
                """
            try await GatewayFixture.run(configuration, workers: workers) { fixture in
                let statuses = try await BalancedGateway(gateway: fixture).ask(20)
                #expect(statuses == [200: 20])
            }
        }
    }

    @Test("more requests than connections wait for their turn")
    func waiting() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = "circuitBreaker: { maxConnections: 2, maxPending: 100 }"
            try await BalancedGateway.run(upstreams, keys) { gateway in
                upstreams[0].hold(true)
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<12 { group.addTask { try await gateway.answer().status } }
                    upstreams[0].hold(false)
                    return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
                }
                #expect(statuses == [200: 12])
            }
        }
    }

    private func expect(_ count: Int, of measure: String, _ gateway: BalancedGateway) async throws {
        let comes = try await eventually { try await breaker(gateway, measure)["now"] as? Int == count }
        #expect(comes, "\(measure) \(count)")
    }

    private func breaker(_ gateway: BalancedGateway, _ measure: String) async throws -> [String: Any] {
        let services = try #require(try await gateway.admin("/services").object["services"] as? [[String: Any]])
        let breaker = try #require(services.first?["circuit_breaker"] as? [String: Any])
        return try #require(breaker[measure] as? [String: Any])
    }
}
