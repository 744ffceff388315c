import Foundation
import Gateway
import TestSupport
import Testing

@Suite("Limits")
struct LimitTests {
    @Test("a head that does not end in time is answered with 408, however it drips")
    func headTimeout() async throws {
        try await self.run("limits: { requestHeadTimeout: 4s }") { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            let start = ContinuousClock.now
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n")
            let drip = Task {
                // Slowly, lest there are too many fields before the time is over.
                while !Task.isCancelled {
                    try await client.send("x-a: b\r\n")
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            let answer = try await client.readToEnd()
            drip.cancel()
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("request_head_timeout"))
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(ContinuousClock.now - start < .seconds(60))
            await client.close()
        }
    }

    @Test("a second head is timed from its first byte")
    func secondHeadTimeout() async throws {
        try await self.run("limits: { requestHeadTimeout: 4s, keepAliveTimeout: 1h }") { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try await client.readResponse()
            client.clear()
            try await client.send("GET /2")
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 408 "))
            await client.close()
        }
    }

    @Test("a connection that never says anything is closed without an answer")
    func silence() async throws {
        try await self.run("limits: { requestHeadTimeout: 200ms }") { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test(
        "a preface of HTTP/2 that does not end in time ends the connection",
        arguments: ["PRI", "PRI * HTTP/2.0\r\n\r\n"]
    )
    func preface(_ sent: String) async throws {
        try await self.run("limits: { requestHeadTimeout: 2s }") { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            // On a busy machine the time may be over before anything is sent.
            try? await client.send(sent)
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test("an answer that the client does not read is given up after the idle time")
    func unreadAnswer() async throws {
        let log = try AccessLogFile()
        let upstream = try await FloodingUpstream.start(bytes: 64 << 20, sent: SentBytes())
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "127.0.0.1:\(upstream.port)" }]
            routes: [{ name: all, service: up.static }]
            limits: { streamIdleTimeout: 3s }
            \(log.filters)
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == "stream_idle_timeout" && line.flags == "SI")
            try await gateway.expectNothingAlive()
            let isGone = await eventually { await gateway.server.liveCounts().connections == 0 }
            #expect(isGone)
            await client.close()
        }
        await upstream.stop()
    }

    @Test(
        "limits of a listener win over those of the file",
        arguments: [
            ("GET /\(String(repeating: "a", count: 100)) HTTP/1.1\r\nHost: h\r\n\r\n", 414),
            ("GET / HTTP/1.1\r\nHost: h\r\na: b\r\nc: d\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: \(String(repeating: "a", count: 300))\r\n\r\n", 431),
            ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\n", 408),
            ("P", 408),
            ("PR", 408),
        ]
    )
    func listenerLimits(_ request: String, _ status: Int) async throws {
        let configuration = """
            limits: { requestLine: 8KiB, headerFields: 100, headerBytes: 60KiB, requestBody: 1GiB, requestHeadTimeout: 1h }
            listeners:
              - name: http
                address: "127.0.0.1:0"
                limits: { requestLine: 64B, headerFields: 2, headerBytes: 256B, requestBody: 10B, requestHeadTimeout: 4s }
            routes: [{ name: all, response: { status: 200 } }]
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(request)
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test("a connection that waits too long for its next request is closed")
    func keepAlive() async throws {
        try await self.run("limits: { keepAliveTimeout: 200ms }") { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.components(separatedBy: "HTTP/1.1").count == 2)
        }
    }

    @Test("a body slower than the minimum rate is answered with 408 after the grace")
    func bodyRate() async throws {
        try await self.run("limits: { requestBodyMinimumRate: 1KiB }") { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nslow")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
            #expect(answer.contains("request_body_too_slow"))
            await client.close()
            try await gateway.expectNothingAlive()
        }
    }

    @Test("a stream in which nothing moves is ended")
    func idleStream() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, "limits: { streamIdleTimeout: 4s }")) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.readResponse().hasPrefix("HTTP/1.1 504 "))
            await client.close()
            let begun = try await RawClient.connect(port: gateway.port)
            try await begun.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try await upstream.accept()
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")
            #expect(try await begun.readToEnd().hasSuffix("\r\n\r\npart"))
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    struct LongBody: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let status: Int
        var testDescription: String { self.name }
    }

    static let longBodies: [LongBody] = [
        .init(name: "at the limit", text: "Content-Length: 10\r\n\r\n0123456789", status: 200),
        .init(name: "announced over it", text: "Content-Length: 11\r\n\r\n", status: 413),
        .init(
            name: "announced as the largest number",
            text: "Content-Length: 9223372036854775807\r\n\r\n",
            status: 413
        ),
        .init(
            name: "in chunks at the limit",
            text: "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n",
            status: 200
        ),
        .init(
            name: "in chunks over it",
            text: "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n",
            status: 413
        ),
        .init(name: "with leave asked for", text: "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n", status: 413),
    ]

    @Test("a body longer than the limit is answered with 413", arguments: longBodies, ["limits", "route"])
    func bodyLimit(_ body: LongBody, place: String) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let configuration =
            place == "limits"
            ? proxying(to: upstream, extra: "limits: { requestBody: 10B }")
            : proxying(to: upstream, route: "    requestBody: 10B")
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(body.text)")
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 \(body.status) "))
            await client.close()
            try await gateway.expectNothingAlive()
        }
        #expect(upstream.requests.count == (body.status == 200 ? 1 : 0))
        await upstream.stop()
    }

    @Test("the largest length that can be announced is no mistake")
    func largestLength() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775807\r\n\r\nabc")
            let connection = try await upstream.accept()
            let head = try await connection.read { $0.hasSuffix("abc") }
            #expect(head.lowercased().contains("content-length: 9223372036854775807\r\n"))
            await client.close()
            _ = try await connection.read { _ in false }
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("connections over the limit of a listener are closed, and later ones served again")
    func connections() async throws {
        try await self.run("admin: { address: \"127.0.0.1:0\" }\nlimits: { connections: 2 }") { gateway in
            let first = try await RawClient.connect(port: gateway.port)
            let second = try await RawClient.connect(port: gateway.port)
            for client in [first, second] {
                try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await client.readResponse().hasPrefix("HTTP/1.1 200 "))
            }
            let third = try await RawClient.connect(port: gateway.port)
            #expect(try await third.readToEnd() == "")
            let admin = try gateway.adminPort()
            let metrics = try await get(admin, "/metrics")
            #expect(metrics.contains("sluice_refused_connections_total{listener=\"http\",reason=\"limit\"} 1\n"))
            await first.close()
            let isServed = await eventually { (try? await get(gateway.port))?.hasPrefix("HTTP/1.1 200 ") ?? false }
            #expect(isServed)
            await second.close()
        }
    }

    private func run(_ limits: String, _ body: (GatewayFixture) async throws -> Void) async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        try await GatewayFixture.run(proxying(to: upstream, extra: limits), body)
        await upstream.stop()
    }
}

/// A configuration with a route for everything to a manual upstream.
func forwarding(to upstream: ManualUpstream, _ extra: String = "", route: String = "") -> String {
    """
    listeners:
      - { name: http, address: "127.0.0.1:0" }
    services:
      - { name: up, type: static, domain: "\(upstream.endpoint)" }
    routes:
      - name: all
        service: up.static
    \(route)
    \(extra)
    """
}
