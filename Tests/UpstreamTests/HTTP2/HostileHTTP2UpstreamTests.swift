import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// Services that break HTTP/2: what ends is as much as the protocol says.
@Suite(.timeLimit(.minutes(10)))
struct HostileHTTP2UpstreamTests {
    private static let head = HTTP2Text.section([(":status", "200")])

    /// Frames after which stream 1 is reset and the connection goes on.
    @Test(
        arguments: [
            [.headers(1, HTTP2Text.section([("x-a", "b")]))],
            [.headers(1, HTTP2Text.section([(":status", "200"), ("Upper", "b")]))],
            [.headers(1, HTTP2Text.section([(":status", "200"), ("connection", "close")]))],
            [.headers(1, HTTP2Text.section([(":status", "200"), ("x-a", "b\r\nc: d")]))],
            [.headers(1, HTTP2Text.section([(":status", "101")]))],
            [.headers(1, HTTP2Text.section([(":status", "200"), ("content-length", "3")])), .data(1, [1, 2, 3, 4])],
            [
                .headers(1, HTTP2Text.section([(":status", "200"), ("content-length", "3")])),
                .data(1, [1], endsStream: true),
            ],
            [.headers(1, head), .headers(1, HTTP2Text.section([("x-a", "b")]))],
            [.data(1, [1])],
            [.windowUpdate(1, 0)],
            [.windowUpdate(1, 0x7FFF_FFFF), .windowUpdate(1, 0x7FFF_FFFF)],
        ] as [[HTTP2TestFrame]]
    )
    func aMalformedResponseEndsItsStream(_ frames: [HTTP2TestFrame]) async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let victim = try await fixture.begin(.post, framing: .chunked)
            let sibling = try await fixture.begin()
            let connection = try await server.accept()
            _ = try await connection.request(1)
            try await connection.settled()
            try await connection.send(frames)
            #expect(await victim.response().failure == .protocolError)
            #expect(try await connection.resetCode(1) != 0)
            try await connection.answer(3)
            #expect(await sibling.response().body == "ok")
        }
    }

    /// The codec looks at such updates only while the request is sent.
    @Test(
        arguments: [
            ([.windowUpdate(1, 0)], 1),
            ([.windowUpdate(1, 0x7FFF_FFFF)], 3),
            ([.windowUpdate(1, 0x7FFF_0000), .windowUpdate(1, 1)], 3),
            ([.settings([(4, 65_536)]), .windowUpdate(1, 0x7FFF_0000)], 3),
        ] as [([HTTP2TestFrame], UInt32)]
    )
    func aWrongWindowUpdateEndsTheStreamOfACompleteRequest(_ frames: [HTTP2TestFrame], _ code: UInt32) async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let victim = try await fixture.begin()
            let sibling = try await fixture.begin()
            let connection = try await server.accept()
            _ = try await connection.request(1)
            try await connection.settled()
            try await connection.send(frames)
            #expect(await victim.response().failure == .protocolError)
            #expect(try await connection.resetCode(1) == code)
            try await connection.answer(3)
            #expect(await sibling.response().body == "ok")
        }
    }

    @Test func aWindowUpToTheLimitIsNoMistake() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = try await connection.request()
            try await connection.settled()
            try await connection.send(.settings([(4, 0)]), .windowUpdate(1, 0x7FFF_FFFF))
            try await connection.answer(1)
            #expect(await exchange.response().body == "ok")
        }
    }

    private static func flood(_ frame: HTTP2TestFrame, _ count: Int, after first: HTTP2TestFrame? = nil)
        -> [HTTP2TestFrame]
    {
        (first.map { [$0] } ?? []) + Array(repeating: frame, count: count)
    }

    private static let blank = [UInt8](repeating: 0, count: 16_000)
    /// A field of 3,000 bytes that enters the table, and is named a hundred times (RFC 7541, section 6.1).
    private static let bomb: [UInt8] =
        head + [0x40] + HTTP2Text.section([("x-a", String(repeating: "a", count: 3000))]).dropFirst()
        + [UInt8](repeating: 0xBE, count: 100)

    /// Frames after which the connection ends with all its streams.
    private static let breaking: [[HTTP2TestFrame]] = [
        [.data(0, [1])],
        [.headers(0, head)],
        [.headers(1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])],
        [.headers(2, head)],
        [.headers(7, head)],
        [.data(9, [1])],
        [.headers(1, head, endsHeaders: false), .data(1, [1])],
        [.headers(1, head, endsHeaders: false), .continuation(3, [])],
        [.continuation(1, [])],
        [.settings([(4, 0xFFFF_FFFF)])],
        [.settings([(5, 1)])],
        [HTTP2TestFrame(kind: 4, payload: [1])],
        [HTTP2TestFrame(kind: 4, stream: 1)],
        [HTTP2TestFrame(kind: 6, payload: [1])],
        [HTTP2TestFrame(kind: 5, flags: 4, stream: 1, payload: [0, 0, 0, 2] + head)],
        [HTTP2TestFrame(kind: 0, stream: 1, payload: [UInt8](repeating: 0, count: 16_385))],
        [.windowUpdate(0, 0)],
        [.goAway(last: 2)],
        // A thousand at once are allowed and a hundred a second, so a machine that stands still may allow some more.
        flood(.ping(), 2500),
        flood(.settings(), 2500),
        flood(.reset(1), 200),
        flood(.data(1, []), 400, after: .headers(1, head)),
        flood(HTTP2TestFrame(kind: 0, flags: 8, stream: 1, payload: [0]), 400, after: .headers(1, head)),
        flood(.continuation(1, [], endsHeaders: false), 20, after: .headers(1, head, endsHeaders: false)),
        flood(.continuation(1, blank, endsHeaders: false), 12, after: .headers(1, head, endsHeaders: false)),
        [.headers(1, bomb)],
    ]

    @Test(arguments: breaking)
    func aBrokenConnectionEndsWithItsStreams(_ frames: [HTTP2TestFrame]) async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchanges = [try await fixture.begin(.post), try await fixture.begin(.post)]
            let connection = try await server.accept()
            _ = try await connection.request(1)
            try await connection.settled()
            // The other end may close before it has taken all of them.
            try? await connection.send(frames)
            for exchange in exchanges {
                let failure = await exchange.response().failure
                #expect(failure == .protocolError || failure == .resetBeforeResponse)
            }
            let isClosed = await eventually { connection.isClosedByPeer }
            #expect(isClosed)
            let next = try await fixture.begin()
            let other = try await server.accept()
            try await other.answer(try await other.request().stream)
            #expect(await next.response().status == 200)
        }
    }

    @Test func aServerThatSpeaksHTTP1IsABadAnswer() async throws {
        let server = try await RawUpstream.start(answer: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: server.port)
        let definition = ServiceDefinition(name: "s", source: .fixed([address]), wireProtocol: .grpc)
        try await UpstreamFixture.run(definition) { fixture in
            let exchange = try await fixture.begin(.post)
            #expect(await exchange.response().failure == .protocolError)
            #expect(try await fixture.counters.active == 0)
        }
        await server.stop()
    }
}
