import Gateway
import Synchronization
import TestSupport
import Testing

@Suite("HTTP/2: limits, floods and the end")
struct HTTP2LimitTests {
    private typealias Kind = HTTP2TestFrame.Kind

    /// A flood that has to end with ENHANCE_YOUR_CALM.
    struct Flood: Sendable, CustomStringConvertible {
        let description: String
        let opening: [HTTP2TestFrame]
        let frames: @Sendable (UInt32) -> [HTTP2TestFrame]
    }

    private static let floods: [Flood] = [
        Flood(description: "streams that are reset at once", opening: []) {
            [.headers(2 * $0 + 1, HTTP2Text.request(path: "/held"), endsStream: true), .reset(2 * $0 + 1)]
        },
        Flood(description: "malformed requests", opening: []) {
            [.headers(2 * $0 + 1, HTTP2Text.request([("X", "y")]), endsStream: true)]
        },
        Flood(description: "empty header sections", opening: []) { [.headers(2 * $0 + 1, [], endsStream: true)] },
        Flood(description: "window updates that make the gateway reset", opening: []) {
            [
                .headers(2 * $0 + 1, HTTP2Text.request(method: "POST", path: "/held")),
                .windowUpdate(2 * $0 + 1, 0x7FFF_FFFF),
            ]
        },
        Flood(description: "PING", opening: []) { _ in [.ping()] },
        Flood(description: "SETTINGS", opening: []) { _ in [.settings()] },
        Flood(description: "PRIORITY", opening: []) { _ in
            [HTTP2TestFrame(kind: Kind.priority, stream: 1, payload: [0, 0, 0, 0, 1])]
        },
        Flood(description: "unknown frames", opening: []) { _ in [HTTP2TestFrame(kind: 0xEE)] },
        Flood(description: "window updates", opening: []) { _ in [.windowUpdate(0, 1)] },
        Flood(description: "empty DATA", opening: [.headers(1, HTTP2Text.request(method: "POST", path: "/held"))]) {
            _ in [.data(1, [])]
        },
        Flood(
            description: "DATA of padding alone",
            opening: [.headers(1, HTTP2Text.request(method: "POST", path: "/held"))]
        ) { _ in
            [HTTP2TestFrame(kind: Kind.data, flags: 8, stream: 1, payload: [1, 0])]
        },
        Flood(description: "GOAWAY", opening: [.headers(1, HTTP2Text.request(method: "POST", path: "/held"))]) { _ in
            [.goAway(last: 0)]
        },
        Flood(description: "empty CONTINUATION", opening: [.headers(1, [], endsStream: true, endsHeaders: false)]) {
            _ in
            [.continuation(1, [], endsHeaders: false)]
        },
        Flood(description: "endless CONTINUATION", opening: [.headers(1, [], endsStream: true, endsHeaders: false)]) {
            _ in
            [.continuation(1, Array(repeating: 0, count: 16_000), endsHeaders: false)]
        },
        Flood(description: "streams above the limit", opening: []) {
            [.headers(2 * $0 + 1, HTTP2Text.request(method: "POST", path: "/held"))]
        },
    ]

