import NIOHTTP1
import TestSupport
import Testing

@Suite("A configuration of many routes and services", .timeLimit(.minutes(15)))
struct ManyRoutesTests {
    private static let routes = 1000
    private static let services = 200

    /// What a route asks for, and a request that only it takes.
    private static func match(_ number: Int) -> (match: String, target: String, fields: String) {
        switch number % 5 {
        case 0: ("path: { exact: /r\(number)/x }", "/r\(number)/x", "Host: h")
        case 1: ("path: { prefix: /r\(number)/ }", "/r\(number)/any/x", "Host: h")
        case 2: ("domains: [h\(number).example.com]", "/x", "Host: H\(number).example.com:8080")
        case 3: ("domains: [\"*.w\(number).example.com\"]", "/x", "Host: a.b.w\(number).example.com")
        default:
            (
                "path: { prefix: /h }, headers: [{ name: x-route, exact: \"\(number)\" }]", "/h",
                "Host: h\r\nx-route: \(number)"
            )
        }
    }

    private static func configuration(_ endpoint: String) -> String {
        let services = (0..<Self.services).map { "  - { name: s\($0), type: static, domain: \"\(endpoint)\" }" }
        let routes = (0..<Self.routes).map { number in
            "  - { name: r\(number), match: { \(Self.match(number).match) }, service: s\(number % Self.services).static, "
                + "requestHeaders: { set: { x-found: r\(number) } } }"
        }
        return """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
            \(services.joined(separator: "\n"))
            routes:
            \(routes.joined(separator: "\n"))
            """
    }

    @Test("finds each route and its service")
    func each() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: "<\($0.headers["x-found"].joined())>") }
        try await GatewayFixture.run(Self.configuration(upstream.endpoint)) { gateway in
            let requests = (0..<Self.routes).map { number in
                let (_, target, fields) = Self.match(number)
                return "GET \(target) HTTP/1.1\r\n\(fields)\r\n\r\n"
            }
            let nobody = "GET /h HTTP/1.1\r\nHost: h\r\nx-route: none\r\nConnection: close\r\n\r\n"
            // On one connection answers come in the order of the requests.
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(requests.joined() + nobody)
            let answers = try await client.readToEnd()
            await client.close()
            let found = answers.matches(of: /<(r[0-9]+)>/).map { String($0.1) }
            #expect(found == (0..<Self.routes).map { "r\($0)" })
            #expect(answers.contains("HTTP/1.1 404 ") && answers.contains("route_not_found"))

            let metrics = try await get(try gateway.adminPort(), "/metrics")
            for service in 0..<Self.services {
                #expect(metrics.contains("sluice_upstream_requests_total{service=\"s\(service).static\"} 5\n"))
            }
            #expect(metrics.contains("sluice_route_requests_total{route=\"r999\",code=\"2xx\"} 1\n"))
        }
        await upstream.stop()
    }
}
