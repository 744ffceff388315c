import Foundation
import TestSupport
import Testing

@Suite("What one client can make the gateway hold is bounded")
struct AmplificationTests {
    /// More than the sockets' own buffers on the way: two hops of a few MiB each.
    private static let plenty = 64 << 20
    private static let kernelBuffers = 24 << 20

    @Test("by pipelined requests whose answers it does not read")
    func pipelining() async throws {
        let body = String(repeating: "x", count: 16 << 10)
        let upstream = try await ScriptedUpstream.start { _ in .init(body: body) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            let burst = String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: 100)
            client.push(burst, times: 100)
            let asked = try await self.settled { upstream.requests.count }
            #expect(asked < 10_000, "all \(asked) requests were worked off for a client that reads nothing")
            try await client.startReading()
            let wholeAnswers = await eventually(within: 3 * Patience.seconds) {
                client.received >= 10_000 * body.utf8.count
            }
            #expect(wholeAnswers, "\(client.received)")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("by pipelined requests whose answers have no body")
    func pipeliningWithoutBodies() async throws {
        let configuration = """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes:
              - { name: all, response: { status: 204, headers: { x-fill: "\(String(repeating: "x", count: 4000))" } } }
            """
        try await GatewayFixture.run(configuration) { gateway in
            let admin = try gateway.adminPort()
            let client = try await CountingClient.connect(port: gateway.port)
            client.push(String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: 100), times: 150)
            let isHeld = await eventually { client.sent > 0 }
            #expect(isHeld)
            var answered = -1.0
            var since = ContinuousClock.now
            _ = try await eventually {
                let text = try await get(admin, "/metrics")
                let line = text.split(separator: "\n").first { $0.contains("sluice_requests_total{code=\"2xx\"}") }
                let count = Double(line?.split(separator: " ").last ?? "") ?? 0
                if count != answered { (answered, since) = (count, .now) }
                return count > 0 && ContinuousClock.now - since > .milliseconds(500)
            }
            #expect(answered > 0 && answered < 10_000, "\(answered) of 15,000 were worked off")
            try await client.startReading()
            let wholeAnswers = await eventually(within: 3 * Patience.seconds) { client.received >= 15_000 * 4000 }
            #expect(wholeAnswers, "\(client.received)")
            await client.close()
        }
    }

    @Test("by a body that the upstream does not read")
    func unreadBody() async throws {
        let upstream = try await ManualUpstream.start(reads: false)
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(Self.plenty)\r\n\r\n")
            client.push(String(repeating: "x", count: 64 << 10), times: Self.plenty >> 16)
            let taken = try await self.settled { client.sent }
            #expect(taken < Self.kernelBuffers, "\(taken) bytes were taken")
            await upstream.stop()
            try await gateway.expectNothingAlive()
            await client.close()
        }
    }

    @Test("by an answer that it does not read, which arrives whole once it does")
    func slowReader() async throws {
        let sent = SentBytes()
        let upstream = try await FloodingUpstream.start(bytes: Self.plenty, sent: sent)
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: "127.0.0.1:\(upstream.port)" }
            routes:
              - { name: all, service: up.static }
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let held = try await self.settled { sent.count }
            #expect(held < Self.kernelBuffers, "the upstream could send \(held) bytes to a client that reads nothing")
            try await client.startReading()
            let whole = await eventually { client.received >= Self.plenty }
            #expect(whole, "\(client.received)")
            await client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("by an answer after which the connection ends, and which arrives whole all the same", arguments: [0, 1, 2])
    func slowReaderOfTheLastAnswer(_ round: Int) async throws {
        let parts = Array(repeating: String(repeating: "x", count: 2000), count: 2000)
        let upstream = try await ScriptedUpstream.start { _ in .init(parts: parts) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            if round > 0 { _ = try await self.settled { upstream.requests.count } }
            try await client.startReading()
            #expect(await eventually { client.hasEnded })
            #expect(client.received > 4_000_000 + 2000 * 7, "\(client.received)")
        }
        await upstream.stop()
    }

    @Test("by requests that are refused while their bodies go on")
    func refusedBody() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "never") }
        let filters =
            "filters: [{ filter: key-auth, config: { consumers: [{ name: a, credential: k }], keys: [x-k] } }]"
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            let client = try await CountingClient.connect(port: gateway.port)
            try await client.startReading()
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(Self.plenty)\r\n\r\n")
            client.push(String(repeating: "x", count: 64 << 10), times: Self.plenty >> 16)
            #expect(await eventually { client.hasEnded }, "the connection stays open")
            #expect(client.received > 0 && client.received < 4096)
        }
        #expect(upstream.connectionCount == 0)
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
