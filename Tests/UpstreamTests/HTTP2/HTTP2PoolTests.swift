import FilterAPI
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@testable import Upstream

/// Which connection a stream is opened on.
@Suite(.timeLimit(.minutes(10)))
struct HTTP2PoolTests {
    private static let limit: UInt16 = 3

    @Test func aFullConnectionIsJoinedByAnother() async throws {
        try await HTTP2UpstreamFixture.run(settings: [(Self.limit, 2)]) { fixture, server in
            var exchanges = [try await fixture.begin()]
            let first = try await server.accept()
            try await first.settled()
            for _ in 0..<3 { exchanges.append(try await fixture.begin()) }
            let second = try await server.accept()
            for connection in [first, second] {
                for number in 0..<2 { try await connection.answer(try await connection.request(number).stream) }
            }
            for exchange in exchanges { #expect(await exchange.response().status == 200) }
            #expect(server.connectionCount == 2)
            #expect(try await fixture.counters.idle == 2)
        }
    }

    @Test func atTheBoundRequestsWaitInOrder() async throws {
        let change: (inout ServiceDefinition) -> Void = { $0.maximumIdlePerEndpoint = 1 }
        try await HTTP2UpstreamFixture.run(settings: [(Self.limit, 1)], change: change) { fixture, server in
            var exchanges = [try await fixture.begin(path: "/0")]
            let connection = try await server.accept()
            try await connection.settled()
            for number in 1..<4 { exchanges.append(try await fixture.begin(path: "/\(number)")) }
            try await exchanges[2].run { $0.cancel() }
            for (index, path) in ["/0", "/1", "/3"].enumerated() {
                let request = try await connection.request(index)
                #expect(request.fields[":path"] == path)
                try await connection.answer(request.stream)
            }
            for index in [0, 1, 3] { #expect(await exchanges[index].response().status == 200) }
            #expect(server.connectionCount == 1)
            #expect(try await fixture.counters.active == 0)
        }
    }

    @Test func whatWasRefusedIsSentAgain() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .length(3))
            try await exchange.run { exchange in
                exchange.send(body: ByteBuffer(string: "abc"))
                exchange.sendEnd(trailers: nil)
            }
            let connection = try await server.accept()
            _ = try await connection.request()
            try await connection.send(.reset(1, 7))
            #expect(try await connection.request(1).fields["content-length"] == "3")
            try await connection.frame { $0.stream == 3 && $0.kind == 0 && $0.flags == 1 }
            #expect(connection.body(3) == Array("abc".utf8))
            try await connection.answer(3)
            #expect(await exchange.response().body == "ok")
            #expect(try await fixture.counters.retries == 1)
        }
    }

    @Test func whatIsRefusedAgainAndAgainFails() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            for number in 0..<3 { try await connection.send(.reset(try await connection.request(number).stream, 7)) }
            #expect(await exchange.response().failure == .resetBeforeResponse)
            #expect(try await fixture.counters.retries == 2)
        }
    }

    @Test func aBodyThatIsNotKeptIsNotSentAgain() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let exchange = try await fixture.begin(.post, framing: .chunked)
            try await exchange.run { $0.send(body: ByteBuffer(repeating: 120, count: ReplayBuffer.limit + 1)) }
            let connection = try await server.accept()
            _ = try await connection.request()
            try await connection.send(.reset(1, 7))
            #expect(await exchange.response().failure == .resetBeforeResponse)
            #expect(try await fixture.counters.retries == 0)
        }
    }

    @Test func afterGoAwayServedStreamsEndAndOthersMove() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let served = try await fixture.begin(path: "/served")
            let moved = [
                try await fixture.begin(.post, path: "/moved/0"), try await fixture.begin(.post, path: "/moved/1"),
            ]
            let first = try await server.accept()
            _ = try await first.request(2)
            try await first.send(.goAway(last: 1))
            let second = try await server.accept()
            for number in 0..<2 {
                let request = try await second.request(number)
                #expect(request.fields[":path"] == "/moved/\(number)")
                try await second.answer(request.stream)
            }
            for exchange in moved { #expect(await exchange.response().status == 200) }
            let late = try await fixture.begin(path: "/late")
            #expect(try await second.request(2).fields[":path"] == "/late")
            try await second.answer(5)
            #expect(await late.response().status == 200)
            try await first.answer(1)
            #expect(await served.response().body == "ok")
            #expect(try await first.goAwayCode() == 0)
            #expect(try await fixture.counters.connects == 2)
        }
    }

    @Test(arguments: [(HTTPMethod.get, true), (.post, false)])
    func aLostConnectionIsReplacedForWhatMayBeRepeated(_ method: HTTPMethod, _ isRepeated: Bool) async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let warmUp = try await fixture.begin()
            let first = try await server.accept()
            try await first.settled()
            try await first.answer(try await first.request().stream)
            #expect(await warmUp.response().status == 200)
            let exchange = try await fixture.begin(method, path: "/again")
            _ = try await first.request(1)
            await first.close()
            if isRepeated {
                let second = try await server.accept()
                #expect(try await second.request().fields[":path"] == "/again")
                try await second.answer(1)
                #expect(await exchange.response().status == 200)
            } else {
                #expect(await exchange.response().failure == .resetBeforeResponse)
            }
        }
    }

    @Test func aConnectionThatIsNotUsedIsClosed() async throws {
        let change: (inout ServiceDefinition) -> Void = { $0.idleTimeout = .milliseconds(50) }
        try await HTTP2UpstreamFixture.run(change: change) { fixture, server in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            try await connection.answer(try await connection.request().stream)
            #expect(await exchange.response().status == 200)
            #expect(try await connection.goAwayCode() == 0)
            let held1 = await eventually { (try? await fixture.counters.idle) == 0 }
            #expect(held1)
            let next = try await fixture.begin()
            let other = try await server.accept()
            try await other.answer(try await other.request().stream)
            #expect(await next.response().status == 200)
        }
    }

    @Test func whenNoEndpointCanBeReachedAllThatWaitFail() async throws {
        let refusing = try RefusingPort()
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: refusing.port)
        let definition = ServiceDefinition(name: "s", source: .fixed([address]), wireProtocol: .http2)
        try await UpstreamFixture.run(definition) { fixture in
            let exchanges = [try await fixture.begin(), try await fixture.begin()]
            for exchange in exchanges { #expect(await exchange.response().failure == .connectFailure) }
            #expect(try await fixture.counters.active == 0)
        }
        withExtendedLifetime(refusing) {}
    }

    @Test func aServiceThatDoesNotAgreeToHTTP2IsNotConnected() async throws {
        let authority = try TestCertificateAuthority.shared()
        let identity = try authority.issue(domains: ["service.test"])
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.privateKey, format: .pem))
        )
        let context = try NIOSSLContext(configuration: configuration)
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton, tls: context)
        let definition = ServiceDefinition(
            name: "s",
            source: .fixed([server.address]),
            wireProtocol: .grpcs,
            sni: "service.test",
            tls: UpstreamTLS(trustRoots: authority.identity.certificate)
        )
        try await UpstreamFixture.run(definition) { fixture in
            let exchange = try await fixture.begin()
            let response = await exchange.response()
            #expect(response.failure == .connectFailure)
            #expect(response.message.contains("did not agree to HTTP/2"))
        }
        try await server.stop()
    }
}
