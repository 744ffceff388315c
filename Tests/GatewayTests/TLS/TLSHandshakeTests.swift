import Foundation
import TestSupport
import Testing

private let request = "GET / HTTP/1.1\r\nHost: chat.example.com\r\nConnection: close\r\n\r\n"

@Suite("TLS handshakes")
struct TLSHandshakeTests {
    /// The name that a client sends, and the certificate that it has to be shown.
    @Test(arguments: [
        ("chat.example.com", "chat.example.com"),
        ("CHAT.example.COM", "chat.example.com"),
        ("shop.example.com", "*.example.com"),
        ("a.shop.example.com", "*.example.com"),
        ("example.com", "first.example.org"),
        ("api.other.net", "given.other.net"),
        ("given.other.net", "first.example.org"),
        ("first.example.org", "first.example.org"),
        ("nobody.test", "first.example.org"),
    ])
    func theNameThatTheClientSendsChoosesTheCertificate(sent: String, shown: String) async throws {
        var listener = try await TLSListener()
        try await listener.add(["first.example.org"])
        try await listener.add(["*.example.com"])
        try await listener.add(["chat.example.com"])
        try await listener.add(["given.other.net"], domains: ["api.other.net"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let output = try await CommandLineClient.openssl(gateway.port, ["-servername", sent])
            #expect(output.contains("subject=CN = \(shown)\n"), "\(output)")
        }
    }

    @Test func withoutANameTheFirstCertificateIsShown() async throws {
        var listener = try await TLSListener()
        try await listener.add(["a.example.com"])
        try await listener.add(["b.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let output = try await CommandLineClient.openssl(gateway.port, ["-noservername"])
            #expect(output.contains("subject=CN = a.example.com\n"), "\(output)")
        }
    }

    @Test(arguments: [
        ("[http2, http1]", "h2,http/1.1", "h2"),
        ("[http2, http1]", "http/1.1,h2", "h2"),
        ("[http2, http1]", "http/1.1", "http/1.1"),
        ("[http1]", "h2,http/1.1", "http/1.1"),
        ("[http2]", "h2,http/1.1", "h2"),
    ])
    func theBestCommonVersionOfHTTPIsAgreedOn(protocols: String, offered: String, agreed: String) async throws {
        var listener = try await TLSListener()
        listener.extra = "protocols: \(protocols)"
        try await listener.add(["chat.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let output = try await CommandLineClient.openssl(gateway.port, ["-alpn", offered])
            #expect(output.contains("ALPN protocol: \(agreed)\n"), "\(output)")
        }
    }

    @Test func withoutAnAgreementHTTP1IsSpoken() async throws {
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let output = try await CommandLineClient.openssl(gateway.port, request: request)
            #expect(output.contains("No ALPN negotiated") && output.contains("HTTP/1.1 200 OK"), "\(output)")
        }
    }

    /// The oldest version that the listener takes, the one that the client insists on, and whether that works.
    @Test(arguments: [
        ("1.2", "-tls1", false), ("1.2", "-tls1_1", false), ("1.2", "-tls1_2", true), ("1.2", "-tls1_3", true),
        ("1.3", "-tls1_2", false), ("1.3", "-tls1_3", true),
    ])
    func oldVersionsAreRefused(minimum: String, version: String, works: Bool) async throws {
        var listener = try await TLSListener()
        listener.settings = "minimumVersion: \"\(minimum)\""
        try await listener.add(["chat.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let arguments = [version, "-cipher", "DEFAULT:@SECLEVEL=0"]
            let output = try await CommandLineClient.openssl(gateway.port, arguments, request: request)
            #expect(output.contains("HTTP/1.1 200 OK") == works, "\(output)")
            #expect(output.contains("alert protocol version") != works, "\(output)")
        }
    }

    @Test(arguments: ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "AES128-GCM-SHA256"])
    func suitesWithoutForwardSecrecyOrAuthenticatedEncryptionAreRefused(suite: String) async throws {
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let arguments = ["-tls1_2", "-cipher", "\(suite):@SECLEVEL=0"]
            let output = try await CommandLineClient.openssl(gateway.port, arguments, request: request)
            #expect(output.contains("alert handshake failure"), "\(output)")
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"], [1, 2])
    func aSessionIsResumedWhicheverEventLoopTheClientReaches(version: String, certificates: Int) async throws {
        var listener = try await TLSListener()
        for index in 0..<certificates { try await listener.add(["host\(index).example.com"]) }
        let session = try TemporaryDirectories.shared.make().appendingPathComponent("session.pem").path
        try await GatewayFixture.run(listener.configuration, workers: 3) { gateway in
            let fixed = [version, "-servername", "host\(certificates - 1).example.com"]
            let first = try await CommandLineClient.openssl(
                gateway.port,
                fixed + ["-sess_out", session],
                request: request
            )
            #expect(first.contains("\nNew, TLSv1"), "\(first)")
            for _ in 0..<6 {
                let next = try await CommandLineClient.openssl(
                    gateway.port,
                    fixed + ["-sess_in", session],
                    request: request
                )
                #expect(next.contains("\nReused, TLSv1") && next.contains("HTTP/1.1 200 OK"), "\(next)")
            }
        }
    }

    @Test func renegotiationIsRefused() async throws {
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let output = try await CommandLineClient.openssl(gateway.port, ["-tls1_2"], request: "R\n" + request)
            #expect(!output.contains("HTTP/1.1 200 OK"), "\(output)")
            #expect(output.contains("Compression: NONE"), "\(output)")
        }
    }
}
