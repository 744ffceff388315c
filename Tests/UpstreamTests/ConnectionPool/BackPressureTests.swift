import FilterAPI
import NIOCore
import Testing

@testable import Upstream

/// Neither direction holds more than it should when the other end is slow.
@Suite(.timeLimit(.minutes(10)))
struct BackPressureTests {
    @Test func aPausedReceiverGetsNothingAndTheUpstreamStalls() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let size = 64 << 20
            let exchange = try await fixture.begin(keepsBytes: false)
            let connection = try await server.accept()
            _ = await connection.receive()
            try await exchange.run { $0.pauseReading() }
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let rest = connection.push(ByteBuffer(repeating: 120, count: size))
            // Turns of the loop in which a receiver that is not paused would be given all there is.
            for _ in 0..<200 { try await exchange.run { _ in } }
            #expect(exchange.delivered.count == 0)
            #expect(!rest.isDone)
            try await exchange.run { $0.resumeReading() }
            #expect(await exchange.response().failure == nil)
            #expect(exchange.delivered.count == size)
            try await rest.futureResult.get()
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test func aResponseThatEndedWhilePausedIsDeliveredAfterwards() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await exchange.run { $0.pauseReading() }
            try await connection.send("HTTP/1.1 200 OK\r\n\r\nhello")
            await connection.close()
            #expect(exchange.delivered.count == 0)
            try await exchange.run { $0.resumeReading() }
            let response = await exchange.response()
            #expect(response.body == "hello")
            #expect(response.failure == nil)
        }
    }

    @Test func aSlowUpstreamMakesTheExchangeUnwritable() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let part = ByteBuffer(repeating: 120, count: 1 << 20)
            let count = 32
            let exchange = try await fixture.begin(.post, framing: .length(count << 20))
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.setReading(false)
            #expect(await exchange.next() == .connected(server.address.endpointText))
            #expect(await exchange.next() == .writable(true))
            try await exchange.run { exchange in
                for _ in 0..<count { exchange.send(body: part) }
                exchange.flush()
            }
            #expect(await exchange.next() == .writable(false))
            try await connection.setReading(true)
            #expect(await exchange.next() == .writable(true))
            #expect(await connection.receive(count: count << 20) == count << 20)
            try await connection.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
        }
    }
}
