import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("What one tunnel can make the gateway hold is bounded")
struct TunnelPressureTests {
    /// More than the sockets' own buffers on the way: two hops of a few MiB each.
    private static let plenty = 64 << 20
    private static let kernelBuffers = 24 << 20
    private static let part = String(repeating: "x", count: 64 << 10)

    @Test("by a client that does not read; all of it arrives once it does")
    func slowClient() async throws {
        let upstream = try await ManualUpstream.start()
        let sent = SentBytes()
        try await GatewayFixture.run(forwarding(to: upstream, route: Handshake.route)) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.send(Handshake.request)
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send(Handshake.agreement)
            connection.push(Self.part, times: Self.plenty >> 16, counting: sent)
            let held = try await self.settled { sent.count }
            #expect(held < Self.kernelBuffers, "\(held) bytes were taken for a client that reads nothing")
            try await client.startReading()
            #expect(await eventually { client.received > Self.plenty }, "\(client.received)")
            await client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("by an upstream that does not read; all of it arrives once it does")
    func slowUpstream() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, route: Handshake.route)) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.startReading()
            try await client.send(Handshake.request)
            let connection = try await upstream.accept()
            try await connection.readHead()
            connection.clear()
            try await connection.stopReading()
            try await connection.send(Handshake.agreement)
            client.push(Self.part, times: Self.plenty >> 16)
            let held = try await self.settled { client.sent }
            #expect(held < Self.kernelBuffers, "\(held) bytes were taken for an upstream that reads nothing")
            try await connection.startReading()
            let isWhole = await eventually {
                client.sent == Self.plenty && connection.receivedCount == Self.plenty
            }
            #expect(isWhole, "\(connection.receivedCount)")
            await client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("by what a client sends before the upstream has agreed")
    func earlyFlood() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, route: Handshake.route)) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.startReading()
            try await client.send(Handshake.request)
            client.push(Self.part, times: Self.plenty >> 16)
            let connection = try await upstream.accept()
            let held = try await self.settled { client.sent }
            #expect(held < Self.kernelBuffers, "\(held) bytes were taken before the tunnel was open")
            #expect(connection.received.hasSuffix("\r\n\r\n"))
            connection.clear()
            try await connection.send(Handshake.agreement)
            #expect(await eventually { connection.receivedCount == Self.plenty })
            await client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    /// The value once it has not changed for half a second.
    private func settled(_ value: () -> Int) async throws -> Int {
        var last = value()
        var since = ContinuousClock.now
        let isSettled = await eventually {
            let current = value()
            if current != last { (last, since) = (current, .now) }
            return current > 0 && ContinuousClock.now - since > .milliseconds(500)
        }
        try #require(isSettled, "still growing: \(last)")
        return last
    }
}
