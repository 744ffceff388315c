import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// Neither direction holds more than it should, and no stream pays for another.
@Suite(.timeLimit(.minutes(10)))
struct HTTP2BackPressureTests {
    private static let part = [UInt8](repeating: 120, count: 16_000)

    private func credit(_ connection: FrameConnection, _ stream: UInt32) -> UInt32 {
        connection.frames.filter { $0.kind == HTTP2TestFrame.Kind.windowUpdate && $0.stream == stream }
            .reduce(0) { $0 + $1.number(at: 0) }
    }

    @Test func aPausedExchangeGetsNoCreditAndItsSiblingsDo() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let paused = try await fixture.begin(keepsBytes: false)
            let sibling = try await fixture.begin(keepsBytes: false)
            let connection = try await server.accept()
            _ = try await connection.request(1)
            try await connection.settled()
            try await paused.run { $0.pauseReading() }
            for stream in [UInt32(1), 3] {
                try await connection.send(head: [(":status", "200")], on: stream)
                for _ in 0..<4 { try await connection.send(.data(stream, Self.part)) }
            }
            try await connection.frame { $0.kind == HTTP2TestFrame.Kind.windowUpdate && $0.stream == 3 }
            #expect(paused.delivered.count == 0)
            #expect(credit(connection, 1) == 0)
            try await paused.run { $0.resumeReading() }
            try await connection.frame { $0.kind == HTTP2TestFrame.Kind.windowUpdate && $0.stream == 1 }
            #expect(paused.delivered.count == 64_000)
            for stream in [UInt32(1), 3] { try await connection.send(.data(stream, [], endsStream: true)) }
            #expect(await paused.response().failure == nil)
            #expect(await sibling.response().failure == nil)
        }
    }

    @Test func theConnectionsWindowIsGivenBackAlsoForStreamsThatAreGone() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let start: UInt32 = 1 << 20 - 65_535
            var connection: FrameConnection?
            for number in 0..<20 {
                let exchange = try await fixture.begin(keepsBytes: false)
                let current: FrameConnection
                if let connection { current = connection } else { current = try await server.accept() }
                connection = current
                let stream = try await current.request(number).stream
                try await exchange.run { $0.cancel() }
                _ = try await current.resetCode(stream)
                try await current.send(head: [(":status", "200")], on: stream)
                for _ in 0..<4 { try await current.send(.data(stream, Self.part)) }
            }
            let last = try #require(connection)
            // 1,280,000 bytes were sent, more than the window has.
            let held1 = await eventually { credit(last, 0) >= start + 1_000_000 }
            #expect(held1)
            #expect(!last.isClosedByPeer)
        }
    }

    @Test func aRequestWaitsForTheServicesWindow() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .chunked)
            let connection = try await server.accept()
            _ = try await connection.request()
            #expect(await exchange.next() == .connected(server.endpoint))
            #expect(await exchange.next() == .writable(true))
            try await exchange.run { exchange in
                for _ in 0..<10 { exchange.send(body: ByteBuffer(repeating: 120, count: 16 << 10)) }
                exchange.sendEnd(trailers: nil)
            }
            #expect(await exchange.next() == .writable(false))
            let held2 = await eventually { connection.body(1).count == 65_535 }
            #expect(held2)
            try await connection.send(.windowUpdate(0, 1 << 20), .windowUpdate(1, 70_000))
            #expect(await exchange.next() == .writable(true))
            let held3 = await eventually { connection.body(1).count == 135_535 }
            #expect(held3)
            try await connection.send(.windowUpdate(1, 1 << 20))
            try await connection.frame { $0.kind == 0 && $0.flags == 1 }
            #expect(connection.body(1).count == 160 << 10)
            try await connection.answer(1)
            #expect(await exchange.response().status == 200)
        }
    }

    @Test func aResponseThatEndedWhilePausedIsDeliveredAfterwards() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = try await connection.request()
            try await exchange.run { $0.pauseReading() }
            try await connection.answer(1, "late")
            await connection.close()
            let held4 = await eventually { (try? await fixture.counters.idle) == 0 }
            #expect(held4)
            #expect(exchange.delivered.count == 0)
            try await exchange.run { $0.resumeReading() }
            #expect(await exchange.response().body == "late")
        }
    }
}
