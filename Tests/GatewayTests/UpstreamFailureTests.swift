import Foundation
import NIOCore
import TestSupport
import Testing

@Suite("A failing upstream is answered with status and detail")
struct UpstreamFailureTests {
    @Test func aDeadUpstreamIs503() async throws {
        let refusing = try RefusingPort()
        try await GatewayFixture.run(self.configuration(for: refusing.port)) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            #expect(answer.contains(#"{"error":{"code":503,"detail":"upstream_connect_failure"}}"#))
        }
    }

    @Test func aSlowUpstreamIs504() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            try? await Task.sleep(for: .seconds(600))
            return .init(body: "late")
        }
        let configuration = proxying(to: upstream, route: "    timeout: 200ms")
        try await GatewayFixture.run(configuration) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 504"))
            #expect(answer.contains("upstream_timeout"))
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test func anAnswerThatBreaksTheProtocolIs502() async throws {
        let upstream = try await RawUpstream.start(
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
        )
        try await GatewayFixture.run(configuration(for: upstream.port)) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 502"))
            #expect(answer.contains("upstream_protocol_error"))
        }
        await upstream.stop()
    }

    @Test func aConnectionThatBreaksBeforeTheAnswerIs503() async throws {
        let upstream = try await RawUpstream.start(answer: "")
        try await GatewayFixture.run(configuration(for: upstream.port)) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            #expect(answer.contains("upstream_reset_before_response"))
        }
        await upstream.stop()
    }

    @Test func aConnectionThatBreaksWithinTheAnswerLeavesItVisiblyIncomplete() async throws {
        let upstream = try await RawUpstream.start(answer: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")
        try await GatewayFixture.run(configuration(for: upstream.port)) { gateway in
            let answer = try await get(gateway.port)
            #expect(!answer.contains("503"))
            #expect(answer.utf8.count < 200)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test func aPathWithoutRouteIs404() async throws {
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            routes:
              - name: one
                match: { path: { exact: /one } }
                response: { status: 200, body: "one" }
            """
        try await GatewayFixture.run(configuration) { gateway in
            #expect(try await get(gateway.port, "/two").contains("route_not_found"))
            #expect(try await get(gateway.port, "/one").hasSuffix("\r\n\r\none"))
            let text = try await get(gateway.port, "/two", "Accept: text/html\r\n")
            #expect(text.hasSuffix("\r\n\r\n404 route_not_found\n"))
        }
    }

    private func configuration(for port: Int) -> String {
        """
        listeners:
          - { name: http, address: "127.0.0.1:0" }
        services:
          - { name: up, type: static, domain: "127.0.0.1:\(port)" }
        routes:
          - { name: all, service: up.static }
        """
    }
}

/// Sends a GET on a connection of its own and returns the whole answer.
func get(_ port: Int, _ path: String = "/", _ fields: String = "") async throws -> String {
    let client = try await RawClient.connect(port: port)
    try await client.send("GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n")
    let answer = try await client.readToEnd()
    await client.close()
    return answer
}
