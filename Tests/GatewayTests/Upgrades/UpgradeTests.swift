import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("A request for a WebSocket")
struct UpgradeTests {
    @Test("passes with its fields, and so does the upstream's agreement")
    func agreement() async throws {
        let upstream = try await ManualUpstream.start()
        let filters = "filters: [{ filter: response-stamp }]"
        try await GatewayFixture.run(
            forwarding(to: upstream, filters, route: Handshake.route),
            filters: [ResponseStamp.self]
        ) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(Handshake.request)
            let connection = try await upstream.accept()
            let request = try await connection.readHead()
            #expect(request.hasPrefix("GET /chat?room=1 HTTP/1.1\r\n"))
            #expect(request.hasSuffix("\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"))
            #expect(request.contains("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"))
            #expect(request.contains("Sec-WebSocket-Protocol: chat\r\n") && request.contains("x-forwarded-for:"))
            #expect(request.lowercased().components(separatedBy: "\r\nconnection:").count == 2)
            try await connection.send(Handshake.agreement)
            let head = try await client.read { $0.hasSuffix("\r\n\r\n") }
            #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            #expect(head.hasSuffix("\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"))
            #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            #expect(head.contains("x-origin: upstream\r\n"), "filters see the head")
            #expect(!head.lowercased().contains("content-length") && !head.lowercased().contains("transfer-encoding"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("keeps back what follows it until the upstream has agreed, and what follows the agreement is not lost")
    func earlyBytes() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, route: Handshake.route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            let early = "GET /early HTTP/1.1\r\nHost: h\r\n\r\n"
            try await client.send(Handshake.request + early)
            let connection = try await upstream.accept()
            #expect(try await connection.readHead().hasSuffix("\r\n\r\n"))
            // An informational answer goes the whole way, so what could have come before it would be here.
            try await connection.send("HTTP/1.1 103 Early Hints\r\n\r\n")
            _ = try await client.read { $0.hasSuffix("\r\n\r\n") }
            #expect(!connection.received.contains("/early"))
            connection.clear()
            client.clear()
            try await connection.send(Handshake.agreement + "first")
            #expect(try await client.read { $0.hasSuffix("first") }.hasPrefix("HTTP/1.1 101 "))
            #expect(try await connection.read { $0 == early } == early)
            await client.close()
        }
        #expect(upstream.connectionCount == 1)
        await upstream.stop()
    }

    @Test(
        "that the upstream refuses gets the refusal, and what followed it is no request",
        arguments: [
            "403 Forbidden", "200 OK", "426 Upgrade Required",
        ]
    )
    func refusal(_ status: String) async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, route: Handshake.route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(Handshake.request + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 \(status)\r\nContent-Length: 2\r\n\r\nno")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n") && answer.hasSuffix("\r\n\r\nno"))
            #expect(answer.contains("\r\nconnection: close\r\n"))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
            #expect(!connection.received.contains("smuggled"))
            try await gateway.expectNothingAlive()
        }
        #expect(upstream.connectionCount == 1)
        await upstream.stop()
    }

    @Test(
        "is answered 502 when the upstream switches to something else",
        arguments: [
            "Connection: upgrade\r\nUpgrade: other\r\n", "Connection: upgrade\r\n", "Upgrade: websocket\r\n",
        ]
    )
    func otherProtocol(_ fields: String) async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, log.filters, route: Handshake.route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(Handshake.request)
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 101 Switching Protocols\r\n\(fields)\r\n")
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 502 "))
            _ = try await connection.read { _ in false }
            #expect(connection.isClosedByPeer)
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == 502 && line.flags == "UPE" && line.details == "upstream_protocol_error")
        }
        await upstream.stop()
    }

    @Test("that an auth filter refuses reaches no upstream")
    func unauthorized() async throws {
        let upstream = try await ManualUpstream.start()
        let filters =
            "filters: [{ filter: key-auth, config: { consumers: [{ name: a, credential: k }], keys: [x-k] } }]"
        try await GatewayFixture.run(forwarding(to: upstream, filters, route: Handshake.route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(Handshake.request + "GET /smuggled HTTP/1.1\r\nHost: h\r\nX-K: k\r\n\r\n")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 401 "))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
        #expect(upstream.connectionCount == 0)
        await upstream.stop()
    }

    /// Requests that name a protocol and cannot have it.
    private static let plain = [
        "GET / HTTP/1.0\r\nHost: h\r\n\(Handshake.fields)\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\n\(Handshake.fields)\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\(Handshake.fields)\r\nabc",
        "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n",
    ]

    @Test("goes on as a plain one where it cannot be had", arguments: plain)
    func withoutUpgrade(_ request: String) async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, route: Handshake.route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(request)
            let connection = try await upstream.accept()
            #expect(try await !connection.readHead().lowercased().contains("upgrade:"))
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.readResponse().hasSuffix("\r\n\r\nok"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("asks for the first protocol of a list that the route allows")
    func list() async throws {
        let upstream = try await ManualUpstream.start()
        let route = "    upgrades: [WebSocket, tcp/2]"
        try await GatewayFixture.run(forwarding(to: upstream, route: route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket, h2c, TCP/2\r\n\r\n"
            )
            let connection = try await upstream.accept()
            #expect(try await connection.readHead().hasSuffix("\r\nupgrade: TCP/2\r\n\r\n"))
            try await connection.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp/2\r\n\r\nraw")
            #expect(try await client.read { $0.hasSuffix("raw") }.hasPrefix("HTTP/1.1 101 UPGRADED\r\n"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test(
        "passes filters that read whole bodies, untouched",
        arguments: [
            "{ filter: ai-cache, config: { cache: { type: memory } } }", "{ filter: hesitating }",
            "{ filter: collecting }",
        ]
    )
    func collectingFilters(_ filter: String) async throws {
        let upstream = try await ManualUpstream.start()
        let configuration = forwarding(to: upstream, "filters: [\(filter)]", route: Handshake.route)
        try await GatewayFixture.run(configuration, filters: [Hesitating.self, CollectingBoth.self]) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            try await tunnel.expectEcho()
            await tunnel.client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("gets a filter's own answer in place of the agreement, and no tunnel")
    func answeredByFilter() async throws {
        let upstream = try await ManualUpstream.start()
        let configuration = forwarding(to: upstream, "filters: [{ filter: forbidding }]", route: Handshake.route)
        try await GatewayFixture.run(configuration, filters: [ForbiddingSwitch.self]) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(Handshake.request)
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send(Handshake.agreement + "never")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 403 ") && !answer.contains("never"))
            _ = try await connection.read { _ in false }
            #expect(connection.isClosedByPeer)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }
}
