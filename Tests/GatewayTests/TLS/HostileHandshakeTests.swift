import Gateway
import TestSupport
import Testing

@Suite("Clients that do not speak TLS as they should", .timeLimit(.minutes(15)))
struct HostileHandshakeTests {
    private func listener(_ certificates: Int, limits: String = "") async throws -> TLSListener {
        var listener = try await TLSListener()
        for index in 0..<certificates { try await listener.add(["host\(index).example.com"]) }
        if !limits.isEmpty { listener.extra = "limits: { \(limits) }" }
        return listener
    }

    /// Bytes that no handshake begins with, or that end one.
    @Test(
        arguments: [
            "GET / HTTP/1.1\r\nHost: host0.example.com\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}",
            "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{0}",
            "\u{16}\u{3}\u{1}\u{0}\u{4}\u{2}\u{0}\u{0}\u{0}",
            "\u{16}\u{3}\u{1}\u{0}\u{0}\u{16}\u{3}\u{1}\u{0}\u{0}",
            "\u{16}\u{3}\u{1}\u{7F}\u{7F}" + String(repeating: "a", count: 40_000),
        ],
        [1, 2]
    )
    func theConnectionIsClosed(bytes: String, certificates: Int) async throws {
        try await GatewayFixture.run(try await self.listener(certificates).configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(bytes)
            let answer = try await client.readToEnd()
            #expect(!answer.contains("HTTP/"), "\(answer.debugDescription)")
            await client.close()
            let after = try await CommandLineClient.openssl(
                gateway.port,
                request: "GET / HTTP/1.1\r\nHost: host0.example.com\r\nConnection: close\r\n\r\n"
            )
            #expect(after.contains("HTTP/1.1 200 OK"), "\(after)")
        }
    }

    /// What a client has sent when it falls silent.
    @Test(
        arguments: [
            "", "\u{16}", "\u{16}\u{3}\u{1}\u{0}", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{7C}\u{3}\u{3}",
        ],
        [1, 2]
    )
    func aHandshakeThatDoesNotEndIsCut(sent: String, certificates: Int) async throws {
        let listener = try await self.listener(certificates, limits: "requestHeadTimeout: 1s")
        try await GatewayFixture.run(listener.configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            // On a busy machine the time may be over before anything is sent.
            if !sent.isEmpty { try? await client.send(sent) }
            _ = try? await client.readToEnd()
            #expect(client.isClosedByPeer)
            await client.close()
        }
    }

    @Test func aClientThatIsSilentAfterTheHandshakeIsCut() async throws {
        let listener = try await self.listener(1, limits: "requestHeadTimeout: 5s")
        try await GatewayFixture.run(listener.configuration) { gateway in
            let client = try await TLSClient.connect(
                gateway.port,
                name: "host0.example.com",
                authority: listener.authority
            )
            let answers = try? await client.exchange("GET / HTTP/1.1\r\n") { _ in true }
            #expect((answers ?? 0) == 0)
        }
    }

    @Test(arguments: [1, 2])
    func aHandshakeThatDoesNotEndDoesNotHoldUpADrain(certificates: Int) async throws {
        let listener = try await self.listener(certificates, limits: "requestHeadTimeout: 1h")
        try await GatewayFixture.run(listener.configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("\u{16}\u{3}\u{1}")
            #expect(await eventually { await gateway.server.liveCounts().connections == 1 })
            #expect(await gateway.server.drain())
            _ = try? await client.readToEnd()
            #expect(client.isClosedByPeer)
            await client.close()
        }
    }
}
