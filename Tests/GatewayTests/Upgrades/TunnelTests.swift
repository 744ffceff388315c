import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("A tunnel")
struct TunnelTests {
    @Test("carries bytes both ways, is logged once when it ends, and is not used again")
    func accessLog() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start()
        let rest = "admin: { address: \"127.0.0.1:0\" }\n\(log.filters)"
        try await GatewayFixture.run(forwarding(to: upstream, rest, route: Handshake.route)) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            for _ in 0..<3 { try await tunnel.expectEcho() }
            #expect(try await self.liveTunnels(gateway) == "1")
            await tunnel.client.close()
            _ = try await tunnel.upstream.read { _ in false }
            #expect(tunnel.upstream.isClosedByPeer)
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == 101 && line.details == "via_upstream" && line.string("method") == "GET")
            #expect(line.integer("bytes_received") == 6 && line.integer("bytes_sent") == 12)
            #expect(line.string("upstream_host") == upstream.endpoint && line.string("protocol") == "HTTP/1.1")
            try await gateway.expectNothingAlive()
            #expect(try await self.liveTunnels(gateway) == "0")
            #expect(try await self.metric("sluice_requests_total{code=\"1xx\"}", gateway) == "1")
            // A plain request that follows opens a connection of its own.
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await upstream.accept().readHead()
            await client.close()
        }
        #expect(upstream.connectionCount == 2)
        await upstream.stop()
    }

    @Test("goes on in one direction when the client ends the other")
    func clientEndsFirst() async throws {
        let upstream = try await ManualUpstream.start(halfCloses: true)
        try await GatewayFixture.run(forwarding(to: upstream, route: Handshake.route)) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            try await tunnel.client.send("last")
            try await tunnel.client.endSending()
            #expect(try await tunnel.upstream.read { _ in false } == "last")
            #expect(tunnel.upstream.isClosedByPeer && !tunnel.client.isClosedByPeer)
            let answer = String(repeating: "a", count: 3 << 20)
            try await tunnel.upstream.send(answer)
            try await tunnel.upstream.endSending()
            #expect(try await tunnel.client.readToEnd() == answer)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("goes on in one direction when the upstream ends the other")
    func upstreamEndsFirst() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, log.filters, route: Handshake.route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port, halfCloses: true)
            try await client.send(Handshake.request)
            let connection = try await upstream.accept()
            try await connection.readHead()
            connection.clear()
            try await connection.send(Handshake.agreement + "last")
            try await connection.endSending()
            #expect(try await client.readToEnd().hasSuffix("\r\n\r\nlast"))
            #expect(client.isClosedByPeer && !connection.isClosedByPeer)
            try await client.send("still here")
            try await client.endSending()
            #expect(try await connection.read { _ in false } == "still here")
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == 101 && line.details == "via_upstream" && line.flags == "-")
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("is broken off for the client when the upstream breaks it off")
    func upstreamDies() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, log.filters, route: Handshake.route)) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            try await tunnel.upstream.reset()
            _ = try await tunnel.client.readToEnd()
            #expect(tunnel.client.isClosedByPeer)
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == 101 && line.flags == "UC" && line.details == "upstream_reset_within_response")
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("is broken off for the upstream when the client breaks it off")
    func clientDies() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start(halfCloses: true)
        try await GatewayFixture.run(forwarding(to: upstream, log.filters, route: Handshake.route)) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            try await tunnel.client.reset()
            _ = try await tunnel.upstream.read { _ in false }
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == 101 && line.flags == "DC")
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("that nobody uses is closed after streamIdleTimeout, not after the route's timeout")
    func idle() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start(halfCloses: true)
        let rest = "limits: { streamIdleTimeout: 4s }\n\(log.filters)"
        let route = "\(Handshake.route)\n    timeout: 3s"
        try await GatewayFixture.run(forwarding(to: upstream, rest, route: route)) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            _ = try await tunnel.client.readToEnd()
            _ = try await tunnel.upstream.read { _ in false }
            #expect(tunnel.client.isClosedByPeer && tunnel.upstream.isClosedByPeer)
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == 101 && line.flags == "SI" && line.details == "stream_idle_timeout")
            #expect(line.integer("duration") ?? 0 >= 3999)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("is let live by a drain, until drainTimeout is over")
    func drain() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start()
        let rest = "drainTimeout: 5s\n\(log.filters)"
        try await GatewayFixture.run(forwarding(to: upstream, rest, route: Handshake.route)) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            async let isComplete = gateway.server.drain()
            #expect(await eventually { !gateway.server.isReady })
            try await tunnel.expectEcho()
            #expect(await !isComplete)
            _ = try await tunnel.client.readToEnd()
            #expect(tunnel.client.isClosedByPeer)
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == 101 && line.integer("bytes_sent") == 4)
        }
        await upstream.stop()
    }

    private func liveTunnels(_ gateway: GatewayFixture) async throws -> String {
        try await self.metric("sluice_live_tunnels", gateway)
    }

    private func metric(_ name: String, _ gateway: GatewayFixture) async throws -> String {
        let port = try #require(gateway.server.adminAddress?.port)
        let client = try await RawClient.connect(port: port)
        try await client.send("GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        let text = try await client.readToEnd()
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }, "\(text)")
        return String(line.dropFirst(name.count + 1))
    }
}
