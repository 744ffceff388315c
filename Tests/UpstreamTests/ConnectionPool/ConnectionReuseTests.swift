import FilterAPI
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Upstream

/// Which connection a request gets, and which connections are kept.
@Suite(.timeLimit(.minutes(10)))
struct ConnectionReuseTests {
    static let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    @Test func aConnectionServesOneRequestAfterTheOther() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let first = try await fixture.begin(path: "/1")
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(Self.empty)
            #expect(await first.response().status == 200)
            let second = try await fixture.begin(path: "/2")
            #expect(await connection.receive()?.hasPrefix("GET /2 ") == true)
            try await connection.send(Self.empty)
            #expect(await second.response().status == 200)
            let counters = try await fixture.counters
            #expect(counters.connects == 1)
            #expect(counters.requests == 2)
            #expect(counters.idle == 1)
            #expect(counters.active == 0)
        }
    }

    @Test func theConnectionUsedLastIsTakenFirst() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let first = try await fixture.begin()
            let early = try await server.accept()
            let second = try await fixture.begin()
            let late = try await server.accept()
            for (connection, exchange) in [(early, first), (late, second)] {
                _ = await connection.receive()
                try await connection.send(Self.empty)
                #expect(await exchange.response().status == 200)
            }
            let third = try await fixture.begin(path: "/3")
            #expect(await late.receive()?.hasPrefix("GET /3 ") == true)
            try await late.send(Self.empty)
            #expect(await third.response().status == 200)
            #expect(try await fixture.counters.idle == 2)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ])
    func aConnectionIsClosedAfterThisResponse(_ text: String) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(text)
            #expect(await exchange.response().status == 200)
            #expect(await connection.receivedEnd())
            #expect(try await eventually { try await fixture.counters.idle == 0 })
        }
    }

    @Test func bytesOnAnIdleConnectionCloseIt() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(Self.empty)
            #expect(await exchange.response().status == 200)
            try await connection.send("HTTP/1.1 200 OK\r\n\r\n")
            #expect(await connection.receivedEnd())
            // The other end may see the end before the client has noted it.
            #expect(try await eventually { try await fixture.counters.idle == 0 })
        }
    }

    @Test func anEarlyResponseIsDeliveredAndTheConnectionClosed() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .length(10))
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
            #expect(await exchange.response().status == 413)
            #expect(await connection.receivedEnd())
        }
    }

    @Test func afterAnEarlyHeadACompletedBodyKeepsTheConnection() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .length(3))
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n")
            #expect(await exchange.next() == .connected(server.address.endpointText))
            #expect(await exchange.next() == .writable(true))
            #expect(await exchange.next() == .head(200, ["content-length": "1"], hasBody: true))
            try await exchange.run {
                $0.send(body: ByteBuffer(string: "abc"))
                $0.flush()
            }
            #expect(await connection.receive(through: "abc") == "abc")
            try await connection.send("x")
            #expect(await exchange.response().body == "x")
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test func idleConnectionsAreClosedWhenTheirTimeIsUp() async throws {
        try await UpstreamFixture.runWithServer {
            $0.idleTimeout = .milliseconds(50)
        } _: { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(Self.empty)
            #expect(await exchange.response().status == 200)
            #expect(await connection.receivedEnd())
            #expect(try await eventually { try await fixture.counters.idle == 0 })
        }
    }

    @Test func noMoreIdleConnectionsAreKeptThanAllowed() async throws {
        try await UpstreamFixture.runWithServer {
            $0.maximumIdlePerEndpoint = 1
        } _: { fixture, server in
            let first = try await fixture.begin()
            let kept = try await server.accept()
            let second = try await fixture.begin()
            let closed = try await server.accept()
            for (connection, exchange) in [(kept, first), (closed, second)] {
                _ = await connection.receive()
                try await connection.send(Self.empty)
                #expect(await exchange.response().status == 200)
            }
            #expect(await closed.receivedEnd())
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test func closingTheClientClosesIdleConnectionsOnly() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let first = try await fixture.begin()
            let idle = try await server.accept()
            let running = try await fixture.begin()
            let busy = try await server.accept()
            _ = await idle.receive()
            try await idle.send(Self.empty)
            #expect(await first.response().status == 200)
            let client = fixture.client
            try await fixture.eventLoop.flatSubmit { client.value.close() }.get()
            #expect(await idle.receivedEnd())
            _ = await busy.receive()
            try await busy.send(Self.empty)
            #expect(await running.response().status == 200)
            #expect(await busy.receivedEnd())
        }
    }
}
