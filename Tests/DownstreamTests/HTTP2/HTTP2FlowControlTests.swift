import TestSupport
import Testing

@Suite("HTTP/2: flow control")
struct HTTP2FlowControlTests {
    private typealias Kind = HTTP2TestFrame.Kind

    private func received(_ client: HTTP2Client, _ stream: UInt32) -> Int {
        client.frames.filter { $0.kind == Kind.data && $0.stream == stream }.reduce(0) { $0 + $1.payload.count }
    }

    @Test("a stream's window holds its response back, and no other's")
    func streamWindow() async throws {
        let body = String(repeating: "a", count: 300_000)
        let upstream = try await ScriptedUpstream.start { _ in .init(body: body) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, 1000)])
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            #expect(await eventually { self.received(client, 1) == 1000 })
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(3).status == "200")
            #expect(self.received(client, 1) == 1000)
            try await client.send(.windowUpdate(0, 1_000_000), .windowUpdate(1, 1_000_000))
            #expect(try await client.response(1).body.count == body.utf8.count)
            await client.close()
        }
        await upstream.stop()
    }

    @Test("the connection's window is shared out among streams")
    func connectionWindow() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: String(repeating: "a", count: 200_000)) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, 1_000_000)])
            try await client.send([1, 3, 5].map { .headers($0, HTTP2Text.request(path: "/x"), endsStream: true) })
            #expect(await eventually { [1, 3, 5].reduce(0) { $0 + self.received(client, $1) } == 65_535 })
            try await client.send(.windowUpdate(0, 1_000_000))
            for stream: UInt32 in [1, 3, 5] { #expect(try await client.response(stream).body.count == 200_000) }
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a window that becomes smaller, even negative, is kept to")
    func shrinkingWindow() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: String(repeating: "a", count: 50_000)) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, 1000)])
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            #expect(await eventually { self.received(client, 1) == 1000 })
            try await client.send(.settings([(4, 10)]))
            try await client.send(.windowUpdate(1, 990))
            try await client.send(.ping())
            try await client.frame { $0.kind == Kind.ping }
            #expect(self.received(client, 1) == 1000)
            try await client.send(.windowUpdate(1, 5))
            #expect(await eventually { self.received(client, 1) == 1005 })
            try await client.send(.windowUpdate(1, 100_000))
            #expect(try await client.response(1).body.count == 50_000)
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a body that nobody takes stays within the stream's window")
    func heldBody() async throws {
        let upstream = try await ManualUpstream.start(reads: false)
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(method: "POST", path: "/x")))
            var granted = 65_536
            var sent = 0
            // As long as windows open the client sends; the sockets between take some megabytes before they are full.
            while granted - sent >= 16_000, sent < 64 << 20 {
                try await client.send(.data(1, Array(repeating: 0, count: 16_000)))
                sent += 16_000
                try await client.send(.windowUpdate(0, 1))
                _ = await eventually(within: 0.5) {
                    granted = 65_536 + self.granted(client, 1)
                    return granted - sent >= 16_000
                }
            }
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(3).status == "200")
            // Who sends on is reset; windows that a slow machine had yet to open only put that off.
            var isReset = false
            while !isReset, sent < 64 << 20 {
                try await client.send(.data(1, Array(repeating: 0, count: 16_000)))
                sent += 16_000
                isReset = await eventually(within: 0.1) {
                    client.frames.contains { $0.kind == Kind.reset && $0.stream == 1 }
                }
            }
            #expect(sent < 64 << 20)
            #expect(try await client.resetCode(1) == HTTP2ConformanceCase.flowControlError)
            await client.close()
        }
        await upstream.stop()
    }

    private func granted(_ client: HTTP2Client, _ stream: UInt32) -> Int {
        client.frames.filter { $0.kind == Kind.windowUpdate && $0.stream == stream }.reduce(0) {
            $0 + Int($1.number(at: 0))
        }
    }

    @Test("a window smaller than the protocol's is kept to, once the client has acknowledged it")
    func smallWindow() async throws {
        let upstream = try await ManualUpstream.start(reads: false)
        let limits = "{ http2: { initialWindow: 1KiB } }"
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: limits) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, acknowledges: false)
            try await client.send(.headers(1, HTTP2Text.request(method: "POST", path: "/x")))
            // Before that the protocol's window holds.
            try await client.send(.data(1, Array(repeating: 0, count: 5000)), .settingsAcknowledgement)
            try await client.send(.headers(3, HTTP2Text.request(method: "POST", path: "/x")))
            try await client.send(.data(3, Array(repeating: 0, count: 1025)))
            #expect(try await client.resetCode(3) == HTTP2ConformanceCase.flowControlError)
            #expect(!client.frames.contains { $0.kind == Kind.reset && $0.stream == 1 })
            try await client.send(.headers(5, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(5).status == "200")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a body passes through a small window in steps")
    func smallWindowInSteps() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: "\($0.body.utf8.count)") }
        let limits = "{ http2: { initialWindow: 1KiB } }"
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: limits) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.frame { $0.kind == Kind.settings }
            try await client.send(.headers(1, HTTP2Text.request(method: "POST", path: "/x")))
            for round in 0..<50 {
                #expect(await eventually { 1024 + self.granted(client, 1) - round * 512 >= 512 })
                try await client.send(.data(1, Array(repeating: 0, count: 512)))
            }
            try await client.send(.data(1, [], endsStream: true))
            #expect(try await client.response(1).body == Array("25600".utf8))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("padding is given back to the windows")
    func padding() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: "\($0.body.utf8.count)") }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(method: "POST", path: "/x")))
            var sent = 0
            for _ in 0..<2000 {
                let frame = HTTP2TestFrame(
                    kind: Kind.data,
                    flags: 8,
                    stream: 1,
                    payload: [255] + Array(repeating: 0, count: 256)
                )
                _ = await eventually { 65_536 + self.granted(client, 1) - sent >= 257 }
                try await client.send(frame)
                sent += 257
            }
            try await client.send(.data(1, [], endsStream: true))
            #expect(try await client.response(1).body == Array("2000".utf8))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a client that takes little at a time, but steadily, keeps its response")
    func slowReader() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: String(repeating: "a", count: 300_000)) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: "{ streamIdleTimeout: 3s }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, 0)])
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            // Longer than the idle time, and too little for the service to be read from again.
            for step in 1...25 {
                try await client.send(.windowUpdate(1, 1000))
                try await client.wait { Self.bodyLength($0) == step * 1000 }
                try await Task.sleep(for: .milliseconds(200))
            }
            try await client.send(.windowUpdate(0, 300_000), .windowUpdate(1, 300_000))
            #expect(try await client.response(1).body.count == 300_000)
            await client.close()
        }
        await upstream.stop()
    }

    private static func bodyLength(_ frames: [HTTP2TestFrame]) -> Int {
        frames.filter { $0.kind == Kind.data && $0.stream == 1 }.reduce(0) { $0 + $1.payload.count }
    }

    @Test("a response that the client never takes is given up after the idle time")
    func stalled() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: String(repeating: "a", count: 300_000)) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: "{ streamIdleTimeout: 300ms }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, 0)])
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            _ = try await client.resetCode(1)
            // A short one is complete for the filters, and still never taken.
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            #expect(try await client.resetCode(3) == 8)
            await client.close()
        }
        await upstream.stop()
    }
}
