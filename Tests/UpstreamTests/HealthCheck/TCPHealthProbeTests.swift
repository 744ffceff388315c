import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Upstream

@Suite("A check that makes a connection", .timeLimit(.minutes(1)))
struct TCPHealthProbeTests {
    private func probe(_ address: SocketAddress) async throws -> NIOLoopBound<TCPHealthProbe> {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        return try await eventLoop.submit {
            NIOLoopBound(TCPHealthProbe(address, eventLoop: eventLoop), eventLoop: eventLoop)
        }.get()
    }

    private func begin(_ probe: NIOLoopBound<TCPHealthProbe>) async throws -> Bool? {
        let answer = probe.eventLoop.makePromise(of: Bool?.self)
        try await probe.eventLoop.submit { probe.value.begin { answer.succeed($0) } }.get()
        return try await answer.futureResult.get()
    }

    @Test func passesWhereSomebodyListensAndFailsWhereNobodyDoes() async throws {
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let probe = try await self.probe(server.address)
        #expect(try await self.begin(probe) == true)
        #expect(try await self.begin(probe) == true)
        try await server.stop()
        #expect(try await self.begin(probe) == false)
    }

    @Test("gives its connection up when nobody waits any more", arguments: [false, true])
    func givingUp(_ stops: Bool) async throws {
        let silent = try SilentPort()
        let probe = try await self.probe(try SocketAddress(ipAddress: "127.0.0.1", port: silent.port))
        let start = ContinuousClock.now
        let closed = try await probe.eventLoop.submit {
            probe.value.begin { _ in Issue.record("nobody waits for an answer") }
            let closed = probe.value.connecting?.closeFuture
            if stops { probe.value.stop() } else { probe.value.cancel() }
            return closed
        }.get()
        try await #require(closed).get()
        // Without it the connection would end with its own time, after 10 s.
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}
