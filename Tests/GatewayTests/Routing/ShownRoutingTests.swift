import Foundation
import TestSupport
import Testing

@Suite("Operators see where requests go")
struct ShownRoutingTests {
    private static let configuration = """
        admin: { address: "127.0.0.1:0" }
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services:
          - { name: a, type: static, domain: "127.0.0.1:9" }
          - { name: b, type: static, domain: "127.0.0.1:9" }
        routes:
          - name: all
            services: [{ service: a.static, weight: 9 }, { service: b.static, weight: 1 }]
            retry: { attempts: 2 }
            fallback: { service: b.static }
            mirror: { service: b.static, percent: 10 }
        """

    @Test("in /routes")
    func routes() async throws {
        try await GatewayFixture.run(Self.configuration) { gateway in
            let request = "GET /routes HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            let answer = try await ReceivedAnswer.of(try gateway.adminPort(), request)
            let routes = try #require(answer.object["routes"] as? [[String: Any]])
            let route = try #require(routes.first)
            let services = try #require(route["services"] as? [[String: Any]])
            #expect(services.map { $0["service"] as? String } == ["a.static", "b.static"])
            #expect(services.map { $0["weight"] as? Int } == [9, 1])
            #expect(route["fallback"] as? String == "b.static")
            #expect((route["mirror"] as? [String: Any])?["percent"] as? Double == 10)
            #expect((route["retry"] as? [String: Any])?["attempts"] as? Int == 2)
        }
    }

    @Test("in explain")
    func explain() async throws {
        let path = try Sluice.file(Self.configuration)
        let outcome = try await Sluice.run(["explain", path, "--request", "GET http://h/"])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("a.static (weight 9), b.static (weight 1)"), "\(outcome.output)")
    }
}