    @Test("a flood ends the connection, and only it", arguments: floods)
    func flood(_ flood: Flood) async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(flood.opening)
            var round: UInt32 = 0
            while !client.isClosedByPeer, round < 4000 {
                let frames = (0..<50).flatMap { flood.frames(round + $0) }
                guard (try? await client.send(frames)) != nil else { break }
                round += 50
            }
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.enhanceYourCalm)
            #expect(try await gateway.answers())
        }
        await upstream.stop()
    }

    @Test("a bomb of compressed fields never grows")
    func compressionBomb() async throws {
        try await HTTP2Fixture.run { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            // One field of 4,000 bytes goes into the table, and is named again by one byte each time.
            let field = [0x40] + Array(HTTP2Text.section([("x", String(repeating: "a", count: 3900))]).dropFirst())
            try await client.send(.headers(1, field + Array(repeating: 0xBE, count: 10_000), endsStream: true))
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.compressionError)
            #expect(try await gateway.answers())
        }
    }

    @Test("streams above the limit are refused, those below served")
    func streamLimit() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: "{ http2: { maxConcurrentStreams: 2 } }") {
            gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send([1, 3, 5].map { .headers($0, HTTP2Text.request(path: "/held"), endsStream: true) })
            #expect(try await client.resetCode(5) == HTTP2ConformanceCase.refusedStream)
            try await client.send(.reset(1))
            try await client.send(.headers(7, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(7).status == "200")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a first flight of many requests loses those above the limit, and nothing else")
    func firstFlight() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: "{ http2: { maxConcurrentStreams: 2 } }") {
            gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, acknowledges: false)
            let held = HTTP2Text.request(path: "/held")
            try await client.send((0..<300).map { .headers(2 * $0 + 1, held, endsStream: true) })
            try await client.wait { frames in frames.count { $0.kind == Kind.reset } == 298 }
            #expect(client.frames.allSatisfy { $0.kind != Kind.reset || $0.number(at: 0) == 7 })
            try await client.send(.settingsAcknowledgement, .reset(1))
            try await client.send(.headers(601, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(601).status == "200")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a client that never acknowledges the settings is not refused streams for ever")
    func endlessFirstFlight() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: "{ http2: { maxConcurrentStreams: 2 } }") {
            gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, acknowledges: false)
            let held = HTTP2Text.request(path: "/held")
            try await client.send((0..<1100).map { .headers(2 * $0 + 1, held, endsStream: true) })
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.enhanceYourCalm)
            #expect(client.frames.count { $0.kind == Kind.reset } >= 1000)
            #expect(try await gateway.answers())
        }
        await upstream.stop()
    }

    @Test("the settings say the limits")
    func settings() async throws {
        let limits = "{ http2: { maxConcurrentStreams: 7, initialWindow: 32KiB, connectionWindow: 2MiB } }"
        try await HTTP2Fixture.run(limits: limits) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            let frame = try await client.frame { $0.kind == Kind.settings }
            #expect(Array(frame.payload.prefix(12)) == [0, 3, 0, 0, 0, 7, 0, 4, 0, 0, 0x80, 0])
            let update = try await client.frame { $0.kind == Kind.windowUpdate }
            #expect(update.number(at: 0) == 2 << 20 - 65_535)
            await client.close()
        }
    }

    @Test("settings that are never acknowledged end the connection")
    func silentClient() async throws {
        try await HTTP2Fixture.run(limits: "{ requestHeadTimeout: 5s }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, saysHello: false)
            try await client.send(bytes: HTTP2Client.preface)
            #expect(try await client.goAwayCode() == 4)
        }
    }

    @Test("a header section that does not end in time ends the connection")
    func slowSection() async throws {
        try await HTTP2Fixture.run(limits: "{ requestHeadTimeout: 5s }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, [], endsStream: true, endsHeaders: false))
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.enhanceYourCalm)
        }
    }

    @Test("a frame that does not end in time ends the connection", arguments: [4, 9, 12])
    func slowFrame(length: Int) async throws {
        try await HTTP2Fixture.run(limits: "{ requestHeadTimeout: 5s }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            let frame = HTTP2TestFrame.headers(1, HTTP2Text.request(), endsStream: true)
            try await client.send(bytes: Array(frame.bytes.prefix(length)))
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.enhanceYourCalm)
        }
    }

    @Test("a connection without streams ends after the idle time")
    func idle() async throws {
        try await HTTP2Fixture.run(limits: "{ keepAliveTimeout: 5s }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(1).status == "200")
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.noError)
        }
    }

    @Test("draining serves the streams that have begun, refuses new ones, and ends the connection")
    func drain() async throws {
        // The gateway waits a second for the client's word. A machine that stands still for longer gets another try.
        var wasInTime = false
        for _ in 0..<20 where !wasInTime { wasInTime = try await self.drainsInTime() }
        #expect(wasInTime)
    }

    /// Drains a gateway with a stream under way; answers whether the client's next one was sent before the gateway went on.
    private func drainsInTime() async throws -> Bool {
        let upstream = try await ManualUpstream.start()
        var wasInTime = false
        try await HTTP2Fixture.run(upstream: upstream.endpoint, isStoppedByBody: true) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(path: "/held"), endsStream: true))
            let connection = try await upstream.accept()
            _ = try await connection.readHead()
            let server = gateway.server
            async let drained = server.drain()
            let first = try await client.frame { $0.kind == Kind.goAway }
            #expect(first.number(at: 0) == 0x7FFF_FFFF && first.number(at: 4) == 0)
            // On its way when the client hears of it: still served.
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            let end = try await client.frame { $0.stream == 3 && ($0.kind == Kind.reset || $0.endsResponse) }
            wasInTime = !client.frames.contains { $0.kind == Kind.goAway && $0.number(at: 0) == 1 }
            if wasInTime {
                #expect(end.endsResponse)
                #expect(try await client.response(3).status == "200")
                try await client.frame { $0.kind == Kind.ping && $0.flags == 0 }
                try await client.send(.ping(Array(repeating: 0, count: 8), flags: 1))
                try await client.frame { $0.kind == Kind.goAway && $0.number(at: 0) == 3 }
                try await client.send(.headers(5, HTTP2Text.request(), endsStream: true))
                #expect(try await client.resetCode(5) == HTTP2ConformanceCase.refusedStream)
            }
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            #expect(try await client.response(1).status == "200")
            #expect(try await client.goAwayCode() == 0)
            #expect(await drained)
        }
        await upstream.stop()
        return wasInTime
    }

    @Test("a body slower than the minimum rate is refused after the grace")
    func bodyRate() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: "{ requestBodyMinimumRate: 1KiB }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(method: "POST", path: "/held")), .data(1, [1]))
            let response = try await client.response(1)
            #expect(response.status == "408")
            #expect(String(decoding: response.body, as: UTF8.self).contains("request_body_too_slow"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("limits of a listener win over those of the file")
    func listenerLimits() async throws {
        let file = "{ streamIdleTimeout: 1h, requestBody: unlimited, http2: { maxConcurrentStreams: 50 } }"
        let own = "{ streamIdleTimeout: 300ms, requestBody: 1B, http2: { maxConcurrentStreams: 7 } }"
        try await HTTP2Fixture.run(limits: file, listenerLimits: own) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, settings: [(4, 0)])
            let settings = try await client.frame { $0.kind == Kind.settings }
            #expect(Array(settings.payload.prefix(6)) == [0, 3, 0, 0, 0, 7])
            try await client.send(.headers(1, HTTP2Text.request(), endsStream: true))
            #expect(try await client.resetCode(1) == 8)
            try await client.send(.windowUpdate(0, 1000), .settings([(4, 1000)]))
            let long = HTTP2Text.request(method: "POST", [("content-length", "2")])
            try await client.send(.headers(3, long), .data(3, [1, 2], endsStream: true))
            #expect(try await client.response(3).status == "413")
            await client.close()
        }
    }

    @Test("while memory is short a request gets 503, the client a GOAWAY, and running streams their end")
    func shedding() async throws {
        let upstream = try await ManualUpstream.start()
        let memory = Atomic<Int>(0)
        try await HTTP2Fixture.run(
            upstream: upstream.endpoint,
            limits: "{ memory: 100MiB }",
            residentMemory: { memory.load(ordering: .relaxed) }
        ) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(path: "/held"), endsStream: true))
            let connection = try await upstream.accept()
            _ = try await connection.readHead()
            memory.store(96 << 20, ordering: .relaxed)
            gateway.server.measureMemory()
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            let refused = try await client.response(3)
            #expect(refused.status == "503" && refused.heads.last?["retry-after"] == "5")
            #expect(String(decoding: refused.body, as: UTF8.self).contains("overload"))
            #expect(try await client.frame { $0.kind == Kind.goAway }.number(at: 4) == 0)
            try await client.frame { $0.kind == Kind.ping && $0.flags == 0 }
            try await client.send(.ping(Array(repeating: 0, count: 8), flags: 1))
            try await client.frame { $0.kind == Kind.goAway && $0.number(at: 0) == 3 }
            try await client.send(.headers(5, HTTP2Text.request(), endsStream: true))
            #expect(try await client.resetCode(5) == HTTP2ConformanceCase.refusedStream)
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            #expect(try await client.response(1).status == "200")
            #expect(try await client.goAwayCode() == 0)
            memory.store(50 << 20, ordering: .relaxed)
            gateway.server.measureMemory()
            #expect(try await gateway.answers())
        }
        await upstream.stop()
    }

    @Test("a drain goes on without a client's word that it knows")
    func silentDrain() async throws {
        try await HTTP2Fixture.run(isStoppedByBody: true) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(1).status == "200")
            let server = gateway.server
            async let drained = server.drain()
            #expect(try await client.goAwayCode() == 0)
            #expect(await drained)
        }
    }

    @Test("a body in which nothing comes is refused after the idle time")
    func slowBody() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: "{ streamIdleTimeout: 300ms }") { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(method: "POST", path: "/held")), .data(1, [1]))
            #expect(try await client.response(1).status == "408")
            #expect(try await client.resetCode(1) == HTTP2ConformanceCase.noError)
            await client.close()
        }
        await upstream.stop()
    }
}

extension HTTP2TestFrame {
    /// Whether it is the last one of a response.
    fileprivate var endsResponse: Bool { self.kind <= HTTP2TestFrame.Kind.headers && self.flags & 1 == 1 }
}
