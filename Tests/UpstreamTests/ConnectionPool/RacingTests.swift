import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@testable import Upstream

/// Connects to addresses of both IP versions (RFC 8305).
@Suite(.timeLimit(.minutes(10)))
struct RacingTests {
    @Test func anAddressOfTheOtherVersionIsTriedBesideASlowOne() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        // It takes connections and never answers the handshake.
        let silent = try await ServerBootstrap(group: group).bind(host: "::1", port: 0).get()
        let slow = try #require(silent.localAddress)
        let identity = try TestCertificateAuthority.shared().issue(domains: ["service.test"], addresses: [])
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.privateKey, format: .pem))
        )
        let server = try await RawServer.start(on: group, tls: try NIOSSLContext(configuration: configuration))
        let definition = ServiceDefinition(
            name: "s",
            source: .fixed([slow, server.address]),
            wireProtocol: .https,
            tls: UpstreamTLS(verify: false),
            connectTimeout: .seconds(1000)
        )
        try await UpstreamFixture.run(definition) { fixture in
            let start = ContinuousClock.now
            // Either begins with another endpoint, so one of them begins with the slow one.
            for _ in 0..<2 {
                let exchange = try await fixture.begin()
                let connection = try await server.accept()
                _ = await connection.receive()
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                #expect(await exchange.response().status == 200)
            }
            // Without the race the slow one would have had its share, which is 500 s.
            #expect(ContinuousClock.now - start < .seconds(250))
            #expect(try await fixture.counters.connects == 2)
        }
        try await silent.close()
    }

    @Test func versionsAlternate() throws {
        let addresses = try ["10.0.0.1", "10.0.0.2", "10.0.0.3", "::1", "::2"].map {
            try SocketAddress(ipAddress: $0, port: 80)
        }
        let endpoints = ContiguousArray(addresses.map { Endpoint($0) })
        let order = endpoints.alternatingIPVersions.compactMap(\.address.ipAddress)
        #expect(order == ["10.0.0.1", "::1", "10.0.0.2", "::2", "10.0.0.3"])
        #expect(
            ContiguousArray(endpoints.prefix(3)).alternatingIPVersions.map(\.text) == endpoints.prefix(3).map(\.text)
        )
    }
}
