import FilterAPI
import NIOCore
import Testing

@testable import Upstream

/// What happens when the upstream closed a connection that was kept for the next request.
@Suite(.timeLimit(.minutes(10)))
struct DeadConnectionTests {
    /// Leaves one idle connection behind.
    private func warmUp(_ fixture: UpstreamFixture, _ server: RawServer) async throws -> RawConnection {
        let exchange = try await fixture.begin()
        let connection = try await server.accept()
        _ = await connection.receive()
        try await connection.send(ConnectionReuseTests.empty)
        #expect(await exchange.response().status == 200)
        return connection
    }

    @Test(arguments: [HTTPMethod.get, .head, .delete])
    func anIdempotentRequestIsSentAgainOnAFreshConnection(_ method: HTTPMethod) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let dead = try await warmUp(fixture, server)
            let exchange = try await fixture.begin(method, path: "/again")
            let sent = await dead.receive()
            await dead.close()
            let fresh = try await server.accept()
            #expect(await fresh.receive() == sent)
            try await fresh.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
            let counters = try await fixture.counters
            #expect(counters.retries == 1)
            #expect(counters.requests == 2)
        }
    }

    @Test func aSmallBodyIsSentAgain() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let dead = try await warmUp(fixture, server)
            let exchange = try await fixture.begin(.put, framing: .length(6))
            try await exchange.run {
                $0.send(body: ByteBuffer(string: "abc"))
                $0.flush()
            }
            _ = await dead.receive(through: "abc")
            await dead.close()
            let fresh = try await server.accept()
            #expect(await fresh.receive(through: "abc")?.hasSuffix("\r\n\r\nabc") == true)
            try await exchange.run {
                $0.send(body: ByteBuffer(string: "def"))
                $0.flush()
            }
            #expect(await fresh.receive(through: "def") == "def")
            try await fresh.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
        }
    }

    @Test func aLargeBodyIsNotSentAgain() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let dead = try await warmUp(fixture, server)
            let exchange = try await fixture.begin(.put, framing: .length(100_000))
            try await exchange.run {
                $0.send(body: ByteBuffer(repeating: 120, count: 100_000))
                $0.flush()
            }
            _ = await dead.receive()
            #expect(await dead.receive(count: 100_000) == 100_000)
            await dead.close()
            #expect(await exchange.response().failure == .resetBeforeResponse)
        }
    }

    @Test func aPOSTThatMayHaveBeenSeenIsNotSentAgain() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let dead = try await warmUp(fixture, server)
            let exchange = try await fixture.begin(.post, framing: .length(0))
            _ = await dead.receive()
            await dead.close()
            #expect(await exchange.response().failure == .resetBeforeResponse)
            #expect(try await fixture.counters.retries == 0)
        }
    }

    @Test func aPOSTThatWasNotFlushedIsSentOnAFreshConnection() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let dead = try await warmUp(fixture, server)
            let exchange = try await fixture.begin(.post, framing: .length(0), flushes: false)
            await dead.close()
            let fresh = try await server.accept()
            #expect(await fresh.receive()?.hasPrefix("POST / ") == true)
            try await fresh.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
        }
    }

    @Test func aRequestIsSentAgainOnlyOnce() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let dead = try await warmUp(fixture, server)
            let exchange = try await fixture.begin()
            _ = await dead.receive()
            await dead.close()
            let fresh = try await server.accept()
            _ = await fresh.receive()
            await fresh.close()
            #expect(await exchange.response().failure == .resetBeforeResponse)
        }
    }

    @Test func nothingIsSentAgainOnceTheResponseBegan() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let dead = try await warmUp(fixture, server)
            let exchange = try await fixture.begin()
            _ = await dead.receive()
            try await dead.send("H")
            await dead.close()
            #expect(await exchange.response().failure == .resetBeforeResponse)
            #expect(try await fixture.counters.retries == 0)
        }
    }
}
