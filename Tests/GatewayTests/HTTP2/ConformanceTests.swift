import Foundation
import NIOSSL
import TestSupport
import Testing

@Suite("HTTP/2: the program answers every case of the protocol", .serialized)
struct ConformanceTests {
    /// What clients offer in the handshake, which is all that TLS adds.
    private static let offer = ["h2"]

    @Test("in clear text")
    func clearText() async throws {
        try await self.withProgram { gateway, upstream, _ in
            let deviations = try await HTTP2ConformanceCase.deviations(upstream: upstream) {
                try await HTTP2Client.connect(port: gateway.port)
            }
            #expect(deviations.isEmpty, "\(deviations.joined(separator: "\n"))")
        }
    }

    @Test("over TLS")
    func tls() async throws {
        try await self.withProgram { gateway, upstream, tls in
            let port = try #require(Sluice.port(in: gateway.process.errors, of: "https"))
            let deviations = try await HTTP2ConformanceCase.deviations(upstream: upstream) {
                try await HTTP2Client.connect(port: port, tls: tls)
            }
            #expect(deviations.isEmpty, "\(deviations.joined(separator: "\n"))")
        }
    }

    @Test("a preface that is none, over TLS, ends the connection with PROTOCOL_ERROR")
    func noPreface() async throws {
        try await self.withProgram { gateway, _, tls in
            let port = try #require(Sluice.port(in: gateway.process.errors, of: "https"))
            let client = try await HTTP2Client.connect(port: port, saysHello: false, tls: tls)
            try await client.send(bytes: Array("INVALID CONNECTION PREFACE\r\n\r\n".utf8))
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.protocolError)
        }
    }

    /// Runs the program with both listeners, and ends it, which must go well: a trap on the way would show here.
    private func withProgram(
        _ body: (Sluice.Serving, ManualUpstream, NIOSSLContext) async throws -> Void
    ) async throws {
        let upstream = try await ManualUpstream.start()
        let identity = try await TestIdentities.shared(["a.example"])
        let gateway = try await Sluice.serve(
            """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
              - name: https
                address: "127.0.0.1:0"
                tls: { certificates: [{ certificate: "\(identity.certificate)", privateKey: "\(identity.privateKey)" }] }
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes:
            \(HTTP2ConformanceCase.routes)
            """
        )
        try await gateway.process.wait { Sluice.port(in: $0.errors, of: "https") != nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(try TestCertificateAuthority.shared().identity.certificate)
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = Self.offer
        try await body(gateway, upstream, try NIOSSLContext(configuration: configuration))
        gateway.process.signal(SIGTERM)
        #expect(try await gateway.process.exit().status == 0)
        await upstream.stop()
    }
}
