import TestSupport
import Testing

@Suite("Connections that are old end", .timeLimit(.minutes(1)))
struct ConnectionAgeTests {
    private func configuration(_ upstream: ScriptedUpstream, service: String = "", limits: String = "") -> String {
        """
        limits: { \(limits) }
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: up, type: static, domain: "\(upstream.endpoint)"\(service) }]
        routes: [{ name: r, service: up.static }]
        """
    }

    private func get(_ client: RawClient) async throws -> String {
        client.clear()
        try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        return try await client.readResponse()
    }

    @Test("those to a service take no more requests, and no request fails by it", arguments: [true, false])
    func upstream(hasAge: Bool) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let age = hasAge ? ", maxConnectionAge: 50ms" : ""
        try await GatewayFixture.run(self.configuration(upstream, service: age)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .milliseconds(400) {
                #expect(try await self.get(client).hasSuffix("ok"))
            }
            let most = 400 / 45 + 1
            if hasAge {
                #expect((3...most).contains(upstream.connectionCount), "\(upstream.connectionCount)")
            } else {
                #expect(upstream.connectionCount == 1)
            }
            await client.close()
        }
        await upstream.stop()
    }

    @Test("those of clients end after an answer that says so, or while they are idle")
    func downstream() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(self.configuration(upstream, limits: "maxConnectionAge: 200ms")) { gateway in
            let idle = try await RawClient.connect(port: gateway.port)
            #expect(try await self.get(idle).hasSuffix("ok"))
            let busy = try await RawClient.connect(port: gateway.port)
            var last = ""
            while !last.lowercased().contains("\r\nconnection: close\r\n") {
                last = try await self.get(busy)
                try #require(last.hasPrefix("HTTP/1.1 200 OK"), "\(last)")
            }
            _ = try await busy.readToEnd()
            _ = try await idle.readToEnd()
            #expect(idle.isClosedByPeer && busy.isClosedByPeer)
            await idle.close()
            await busy.close()
        }
        await upstream.stop()
    }
}
