import FilterAPI
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@testable import Upstream

/// TLS to services: who is trusted, and what a failure looks like.
@Suite(.timeLimit(.minutes(10)))
struct UpstreamTLSTests {
    private func server(
        domains: [String],
        addresses: [String] = [],
        change: (inout TLSConfiguration) -> Void = { _ in }
    ) async throws -> RawServer {
        let identity = try TestCertificateAuthority.shared().issue(domains: domains, addresses: addresses)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.privateKey, format: .pem))
        )
        change(&configuration)
        let context = try NIOSSLContext(configuration: configuration)
        return try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton, tls: context)
    }

    private func run(
        _ server: RawServer,
        hosts: [String]? = ["service.test"],
        sni: String? = nil,
        tls: UpstreamTLS,
        _ body: (UpstreamFixture) async throws -> Void
    ) async throws {
        let source = hosts.map { EndpointSource.dns(hosts: $0, port: 443, refresh: .seconds(30)) }
        let definition = ServiceDefinition(
            name: "s",
            source: source ?? .fixed([server.address]),
            wireProtocol: .https,
            sni: sni,
            tls: tls,
            connectTimeout: .seconds(60)
        )
        let resolver = ScriptedResolver(["service.test": [server.address]])
        try await UpstreamFixture.run(definition, resolver: resolver, body)
    }

    private func trusted() throws -> UpstreamTLS {
        UpstreamTLS(trustRoots: try TestCertificateAuthority.shared().identity.certificate)
    }

    private let closing = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    private func exchange(
        _ fixture: UpstreamFixture,
        _ server: RawServer,
        answer: String = ConnectionReuseTests.empty
    ) async throws {
        let exchange = try await fixture.begin()
        let connection = try await server.accept()
        #expect(await connection.receive()?.hasPrefix("GET / ") == true)
        try await connection.send(answer)
        let response = await exchange.response()
        #expect(response.status == 200)
        #expect(response.failure == nil)
    }

    @Test func aTrustedNameIsConnected() async throws {
        let server = try await server(domains: ["service.test"])
        try await run(server, tls: try trusted()) { fixture in
            try await exchange(fixture, server)
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test func theSNINameIsTheOneThatIsVerified() async throws {
        let server = try await server(domains: ["other.test"])
        try await run(server, sni: "other.test", tls: try trusted()) { try await exchange($0, server) }
    }

    @Test func anAddressIsVerifiedWhenThereIsNoName() async throws {
        let server = try await server(domains: ["x.test"], addresses: ["127.0.0.1"])
        try await run(server, hosts: nil, tls: try trusted()) { try await exchange($0, server) }
    }

    @Test(arguments: [["other.test"], ["a.service.test"]])
    func aWrongNameIsAConnectFailure(_ domains: [String]) async throws {
        let server = try await server(domains: domains)
        try await run(server, tls: try trusted()) { fixture in
            let response = try await fixture.begin().response()
            #expect(response.failure == .connectFailure)
            #expect(response.message.contains("service.test"))
            #expect(try await fixture.counters.connectFailures == 1)
        }
    }

    @Test func anUntrustedAuthorityIsAConnectFailure() async throws {
        let server = try await server(domains: ["service.test"])
        try await run(server, tls: UpstreamTLS()) { fixture in
            let response = try await fixture.begin().response()
            #expect(response.failure == .connectFailure)
            #expect(response.message.contains("CERTIFICATE_VERIFY_FAILED"))
        }
    }

    @Test func withoutVerificationAnyCertificateDoes() async throws {
        let server = try await server(domains: ["other.test"])
        try await run(server, tls: UpstreamTLS(verify: false)) { try await exchange($0, server) }
    }

    @Test func theClientCertificateIsPresented() async throws {
        let authority = try TestCertificateAuthority.shared()
        let server = try await server(domains: ["service.test"]) {
            $0.certificateVerification = .noHostnameVerification
            $0.trustRoots = .file(authority.identity.certificate)
        }
        let client = try authority.issue(domains: ["client.test"])
        var tls = try trusted()
        tls.certificate = client.certificate
        tls.privateKey = client.privateKey
        try await run(server, tls: tls) { try await exchange($0, server) }
    }

    @Test func aPeerThatDoesNotSpeakTLSIsAConnectFailure() async throws {
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        try await run(server, tls: try trusted()) { fixture in
            let exchange = try await fixture.begin()
            try await server.accept().send("HTTP/1.1 400 Bad Request\r\n\r\n")
            #expect(await exchange.response().failure == .connectFailure)
        }
    }

    @Test func aSilentEndpointLeavesTimeForTheNext() async throws {
        let silent = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let good = try await server(domains: ["service.test"])
        let definition = ServiceDefinition(
            name: "s",
            source: .fixed([silent.address, good.address]),
            wireProtocol: .https,
            sni: "service.test",
            tls: try trusted(),
            // Half of it is the share of the one that answers.
            connectTimeout: .seconds(12)
        )
        try await UpstreamFixture.run(definition) { fixture in
            // Whichever comes first, both requests end at the one that answers.
            for _ in 0..<2 { try await exchange(fixture, good, answer: closing) }
            #expect(try await fixture.counters.connectFailures == 1)
        }
    }

    @Test func aHandshakeThatNeverEndsIsAConnectFailure() async throws {
        let silent = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let definition = ServiceDefinition(
            name: "s",
            source: .fixed([silent.address]),
            wireProtocol: .https,
            connectTimeout: .milliseconds(50)
        )
        try await UpstreamFixture.run(definition) { fixture in
            let response = try await fixture.begin().response()
            #expect(response.failure == .connectFailure)
            #expect(response.message.contains("no answer in time"))
        }
    }
}
