import Foundation
import TestSupport
import Testing

@Suite("The status page")
struct StatusPageTests {
    private static let name = #"<script>alert(1)</script>"'&"#

    private func run(_ body: (GatewayFixture) async throws -> Void) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let text = """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: "\(Self.name.replacingOccurrences(of: "\"", with: "\\\""))", address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes:
              - name: all
                match:
                  path: { prefix: /a }
                  methods: [GET]
                  headers: [{ name: x-key, exact: s3cret }]
                service: up.static
            filters: [{ filter: skip-header }]
            """
        try await GatewayFixture.run(text, body)
        await upstream.stop()
    }

    private func get(_ gateway: GatewayFixture, _ path: String) async throws -> ReceivedAnswer {
        let request = "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        return try await .of(try gateway.adminPort(), request)
    }

    @Test func hasEverythingInOneAnswerAndRunsNothingElse() async throws {
        try await self.run { gateway in
            let page = try await self.get(gateway, "/")
            #expect(page.status == 200 && page["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(page["content-security-policy"])
            let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([a-z0-9]+)'/)).1
            #expect(policy.hasPrefix("default-src 'none';") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe") && page["x-content-type-options"] == "nosniff")
            #expect(
                page.body.contains("<script nonce=\"\(nonce)\">") && page.body.contains("<style nonce=\"\(nonce)\">")
            )
            // Whatever carries no nonce does not run; there is nothing that needs to.
            #expect(page.body.matches(of: /<script/).count == 1 && !page.body.contains("style=\""))
            #expect(!page.body.contains("http://") && !page.body.contains("https://") && !page.body.contains("src="))
            for text in ["up.static", "skip-header", "GET /a* header:x-key", "requests/s"] {
                #expect(page.body.contains(text), "\(text)")
            }
            #expect(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"))
            #expect(!page.body.contains("s3cret"))
            let other = try #require(try await self.get(gateway, "/")["content-security-policy"])
            #expect(other != policy, "a nonce is used once")
        }
    }

    @Test func isThereAsJSON() async throws {
        try await self.run { gateway in
            _ = try await ReceivedAnswer.of(gateway.port, "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let answer = try await self.get(gateway, "/status")
            #expect(answer["content-type"] == "application/json" && !answer.body.contains("s3cret"))
            let status = answer.object
            #expect(status["state"] as? String == "ready")
            #expect((status["listeners"] as? [[String: Any]])?.first?["name"] as? String == Self.name)
            let traffic = try #require(status["traffic"] as? [String: Any])
            #expect((traffic["requests"] as? [String: Int])?["4xx"] == 1)
            let filter = try #require((status["filters"] as? [[String: Any]])?.first)
            #expect(filter["name"] as? String == "skip-header" && filter["calls"] as? Int == 2)
            let route = try #require((status["routes"] as? [[String: Any]])?.first)
            #expect(route["destination"] as? String == "up.static" && route["filters"] as? [String] == ["skip-header"])
            #expect(status["route_count"] as? Int == 1)
        }
    }

    @Test func listsNoMoreThanAPageTakes() async throws {
        let services = (0..<210).map { "  - { name: s\($0), type: static, domain: \"127.0.0.1:9\" }" }
        let routes = (0..<230).map {
            "  - { name: r\($0), match: { path: { exact: /\($0) } }, service: s\($0 % 210).static }"
        }
        let text = """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
            \(services.joined(separator: "\n"))
            routes:
            \(routes.joined(separator: "\n"))
            """
        try await GatewayFixture.run(text) { gateway in
            let status = try await self.get(gateway, "/status").object
            #expect((status["services"] as? [Any])?.count == 200 && status["service_count"] as? Int == 210)
            #expect((status["routes"] as? [Any])?.count == 200 && status["route_count"] as? Int == 230)
            let page = try await self.get(gateway, "/").body
            #expect(page.contains("and 10 more") && page.contains("and 30 more"))
        }
    }
}
