import FilterAPI
import Foundation
import Gateway
import TestSupport
import Testing

@Suite("A client that leaves")
struct DisconnectTests {
    private static let body = String(repeating: "b", count: 40)
    private static let request =
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\nContent-Type: application/json\r\n\r\n" + body

    /// Chains that hold a request at different places.
    private static let chains = [
        "", "filters: [{ filter: hesitating }]", "filters: [{ filter: ai-cache, config: { cache: { type: memory } } }]",
    ]

    @Test("after any number of bytes of its request leaves nothing behind", arguments: chains)
    func withinRequest(_ chain: String) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(parts: ["one", "two"]) }
        try await GatewayFixture.run(proxying(to: upstream, extra: chain), filters: [Hesitating.self]) { gateway in
            let bytes = Array(Self.request.utf8)
            for count in 0...bytes.count {
                let client = try await RawClient.connect(port: gateway.port)
                try await client.send(Array(bytes.prefix(count)))
                await client.close()
            }
            try await self.expectNothing(gateway, upstream)
        }
        await upstream.stop()
    }

    @Test("after any number of bytes of the answer leaves nothing behind", arguments: chains)
    func withinAnswer(_ chain: String) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(parts: ["one", "two", "three"]) }
        try await GatewayFixture.run(proxying(to: upstream, extra: chain), filters: [Hesitating.self]) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(Self.request)
            let length = try await client.readResponse().utf8.count
            await client.close()
            for count in stride(from: 1, through: length, by: 7) {
                let client = try await RawClient.connect(port: gateway.port)
                try await client.send(Self.request)
                _ = try await client.read { $0.utf8.count >= count }
                await client.close()
            }
            try await self.expectNothing(gateway, upstream)
        }
        await upstream.stop()
    }

    @Test("while a filter holds its request ends the filter's work")
    func withinFilter() async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "never") }
        let filters = log.filters + "\n  - { filter: stuck }"
        try await GatewayFixture.run(proxying(to: upstream, extra: filters), filters: [Stuck.self]) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let isHeld = await eventually { await gateway.server.liveCounts().operations == 1 }
            #expect(isHeld)
            await client.close()
            try await gateway.expectNothingAlive()
            let line = try #require(try await log.lines(1).first)
            #expect(line.flags == "DC" && line.code == 0)
        }
        #expect(upstream.connectionCount == 0)
        await upstream.stop()
    }

    @Test("within its answer ends the connection to the upstream, and is marked in the log")
    func upstreamIsLetGo() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream, log.filters)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin")
            _ = try await client.read { $0.hasSuffix("begin") }
            await client.close()
            _ = try await connection.read { _ in false }
            #expect(connection.isClosedByPeer)
            let line = try #require(try await log.lines(1).first)
            #expect(line.flags == "DC" && line.code == 200 && line.details == "via_upstream")
            #expect(line.integer("bytes_sent") == 5)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("early lets its answer be stored when that is wanted", arguments: [false, true])
    func completion(_ isWanted: Bool) async throws {
        let upstream = try await ManualUpstream.start()
        let chain =
            "filters: [{ filter: ai-cache, config: { cache: { type: memory }, completeOnDisconnect: \(isWanted) } }]"
        try await GatewayFixture.run(forwarding(to: upstream, chain)) { gateway in
            let question = ChatQuestion(question: "q", streams: true)
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(question.request)
            let connection = try await upstream.accept()
            try await connection.read { $0.hasSuffix("}") }
            let parts = ModelAnswer.events("answer").parts
            let first = parts[0], rest = parts.dropFirst().joined()
            let length = first.utf8.count + rest.utf8.count
            try await connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(length)\r\n\r\n\(first)"
            )
            _ = try await client.read { $0.contains("data: ") }
            await client.close()
            let counts = await eventually { await gateway.server.liveCounts().connections == 0 }
            #expect(counts)
            try? await connection.send(rest)
            try await gateway.expectNothingAlive()
            if isWanted {
                let hit = try await question.ask(gateway.port)
                #expect(hit.cache == "hit" && hit.content == "answer")
            } else {
                let isLetGo = await eventually { connection.isClosedByPeer }
                #expect(isLetGo)
            }
        }
        await upstream.stop()
    }

    /// Nothing is alive, and the gateway still serves over few connections.
    private func expectNothing(_ gateway: GatewayFixture, _ upstream: ScriptedUpstream) async throws {
        try await gateway.expectNothingAlive()
        let areClosed = await eventually { await gateway.server.liveCounts().connections == 0 }
        #expect(areClosed)
        // Connections that were being opened for those who left may be counted late, but not again and again.
        let areFew = try await eventually {
            let before = upstream.connectionCount
            for _ in 0..<20 {
                let answer = try await ReceivedAnswer.of(
                    gateway.port,
                    "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                )
                #expect(answer.status == 200 && answer.isComplete)
            }
            return upstream.connectionCount <= before + 3
        }
        #expect(areFew)
    }
}
