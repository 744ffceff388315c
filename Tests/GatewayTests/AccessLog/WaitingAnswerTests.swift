import Gateway
import TestSupport
import Testing

@Suite("The access log has an answer over HTTP/2 that waits for a window of the client's")
struct WaitingAnswerTests {
    /// What a client does with an answer of which it has taken as much as its window allows.
    enum Ending: CaseIterable {
        case opensWindow, resets, leaves, waits

        var flags: String {
            switch self {
            case .opensWindow: "-"
            case .resets, .leaves: "DC"
            case .waits: "SI"
            }
        }
        var details: String { self == .waits ? "stream_idle_timeout" : "via_upstream" }
        var bytes: Int { self == .opensWindow ? WaitingAnswerTests.length : WaitingAnswerTests.window }
    }

    private static let window = 1000
    private static let length = 5000

    private func configuration(_ endpoint: String, _ log: AccessLogFile, idle: String = "1h") -> String {
        """
        limits: { streamIdleTimeout: \(idle) }
        admin: { address: "127.0.0.1:0" }
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: up, type: static, domain: "\(endpoint)" }]
        routes:
          - { name: all, service: up.static }
          - { name: empty, match: { path: { exact: /empty } }, response: { status: 204 } }
          - { name: direct, match: { path: { exact: /direct } }, response: { status: 200, body: "hello" } }
        \(log.filters)
        """
    }

    private func taken(_ client: HTTP2Client) -> Int {
        client.frames.filter { $0.kind == HTTP2TestFrame.Kind.data && $0.stream == 1 }.reduce(0) {
            $0 + $1.payload.count
        }
    }

    @Test("once it is known what becomes of it", arguments: Ending.allCases)
    func line(_ ending: Ending) async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: String(repeating: "a", count: Self.length)) }
        let configuration = self.configuration(upstream.endpoint, log, idle: ending == .waits ? "6s" : "1h")
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, UInt32(Self.window))])
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            #expect(await eventually { self.taken(client) == Self.window })
            // What comes later is logged before, and counted before.
            try await client.send(.headers(3, HTTP2Text.request(path: "/empty"), endsStream: true))
            #expect(try await client.response(3).status == "204")
            // Where the time ends the answer it may do so before anybody looks.
            if ending != .waits {
                #expect(try await log.lines(1).map(\.code) == [204])
                let metrics = try await get(try gateway.adminPort(), "/metrics")
                #expect(metrics.contains("sluice_requests_total{code=\"2xx\"} 1\n"))
            }
            switch ending {
            case .opensWindow:
                try await client.send(.windowUpdate(1, 1 << 20))
                #expect(try await client.response(1).body.count == Self.length)
            case .resets: try await client.send(.reset(1))
            case .leaves: await client.close()
            case .waits: #expect(try await client.resetCode(1) == 8)
            }
            let line = try #require(try await log.lines(2).first { $0.string("path") == "/x" })
            #expect(line.code == 200)
            #expect(line.flags == ending.flags && line.details == ending.details)
            #expect(line.integer("bytes_sent") == ending.bytes)
            try await gateway.expectNothingAlive()
            let after = try await get(try gateway.adminPort(), "/metrics")
            #expect(after.contains("sluice_requests_total{code=\"2xx\"} 2\n"))
            #expect(after.contains("sluice_sent_body_bytes_total \(ending.bytes)\n"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("with the bytes that were sent when its client resets it before its end")
    func incomplete() async throws {
        let log = try AccessLogFile()
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(self.configuration(upstream.endpoint, log)) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, UInt32(Self.window))])
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            let connection = try await upstream.accept()
            try await connection.readHead()
            let half = String(repeating: "a", count: Self.length)
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(2 * Self.length)\r\n\r\n\(half)")
            #expect(await eventually { self.taken(client) == Self.window })
            try await client.send(.reset(1))
            let line = try #require(try await log.lines(1).first)
            #expect(line.flags == "DC" && line.integer("bytes_sent") == Self.window)
            try await gateway.expectNothingAlive()
            await client.close()
        }
        await upstream.stop()
    }

    @Test("also when its request goes on meanwhile")
    func openRequest() async throws {
        let log = try AccessLogFile()
        try await GatewayFixture.run(self.configuration("127.0.0.1:1", log)) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, 2)])
            try await client.send(.headers(1, HTTP2Text.request(method: "POST", path: "/direct")))
            #expect(await eventually { self.taken(client) == 2 })
            // What was on its way is taken and dropped.
            for _ in 0..<4 { try await client.send(.data(1, Array(repeating: 0, count: 16_000))) }
            try await client.send(.headers(3, HTTP2Text.request(path: "/empty"), endsStream: true))
            #expect(try await client.response(3).status == "204")
            #expect(try await log.lines(1).map(\.code) == [204])
            try await client.send(.windowUpdate(1, 100))
            #expect(try await client.response(1).body == Array("hello".utf8))
            #expect(try await client.resetCode(1) == HTTP2ConformanceCase.noError)
            let line = try #require(try await log.lines(2).last)
            #expect(line.flags == "-" && line.integer("bytes_sent") == 5)
            try await gateway.expectNothingAlive()
            await client.close()
        }
    }
}
