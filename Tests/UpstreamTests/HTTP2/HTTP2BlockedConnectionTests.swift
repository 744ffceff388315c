import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// Connections on which the service takes no streams, or few: each has a limit of its own (RFC 9113, section 6.5.2).
@Suite(.timeLimit(.minutes(10)))
struct HTTP2BlockedConnectionTests {
    private static let limit: UInt16 = 3

    private func setTrialInterval(_ interval: TimeAmount, _ fixture: UpstreamFixture) async throws {
        let client = fixture.client
        try await fixture.eventLoop.submit { client.value.http2.trialInterval = interval }.get()
    }

    /// Says a limit on a connection that has said its settings, and waits until it is in force.
    private func say(_ limit: UInt32, on connection: FrameConnection) async throws {
        try await connection.send(.settings([(Self.limit, limit)]))
        let isInForce = await eventually {
            connection.frames.filter { $0.kind == HTTP2TestFrame.Kind.settings && $0.flags == 1 }.count == 2
        }
        #expect(isInForce)
    }

    @Test func theNextConnectionHasALimitOfItsOwn() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let first = try await self.connect(fixture, server)
            try await self.say(0, on: first)
            let next = [try await fixture.begin(), try await fixture.begin()]
            let second = try await server.accept()
            for number in 0..<2 { try await second.answer(try await second.request(number).stream) }
            for exchange in next { #expect(await exchange.response().status == 200) }
            // Nothing is expected of the first one any more.
            #expect(try await first.goAwayCode() == 0)
            #expect(server.connectionCount == 2)
        }
    }

    @Test(arguments: [0, 1] as [UInt32])
    func whatAConnectionSaidThatIsGoneHoldsForNoOther(_ said: UInt32) async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let first = try await self.connect(fixture, server)
            try await self.say(said, on: first)
            await first.close()
            let isGone = await eventually { (try? await fixture.counters.idle) == 0 }
            #expect(isGone)
            let warmUp = try await fixture.begin()
            let second = try await server.accept()
            try await second.answer(try await second.request().stream)
            #expect(await warmUp.response().status == 200)
            try await second.settled()
            var exchanges: [TestExchange] = []
            for _ in 0..<3 { exchanges.append(try await fixture.begin()) }
            for number in 1..<4 { try await second.answer(try await second.request(number).stream) }
            for exchange in exchanges { #expect(await exchange.response().status == 200) }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func nobodyWaitsLongerThanConnectingMayTake() async throws {
        let change: (inout ServiceDefinition) -> Void = { $0.connectTimeout = .seconds(1) }
        try await HTTP2UpstreamFixture.run(settings: [(Self.limit, 0)], change: change) { fixture, server in
            try await self.setTrialInterval(.minutes(1), fixture)
            let refused = try await fixture.begin()
            let first = try await server.accept()
            try await first.settled()
            try await first.send(.reset(1, 7))
            #expect(await refused.response().failure == .overload)
            let late = try await fixture.begin()
            let response = await late.response()
            #expect(response.failure == .overload)
            #expect(response.message.contains("had room for a stream in time"))
            // The one that said so, and one more to see whether that holds.
            #expect(server.connectionCount == 2)
            #expect(try await fixture.counters.active == 0)
        }
    }

    @Test func aFullConnectionIsNotWaitedForLongerEither() async throws {
        let change: (inout ServiceDefinition) -> Void = {
            $0.maximumIdlePerEndpoint = 1
            $0.connectTimeout = .seconds(1)
        }
        try await HTTP2UpstreamFixture.run(settings: [(Self.limit, 1)], change: change) { fixture, server in
            let carried = try await fixture.begin()
            let connection = try await server.accept()
            try await connection.settled()
            let waiting = try await fixture.begin()
            #expect(await waiting.response().failure == .overload)
            try await connection.answer(try await connection.request().stream)
            #expect(await carried.response().status == 200)
            #expect(try await fixture.counters.active == 0)
        }
    }

    @Test func aServiceThatAdmitsNoStreamsIsWaitedFor() async throws {
        let change: (inout ServiceDefinition) -> Void = { $0.connectTimeout = .seconds(60) }
        try await HTTP2UpstreamFixture.run(settings: [(Self.limit, 0)], change: change) { fixture, server in
            try await self.setTrialInterval(.minutes(1), fixture)
            let early = try await fixture.begin()
            let first = try await server.accept()
            try await first.settled()
            try await first.send(.reset(1, 7))
            let second = try await server.accept()
            try await second.settled()
            let late = try await fixture.begin()
            // A turn of the loop in which a third connection would be opened.
            _ = try await fixture.counters
            try await second.send(HTTP2TestFrame.settings([(Self.limit, UInt32(10))]))
            for number in 0..<2 { try await second.answer(try await second.request(number).stream) }
            #expect(await early.response().status == 200)
            #expect(await late.response().status == 200)
            #expect(server.connectionCount == 2)
        }
    }

    @Test func whileRequestsWaitItIsAskedAgainAndKeepsOneConnection() async throws {
        let change: (inout ServiceDefinition) -> Void = { $0.connectTimeout = .seconds(60) }
        try await HTTP2UpstreamFixture.run(settings: [(Self.limit, 0)], change: change) { fixture, server in
            try await self.setTrialInterval(.milliseconds(20), fixture)
            let exchange = try await fixture.begin()
            let first = try await server.accept()
            try await first.settled()
            try await first.send(.reset(1, 7))
            for _ in 0..<4 {
                let next = try await server.accept()
                #expect(try await next.goAwayCode() == 0)
            }
            try await exchange.run { $0.cancel() }
            #expect(try await first.goAwayCode() == 0)
        }
    }

    /// A connection that has carried a request, and whose settings are in force.
    private func connect(_ fixture: UpstreamFixture, _ server: FrameUpstream) async throws -> FrameConnection {
        let exchange = try await fixture.begin()
        let connection = try await server.accept()
        try await connection.answer(try await connection.request().stream)
        #expect(await exchange.response().status == 200)
        try await connection.settled()
        return connection
    }
}
