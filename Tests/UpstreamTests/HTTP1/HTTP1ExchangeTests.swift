import FilterAPI
import NIOCore
import Testing

@testable import Upstream

/// One request and its response on the wire.
@Suite(.timeLimit(.minutes(10)))
struct HTTP1ExchangeTests {
    @Test func sendsTheHeadAndDeliversTheResponse() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin(path: "/a?b=c")
            let connection = try await server.accept()
            #expect(await connection.receive() == "GET /a?b=c HTTP/1.1\r\nhost: a.test\r\n\r\n")
            try await connection.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nConnection: x-b\r\nX-B: 2\r\n\r\nhello"
            )
            let response = await exchange.response()
            #expect(response.status == 200)
            #expect(response.headers == ["content-length": "5", "x-a": "1"])
            #expect(response.body == "hello")
            #expect(response.failure == nil)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello world",
        "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
    ])
    func readsEveryFramingByteByByte(_ text: String) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.sendSlowly(text)
            await connection.close()
            let response = await exchange.response()
            #expect(response.status == 200)
            #expect(response.body == "hello world")
            #expect(response.failure == nil)
        }
    }

    @Test func deliversTrailers() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-T: 1\r\n\r\n"
            )
            #expect(await exchange.response().trailers == ["x-t": "1"])
        }
    }

    @Test func sendsALengthDelimitedBody() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .length(6))
            try await exchange.run {
                $0.send(body: ByteBuffer(string: "abc"))
                $0.send(body: ByteBuffer(string: "def"))
                $0.sendEnd(trailers: nil)
                $0.flush()
            }
            let connection = try await server.accept()
            #expect(
                await connection.receive(through: "def")
                    == "POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 6\r\n\r\nabcdef"
            )
            try await connection.send("HTTP/1.1 204 No Content\r\n\r\n")
            #expect(await exchange.response().status == 204)
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test func sendsAChunkedBodyWithTrailers() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .chunked)
            let large = String(repeating: "x", count: 5000)
            try await exchange.run {
                $0.send(body: ByteBuffer(string: "abc"))
                $0.send(body: ByteBuffer(string: large))
                $0.sendEnd(trailers: ["x-t": "1"])
                $0.flush()
            }
            let connection = try await server.accept()
            #expect(await connection.receive()?.hasSuffix("transfer-encoding: chunked\r\n\r\n") == true)
            #expect(
                await connection.receive() == "3\r\nabc\r\n1388\r\n\(large)\r\n0\r\nx-t: 1\r\n\r\n"
            )
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(await exchange.response().status == 200)
        }
    }

    @Test(arguments: [(RequestFraming.length(3), "abcd"), (.length(3), "ab"), (.none, "a")])
    func refusesABodyThatIsNotAsAnnounced(_ framing: RequestFraming, _ body: String) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin(.post, framing: framing)
            try await exchange.run {
                $0.send(body: ByteBuffer(string: body))
                $0.sendEnd(trailers: nil)
            }
            #expect(await exchange.response().failure == .protocolError)
            #expect(try await fixture.counters.active == 0)
        }
    }

    @Test func deliversInformationalResponsesButNot100() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            )
            #expect(await exchange.next() == .connected(server.address.endpointText))
            #expect(await exchange.next() == .writable(true))
            #expect(await exchange.next() == .informational(103))
            #expect(await exchange.next() == .head(200, ["content-length": "0"], hasBody: false))
            #expect(await exchange.next() == .end([:]))
        }
    }

    @Test(arguments: [
        String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 11),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\u{01}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "garbage\r\n\r\n",
    ])
    func malformedResponsesAreProtocolErrors(_ text: String) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(text)
            #expect(await exchange.response().failure == .protocolError)
            #expect(await connection.receivedEnd())
        }
    }

    @Test(arguments: [
        ("", UpstreamFailure.Code.resetBeforeResponse),
        ("HTTP/1.1 200 O", .resetBeforeResponse),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", .resetWithinResponse),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .resetWithinResponse),
    ])
    func aConnectionThatEndsEarlyIsAReset(_ text: String, _ code: UpstreamFailure.Code) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(text)
            await connection.close()
            #expect(await exchange.response().failure == code)
        }
    }

    @Test func answersToHEADHaveNoBody() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin(.head)
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            let response = await exchange.response()
            #expect(response.headers["content-length"] == "5")
            #expect(response.body.isEmpty)
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test func cancellingClosesTheConnection() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await exchange.run { $0.cancel() }
            #expect(await connection.receivedEnd())
            #expect(try await fixture.counters.active == 0)
        }
    }
}
