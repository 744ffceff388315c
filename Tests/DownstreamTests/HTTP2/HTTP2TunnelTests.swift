import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("HTTP/2: tunnels by extended CONNECT")
struct HTTP2TunnelTests {
    private static let enableConnectProtocol: [UInt8] = [0, 8, 0, 0, 0, 1]
    private static let route = ", upgrades: [websocket]"
    private static let fields = [("sec-websocket-version", "13"), ("sec-websocket-protocol", "chat")]
    private static let proof = "Sec-WebSocket-Accept: "

    private static func connect(
        path: String = "/chat",
        protocolName: String? = "websocket",
        _ fields: [(String, String)] = fields
    ) -> [UInt8] {
        HTTP2Text.section(
            [(":method", "CONNECT")] + (protocolName.map { [(":protocol", $0)] } ?? [])
                + [(":scheme", "https"), (":path", path), (":authority", "a.example")] + fields
        )
    }

    /// The agreement that proves the key in a received request.
    private static func agreement(_ request: String) throws -> String {
        let line = try #require(
            request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
        )
        let key = line.split(separator: " ")[1]
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(WebSocketProof.accept(String(key)))\r\nSec-WebSocket-Protocol: chat\r\n\r\n"
    }

    @Test("are announced only where some route allows one")
    func announcement() async throws {
        for (route, isAnnounced) in [("", false), (Self.route, true)] {
            try await HTTP2Fixture.run(route: route) { gateway in
                let client = try await HTTP2Client.connect(port: gateway.port)
                let settings = try await client.frame { $0.kind == HTTP2TestFrame.Kind.settings && $0.flags == 0 }
                let values = stride(from: 0, to: settings.payload.count, by: 6).map {
                    Array(settings.payload[$0..<($0 + 6)])
                }
                #expect(values.contains(Self.enableConnectProtocol) == isAnnounced)
                await client.close()
            }
        }
    }

    @Test("carry bytes both ways; what is sent early waits for the upstream's agreement")
    func exchange() async throws {
        let upstream = try await ManualUpstream.start(halfCloses: true)
        try await HTTP2Fixture.run(upstream: upstream.endpoint, route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(
                .headers(1, Self.connect(Self.fields + [("sec-websocket-key", "mine")])),
                .data(1, Array("early".utf8))
            )
            let connection = try await upstream.accept()
            let request = try await connection.readHead()
            #expect(request.hasPrefix("GET /chat HTTP/1.1\r\n"))
            #expect(request.hasSuffix("\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"))
            #expect(request.contains("host: a.example\r\n") && request.contains("sec-websocket-version: 13\r\n"))
            #expect(!request.contains("mine") && !request.contains(":protocol"))
            connection.clear()
            try await connection.send(try Self.agreement(request) + "first")
            #expect(try await connection.read { $0 == "early" } == "early")
            try await client.send(.data(1, Array(" late".utf8), endsStream: true))
            #expect(try await connection.read { _ in false } == "early late")
            try await connection.send(" second")
            try await connection.endSending()
            let response = try await client.response(1)
            #expect(response.status == "200" && String(decoding: response.body, as: UTF8.self) == "first second")
            let head = try #require(response.heads.last)
            #expect(head["sec-websocket-protocol"] == "chat" && head["sec-websocket-accept"] == nil)
            #expect(head["upgrade"] == nil && head["connection"] == nil && head["content-length"] == nil)
            await client.close()
        }
        await upstream.stop()
    }

    @Test("need an upstream that has understood the handshake")
    func unproved() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, Self.connect()))
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send(
                "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
            )
            #expect(try await client.response(1).status == "502")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("that the upstream answers otherwise are none", arguments: [("403 Forbidden", "403"), ("200 OK", "502")])
    func refusedByUpstream(_ answer: String, _ status: String) async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, Self.connect()), .data(1, Array("early".utf8)))
            let connection = try await upstream.accept()
            #expect(try await connection.readHead().hasSuffix("\r\n\r\n"))
            try await connection.send("HTTP/1.1 \(answer)\r\nContent-Length: 2\r\n\r\nno")
            let response = try await client.response(1)
            #expect(response.status == status && String(decoding: response.body, as: UTF8.self) == "no")
            #expect(!connection.received.contains("early"))
            #expect(try await gateway.answers())
            await client.close()
        }
        await upstream.stop()
    }

    @Test(
        "are refused where the route allows none",
        arguments: [
            ("/chat", "other", "501"), ("/ready", "websocket", "403"), ("/ready", "other", "501"),
        ]
    )
    func refused(_ path: String, _ protocolName: String, _ status: String) async throws {
        try await HTTP2Fixture.run(route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, Self.connect(path: path, protocolName: protocolName)))
            let response = try await client.response(1)
            #expect(response.status == status)
            #expect(String(decoding: response.body, as: UTF8.self).contains("upgrade_failed"))
            await client.close()
        }
    }

    @Test(
        "that are malformed are reset",
        arguments: [
            HTTP2Text.section([
                (":method", "GET"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/"),
                (":authority", "a"),
            ]),
            HTTP2Text.section([(":method", "CONNECT"), (":protocol", "websocket"), (":authority", "a")]),
            connect(protocolName: ""), connect(protocolName: "web socket"), connect([("content-length", "0")]),
            connect([("upgrade", "websocket")]),
        ]
    )
    func malformed(_ section: [UInt8]) async throws {
        try await HTTP2Fixture.run(route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, section))
            #expect(try await client.resetCode(1) == 1)
            await client.close()
        }
    }

    @Test("that are not announced are malformed, and plain CONNECT stays refused")
    func notAnnounced() async throws {
        try await HTTP2Fixture.run { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, Self.connect()))
            #expect(try await client.resetCode(1) == 1)
            await client.close()
        }
        try await HTTP2Fixture.run(route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            let section = HTTP2Text.section([(":method", "CONNECT"), (":authority", "a.example:443")])
            try await client.send(.headers(1, section, endsStream: true))
            #expect(try await client.response(1).status == "405")
            await client.close()
        }
    }

    @Test("end with the client's reset, and the upstream's reset ends them with CANCEL")
    func resets() async throws {
        let upstream = try await ManualUpstream.start(halfCloses: true)
        try await HTTP2Fixture.run(upstream: upstream.endpoint, route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            for stream: UInt32 in [1, 3, 5] {
                try await client.send(.headers(stream, Self.connect()))
                let connection = try await upstream.accept()
                try await connection.send(try Self.agreement(try await connection.readHead()))
                try await client.frame { $0.stream == stream && $0.kind == HTTP2TestFrame.Kind.headers }
                switch stream {
                case 1:
                    try await client.send(.reset(stream))
                    _ = try await connection.read { _ in false }
                    #expect(connection.isClosedByPeer)
                case 3:
                    try await connection.reset()
                    #expect(try await client.resetCode(stream) == 8)
                default:
                    // Frames that carry no bytes of the tunnel have no place in it.
                    try await client.send(.headers(stream, HTTP2Text.section([("x-trailer", "1")]), endsStream: true))
                    #expect(try await client.resetCode(stream) == 1)
                }
                #expect(await eventually { await gateway.server.liveCounts().streams == 0 })
            }
            #expect(try await gateway.answers())
            await client.close()
        }
        await upstream.stop()
    }

    @Test("end when the client resets a stream that the upstream has ended")
    func resetAfterEnd() async throws {
        let upstream = try await ManualUpstream.start(halfCloses: true)
        try await HTTP2Fixture.run(upstream: upstream.endpoint, route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, Self.connect()))
            let connection = try await upstream.accept()
            try await connection.send(try Self.agreement(try await connection.readHead()))
            try await connection.endSending()
            _ = try await client.response(1)
            #expect(await gateway.server.liveCounts().streams == 1)
            try await client.send(.reset(1))
            #expect(await eventually { await gateway.server.liveCounts().streams == 0 })
            await client.close()
        }
        await upstream.stop()
    }

    @Test("that are idle are cancelled")
    func idle() async throws {
        let upstream = try await ManualUpstream.start(halfCloses: true)
        // Long enough that even on a slow machine the tunnel is there before.
        let limits = "{ streamIdleTimeout: 4s }"
        try await HTTP2Fixture.run(upstream: upstream.endpoint, limits: limits, route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, Self.connect()))
            let connection = try await upstream.accept()
            try await connection.send(try Self.agreement(try await connection.readHead()))
            #expect(try await client.resetCode(1) == 8)
            _ = try await connection.read { _ in false }
            #expect(connection.isClosedByPeer)
            await client.close()
        }
        await upstream.stop()
    }

    @Test("take no more than a window from a client whose upstream does not read")
    func slowUpstream() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint, route: Self.route) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, Self.connect()))
            // Before the agreement nothing is consumed: the window of the stream is all that may come.
            let part = [UInt8](repeating: 7, count: 16_000)
            for _ in 0..<4 { try await client.send(.data(1, part)) }
            let connection = try await upstream.accept()
            let request = try await connection.readHead()
            try await client.send(.ping())
            try await client.frame { $0.kind == HTTP2TestFrame.Kind.ping && $0.flags == 1 }
            #expect(!client.frames.contains { $0.kind == HTTP2TestFrame.Kind.windowUpdate && $0.stream == 1 })
            connection.clear()
            try await connection.send(try Self.agreement(request))
            try await client.frame { $0.kind == HTTP2TestFrame.Kind.windowUpdate && $0.stream == 1 }
            #expect(await eventually { connection.receivedCount == 64_000 })
            await client.close()
        }
        await upstream.stop()
    }
}
