import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// One request and its response as a stream.
@Suite(.timeLimit(.minutes(10)))
struct HTTP2ExchangeTests {
    @Test func aRequestWithoutABodyIsOneFrame() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(path: "/a?b")
            let connection = try await server.accept()
            let request = try await connection.request()
            #expect(request.stream == 1)
            #expect(
                request.fields == [":method": "GET", ":scheme": "http", ":authority": "a.test", ":path": "/a?b"]
            )
            #expect(connection.frames.first { $0.stream == 1 }?.flags == 5)
            try await connection.send(head: [(":status", "200"), ("x-a", "b")], on: 1)
            try await connection.send(
                .data(1, Array("hello".utf8)),
                .headers(1, HTTP2Text.section([("x-t", "u")]), endsStream: true)
            )
            let response = await exchange.response()
            #expect(response.status == 200)
            #expect(response.headers == ["x-a": "b"])
            #expect(response.body == "hello")
            #expect(response.trailers == ["x-t": "u"])
        }
    }

    @Test func bodyAndTrailersOfTheRequestArrive() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .chunked)
            try await exchange.run { exchange in
                exchange.send(body: ByteBuffer(string: "abc"))
                exchange.flush()
            }
            let connection = try await server.accept()
            try await connection.frame { $0.kind == 0 && $0.payload == Array("abc".utf8) && $0.flags == 0 }
            try await exchange.run { exchange in
                exchange.send(body: ByteBuffer(string: "def"))
                exchange.sendEnd(trailers: ["x-t": "u"])
            }
            #expect(try await connection.request(1).fields == ["x-t": "u"])
            #expect(connection.body(1) == Array("abcdef".utf8))
            try await connection.answer(1)
            #expect(await exchange.response().body == "ok")
        }
    }

    @Test func theLastPartEndsTheStream() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .length(3), flushes: false)
            try await exchange.run { exchange in
                exchange.send(body: ByteBuffer(string: "abc"))
                exchange.sendEnd(trailers: nil)
                exchange.flush()
            }
            let connection = try await server.accept()
            #expect(try await connection.request().fields["content-length"] == "3")
            let last = try await connection.frame { $0.kind == 0 }
            #expect(last.payload == Array("abc".utf8))
            #expect(last.flags == 1)
            try await connection.answer(1)
            #expect(await exchange.response().status == 200)
        }
    }

    @Test func informationalResponsesGoOnBut100() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = try await connection.request()
            for status in ["100", "103"] { try await connection.send(head: [(":status", status)], on: 1) }
            try await connection.answer(1)
            var events: [ExchangeEvent] = []
            while let event = await exchange.next() { events.append(event) }
            #expect(events.contains(.informational(103)))
            #expect(!events.contains(.informational(100)))
            #expect(events.last == .end([:]))
        }
    }

    @Test func exchangesShareAConnectionAndEndInAnyOrder() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            var exchanges: [TestExchange] = []
            for number in 0..<3 { exchanges.append(try await fixture.begin(path: "/\(number)")) }
            let connection = try await server.accept()
            for number in (0..<3).reversed() {
                let request = try await connection.request(number)
                try await connection.answer(request.stream, try #require(request.fields[":path"]))
            }
            for (number, exchange) in exchanges.enumerated() { #expect(await exchange.response().body == "/\(number)") }
            let counters = try await fixture.counters
            #expect(counters.connects == 1)
            #expect(counters.idle == 1)
            #expect(counters.active == 0)
        }
    }

    @Test func aCancelledExchangeResetsItsStreamOnly() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let cancelled = try await fixture.begin()
            let other = try await fixture.begin()
            let connection = try await server.accept()
            _ = try await connection.request(1)
            try await cancelled.run { $0.cancel() }
            #expect(try await connection.resetCode(1) == 8)
            // What was on its way already is no error.
            try await connection.answer(1)
            try await connection.answer(3)
            #expect(await other.response().body == "ok")
            #expect(try await fixture.counters.active == 0)
        }
    }

    @Test func aResponseBeforeTheEndOfTheRequestStopsIt() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .chunked)
            let connection = try await server.accept()
            _ = try await connection.request()
            try await connection.answer(1, "no more")
            #expect(await exchange.response().body == "no more")
            #expect(try await connection.resetCode(1) == 8)
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test(arguments: [(4, "longer"), (2, "shorter")])
    func aBodyOfAnotherLengthIsTheCallersMistake(_ count: Int, _ word: String) async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .length(3))
            let connection = try await server.accept()
            _ = try await connection.request()
            try await exchange.run { exchange in
                exchange.send(body: ByteBuffer(repeating: 120, count: count))
                exchange.sendEnd(trailers: nil)
            }
            let response = await exchange.response()
            #expect(response.failure == .protocolError)
            #expect(response.message.contains(word))
            #expect(try await connection.resetCode(1) == 8)
        }
    }

    @Test(arguments: [false, true])
    func aResetIsAFailure(_ hasHead: Bool) async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = try await connection.request()
            if hasHead { try await connection.send(head: [(":status", "200")], on: 1) }
            try await connection.send(.reset(1, 2))
            #expect(await exchange.response().failure == (hasHead ? .resetWithinResponse : .resetBeforeResponse))
            #expect(try await fixture.counters.retries == 0)
        }
    }
}
