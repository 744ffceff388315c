import TestSupport
import Testing

@Suite("Connections that are old end", .timeLimit(.minutes(15)))
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

    /// Sends requests one after the other until the connection ends.
    ///
    /// - Returns: Whether the last answer has said so.
    private func asksUntilToldToClose(_ client: RawClient) async throws -> Bool {
        while true {
            client.clear()
            // The connection may have ended a moment ago, which a sender hears as an error.
            do { try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") } catch { return false }
            let answer = try await client.readResponse()
            if answer.isEmpty { return false }
            try #require(answer.hasPrefix("HTTP/1.1 200 OK"), "\(answer)")
            guard answer.lowercased().contains("\r\nconnection: close\r\n") else { continue }
            _ = try await client.readToEnd()
            #expect(client.isClosedByPeer)
            return true
        }
    }

    @Test("those to a service take no more requests, and no request fails by it", arguments: [true, false])
    func upstream(hasAge: Bool) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let age = hasAge ? ", maxConnectionAge: 50ms" : ""
        try await GatewayFixture.run(self.configuration(upstream, service: age)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            let start = ContinuousClock.now
            // By the connections, not only by the time: on a slow machine few requests may fit into it.
            func isOver() -> Bool {
                let time = ContinuousClock.now - start
                return time > .seconds(Patience.seconds)
                    || time > .milliseconds(400) && (!hasAge || upstream.connectionCount >= 3)
            }
            while !isOver() { #expect(try await self.get(client).hasSuffix("ok")) }
            #expect(!hasAge || upstream.connectionCount >= 3)
            // None ends before nine tenths of its time.
            let most = 1 + Int((ContinuousClock.now - start) / .milliseconds(45))
            #expect(upstream.connectionCount <= (hasAge ? most : 1), "\(upstream.connectionCount)")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("those of clients end after an answer that says so, or while they are idle")
    func downstream() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(self.configuration(upstream, limits: "maxConnectionAge: 3s")) { gateway in
            let idle = try await RawClient.connect(port: gateway.port)
            #expect(try await self.get(idle).hasSuffix("ok"))
            // One whose client rests for a tenth of a second when its time comes is as idle as the other; then another
            // one has to show it.
            let saysSo = try await eventually {
                let busy = try await RawClient.connect(port: gateway.port)
                let saysSo = try await self.asksUntilToldToClose(busy)
                await busy.close()
                return saysSo
            }
            #expect(saysSo)
            _ = try await idle.readToEnd()
            #expect(idle.isClosedByPeer)
            await idle.close()
        }
        await upstream.stop()
    }
}
