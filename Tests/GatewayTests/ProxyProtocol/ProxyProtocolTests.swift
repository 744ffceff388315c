import Foundation
import Gateway
import NIOHTTP1
import TestSupport
import Testing

@Suite("Listeners behind a proxy that says whose connection it passes on", .timeLimit(.minutes(15)))
struct ProxyProtocolTests {
    private static let line = "PROXY TCP4 203.0.113.7 198.51.100.1 56324 443\r\n"
    private static let binary: [UInt8] =
        [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 16]
        + [203, 0, 113, 7, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB, 0x04, 0, 1, 0]
    private static let local: [UInt8] =
        [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x20, 0x00, 0, 0]
    private static let request = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

    private func configuration(_ upstream: ScriptedUpstream, listener: String = "", more: String = "") -> String {
        """
        listeners: [{ name: http, address: "127.0.0.1:0", proxyProtocol: true\(listener) }]
        services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
        routes: [{ name: r, service: up.static }]
        \(more)
        """
    }

    private func upstream() async throws -> ScriptedUpstream {
        try await ScriptedUpstream.start { request in
            .init(body: request.headers.first(name: "x-forwarded-for") ?? "none")
        }
    }

    @Test(
        "the client's address is what the header says",
        arguments: [
            (Array(line.utf8), "203.0.113.7"), (binary, "203.0.113.7"), (local, "127.0.0.1"),
            (Array("PROXY UNKNOWN\r\n".utf8), "127.0.0.1"),
            (Array("PROXY TCP6 2001:db8::7 ::1 5 6\r\n".utf8), "2001:db8::7"),
        ],
        [true, false]
    )
    func address(_ header: ([UInt8], String), isOnePacket: Bool) async throws {
        let upstream = try await self.upstream()
        try await GatewayFixture.run(self.configuration(upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            if isOnePacket {
                try await client.send(header.0 + Array(Self.request.utf8))
            } else {
                for byte in header.0 { try await client.send([byte]) }
                try await client.send(Self.request)
            }
            #expect(try await client.readResponse().hasSuffix("\r\n\r\n\(header.1)"))
            // Only the connection begins with a header, not each request.
            client.clear()
            try await client.send(Self.request)
            #expect(try await client.readResponse().hasSuffix("\r\n\r\n\(header.1)"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("the access log has the client's address, and trusted proxies are those of the header")
    func logAndTrust() async throws {
        let upstream = try await self.upstream()
        let log = try AccessLogFile()
        let more = "trustedProxies: [203.0.113.0/24]\n\(log.filters)"
        try await GatewayFixture.run(self.configuration(upstream, more: more)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("\(Self.line)GET /a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n")
            #expect(try await client.readResponse().hasSuffix("\r\n\r\n192.0.2.9, 203.0.113.7"))
            await client.close()
            // The header names a trusted proxy, so the one before it is the client.
            let address = try await log.lines(1).first?.string("downstream_remote_address")
            #expect(address?.hasPrefix("192.0.2.9") == true, "\(address ?? "none")")
        }
        await upstream.stop()
    }

    @Test(
        "what begins with anything else is closed without an answer",
        arguments: [
            request, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PROXY TCP4 nonsense\r\n\(request)", "\u{16}\u{3}\u{1}\u{0}",
            "PROXY " + String(repeating: "x", count: 200),
        ]
    )
    func noHeader(_ bytes: String) async throws {
        let upstream = try await self.upstream()
        try await GatewayFixture.run(self.configuration(upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(bytes)
            #expect(try await client.readToEnd().isEmpty)
            #expect(client.isClosedByPeer)
            await client.close()
            #expect(upstream.requests.isEmpty)
            #expect(await eventually { await gateway.server.liveCounts().connections == 0 })
        }
        await upstream.stop()
    }

    @Test("a header that does not come in time is not waited for", arguments: ["", "PROXY TCP4 203.0", "\r\n\r\n"])
    func lateHeader(_ sent: String) async throws {
        let upstream = try await self.upstream()
        let configuration = self.configuration(upstream, listener: ", limits: { requestHeadTimeout: 300ms }")
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            // On a busy machine the time may be over before anything is sent.
            if !sent.isEmpty { try? await client.send(sent) }
            #expect(try await client.readToEnd().isEmpty)
            await client.close()
            #expect(await eventually { await gateway.server.liveCounts().connections == 0 })
        }
        await upstream.stop()
    }

    @Test("without the key a header is no request")
    func withoutTheKey() async throws {
        let upstream = try await self.upstream()
        let configuration = self.configuration(upstream).replacing(", proxyProtocol: true", with: "")
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(Self.line + Self.request)
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 400 "))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("TLS stands behind the header, with one certificate or several", arguments: [1, 2])
    func tls(_ certificates: Int) async throws {
        var listener = try await TLSListener()
        for index in 0..<certificates { try await listener.add(["host\(index).example.com"]) }
        listener.extra = "proxyProtocol: true"
        let log = try AccessLogFile()
        listener.rest = log.filters
        try await GatewayFixture.run(listener.configuration) { gateway in
            let proxy = try await HeaderProxy.start(to: gateway.port, header: Self.binary)
            let after = try await CommandLineClient.openssl(
                proxy.port,
                request: "GET / HTTP/1.1\r\nHost: host0.example.com\r\nConnection: close\r\n\r\n"
            )
            #expect(after.contains("HTTP/1.1 200 OK"), "\(after)")
            let address = try await log.lines(1).first?.string("downstream_remote_address")
            #expect(address?.hasPrefix("203.0.113.7") == true, "\(address ?? "none")")
            await proxy.stop()
        }
    }
}
