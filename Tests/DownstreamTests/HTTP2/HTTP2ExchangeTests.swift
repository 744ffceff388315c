import Foundation
import Gateway
import NIOHTTP1
import TestSupport
import Testing

@Suite("HTTP/2: exchanges")
struct HTTP2ExchangeTests {
    @Test("a request reaches the upstream as HTTP/1 with its cookies joined and its fields in order")
    func forwarded() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            .init(headers: ["X-Answer": "1", "Connection": "x-hop", "X-Hop": "1"], body: "hello")
        }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            let fields = [("cookie", "a=1"), ("x-one", "1"), ("cookie", "b=2"), ("te", "trailers"), ("x_under", "1")]
            try await client.send(.headers(1, HTTP2Text.request(path: "/a?b=c", fields), endsStream: true))
            let response = try await client.response(1)
            #expect(response.status == "200")
            #expect(response.heads.last?["x-answer"] == "1")
            #expect(response.heads.last?["content-length"] == "5")
            #expect(response.heads.last?["connection"] == nil && response.heads.last?["x-hop"] == nil)
            #expect(String(decoding: response.body, as: UTF8.self) == "hello")
            await client.close()
        }
        let request = try #require(upstream.requests.first)
        #expect(request.uri == "/a?b=c")
        #expect(request.headers["host"] == ["a.example"])
        #expect(request.headers["cookie"] == ["a=1; b=2"])
        #expect(request.headers["x_under"].isEmpty)
        #expect(request.headers["x-forwarded-proto"] == ["http"])
        await upstream.stop()
    }

    @Test("a value's bytes reach the upstream as they came, also where they are no UTF-8")
    func opaqueValues() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            let value: [UInt8] = [0x66, 0xFC, 0x72, 0xFF, 0x80, 0xC3, 0xBC]
            let fields = HTTP2Text.section(Array("x-raw".utf8), value) + HTTP2Text.section(Array("cookie".utf8), value)
            try await client.send(.headers(1, HTTP2Text.request(path: "/raw") + fields, endsStream: true))
            let connection = try await upstream.accept()
            try await connection.readHead()
            for name in ["x-raw", "cookie"] {
                let line = Array("\r\n\(name): ".utf8) + value + Array("\r\n".utf8)
                #expect(connection.receivedBytes.contains(line), "\(name)")
            }
            try await connection.send("HTTP/1.1 204 No Content\r\n\r\n")
            #expect(try await client.response(1).status == "204")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a response's values reach the client as they came, also where they are no UTF-8")
    func opaqueResponseValues() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(path: "/raw"), endsStream: true))
            let connection = try await upstream.accept()
            try await connection.readHead()
            let value: [UInt8] = [0x66, 0xFC, 0x72, 0xFF, 0x80, 0xC3, 0xBC]
            try await connection.send(
                bytes: Array("HTTP/1.1 204 No Content\r\nX-Raw: ".utf8) + value + Array("\r\n\r\n".utf8)
            )
            let head = try await client.frame { $0.kind == HTTP2TestFrame.Kind.headers && $0.stream == 1 }
            #expect(head.payload.contains(HTTP2Text.section(Array("x-raw".utf8), value)))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a head that is larger than a frame goes on in CONTINUATION")
    func longHead() async throws {
        let long = String(repeating: "v", count: 20_000)
        let upstream = try await ScriptedUpstream.start { _ in .init(headers: ["X-Long": long], body: "ok") }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            let rest = try await client.frame { $0.kind == HTTP2TestFrame.Kind.continuation }
            #expect(rest.stream == 1 && rest.flags == 4)
            let head = try await client.frame { $0.kind == HTTP2TestFrame.Kind.headers }
            #expect(head.flags == 0 && head.payload.count == 16_384)
            #expect((head.payload + rest.payload).contains(Array(long.utf8)))
            try await client.frame { $0.kind == HTTP2TestFrame.Kind.data && $0.flags == 1 }
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            try await client.frame { $0.stream == 3 && $0.kind == HTTP2TestFrame.Kind.data && $0.flags == 1 }
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a small answer is one frame for its head and one for its body, which ends the stream")
    func smallAnswer() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            for (stream, path) in [(1, "/ready"), (3, "/x")] as [(UInt32, String)] {
                try await client.send(.headers(stream, HTTP2Text.request(path: path), endsStream: true))
                _ = try await client.response(stream)
                let frames = client.frames.filter { $0.stream == stream }
                #expect(frames.map(\.kind) == [HTTP2TestFrame.Kind.headers, HTTP2TestFrame.Kind.data])
                #expect(frames.map(\.flags) == [4, 1])
            }
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a body without a length, and trailers, go up; the response's trailers come down")
    func trailers() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(
                .headers(1, HTTP2Text.request(method: "POST", path: "/grpc")),
                .data(1, Array("abc".utf8)),
                HTTP2TestFrame(
                    kind: HTTP2TestFrame.Kind.data,
                    flags: 8,
                    stream: 1,
                    payload: [2] + Array("de".utf8) + [0, 0]
                ),
                .headers(1, HTTP2Text.section([("x-sum", "5"), ("content-length", "9")]), endsStream: true)
            )
            let connection = try await upstream.accept()
            let received = try await connection.read { $0.hasSuffix("\r\n\r\n") && $0.contains("x-sum") }
            #expect(received.contains("abc") && received.contains("de") && received.contains("x-sum: 5\r\n"))
            #expect(!received.contains("content-length: 9"))
            try await connection.send(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\ngrpc-status: 0\r\n\r\n"
            )
            let response = try await client.response(1)
            #expect(String(decoding: response.body, as: UTF8.self) == "hi")
            #expect(response.trailers == ["grpc-status": "0"])
            await client.close()
        }
        await upstream.stop()
    }

    @Test("informational heads come before the final one")
    func informational() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            let connection = try await upstream.accept()
            _ = try await connection.readHead()
            try await connection.send("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
            let response = try await client.response(1)
            #expect(response.heads.compactMap { $0[":status"] } == ["103", "204"])
            #expect(response.body.isEmpty)
            await client.close()
        }
        await upstream.stop()
    }

    @Test("the answer to HEAD has the length and no body")
    func head() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(method: "HEAD", path: "/x"), endsStream: true))
            let connection = try await upstream.accept()
            _ = try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")
            let response = try await client.response(1)
            #expect(response.heads.last?["content-length"] == "5")
            #expect(client.frames.allSatisfy { $0.kind != HTTP2TestFrame.Kind.data })
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a client that expects leave to send its body gets it")
    func expectation() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.body) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            let head = HTTP2Text.request(
                method: "POST",
                path: "/x",
                [("expect", "100-continue"), ("content-length", "2")]
            )
            try await client.send(.headers(1, head))
            try await client.frame { $0.kind == HTTP2TestFrame.Kind.headers }
            try await client.send(.data(1, Array("ok".utf8), endsStream: true))
            let response = try await client.response(1)
            #expect(response.heads.compactMap { $0[":status"] } == ["100", "200"])
            #expect(response.body == Array("ok".utf8))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a response that is complete before the request ends the stream without an error")
    func earlyResponse() async throws {
        try await HTTP2Fixture.run { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(method: "POST")))
            #expect(try await client.response(1).status == "200")
            #expect(try await client.resetCode(1) == HTTP2ConformanceCase.noError)
            // What was on its way is ignored, and the window is not lost.
            for _ in 0..<4 { try await client.send(.data(1, Array(repeating: 0, count: 16_000))) }
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(3).status == "200")
            await client.close()
        }
    }

    @Test("an upstream that breaks off resets the stream and not the connection")
    func brokenOff() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            let connection = try await upstream.accept()
            _ = try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            try await client.frame { $0.kind == HTTP2TestFrame.Kind.data }
            await connection.close()
            #expect(try await client.resetCode(1) == 2)
            try await client.send(.headers(3, HTTP2Text.request(), endsStream: true))
            #expect(try await client.response(3).status == "200")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a client that resets its stream in the middle frees the upstream")
    func clientReset() async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(.headers(1, HTTP2Text.request(path: "/x"), endsStream: true))
            let connection = try await upstream.accept()
            _ = try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            try await client.frame { $0.kind == HTTP2TestFrame.Kind.data }
            try await client.send(.reset(1))
            #expect(await eventually { connection.isClosedByPeer })
            #expect(await eventually { await gateway.server.liveCounts().streams == 0 })
            await client.close()
        }
        await upstream.stop()
    }

    @Test("a hundred streams at once, each with its own body both ways")
    func manyStreams() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri + $0.body) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            let ids = (0..<100).map { UInt32(2 * $0 + 1) }
            try await client.send(ids.map { .headers($0, HTTP2Text.request(method: "POST", path: "/\($0)")) })
            try await client.send(ids.map { .data($0, Array("body \($0)".utf8), endsStream: true) })
            for id in ids {
                let body = String(decoding: try await client.response(id).body, as: UTF8.self)
                #expect(body == "/\(id)body \(id)")
            }
            await client.close()
        }
        await upstream.stop()
    }
}
