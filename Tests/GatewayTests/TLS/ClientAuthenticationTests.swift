import Foundation
import TestSupport
import Testing

@Suite("Certificates of clients")
struct ClientAuthenticationTests {
    enum Shown: String, CaseIterable, Sendable {
        case none
        case trusted
        case untrusted
    }

    /// What the listener asks for, what the client shows, and whether its request is answered.
    @Test(arguments: [
        (false, Shown.none, true), (false, .trusted, true), (false, .untrusted, false),
        (true, .none, false), (true, .trusted, true), (true, .untrusted, false),
    ])
    func whoMayPass(isRequired: Bool, shown: Shown, passes: Bool) async throws {
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        listener.settings = listener.asking(required: isRequired)
        var arguments = ["--cacert", listener.authority.identity.certificate]
        if shown != .none {
            let names = ["client.example.com"]
            let identity = try await shown == .trusted ? TestIdentities.shared(names) : TestIdentities.untrusted(names)
            arguments += ["--cert", identity.certificate, "--key", identity.privateKey]
        }
        for version in ["1.2", "1.3"] {
            try await GatewayFixture.run(listener.configuration) { gateway in
                let outcome = try await CommandLineClient.curl(
                    "chat.example.com",
                    gateway.port,
                    arguments + ["--http1.1", "--tls-max", version]
                )
                #expect((outcome.status == 0) == passes, "TLS \(version): \(outcome)")
                #expect(outcome.output == (passes ? "served\n" : ""))
            }
        }
    }

    @Test func aHostMayAskForWhatOthersDoNot() async throws {
        var listener = try await TLSListener()
        try await listener.add(["open.example.com"])
        try await listener.add(["staff.example.com"], extra: ", \(listener.asking(required: true))")
        let roots = ["--cacert", listener.authority.identity.certificate, "--http1.1"]
        try await GatewayFixture.run(listener.configuration) { gateway in
            let open = try await CommandLineClient.curl("open.example.com", gateway.port, roots)
            #expect(open.output == "served\n", "\(open)")
            let staff = try await CommandLineClient.curl("staff.example.com", gateway.port, roots)
            #expect(staff.status != 0 && staff.output.isEmpty, "\(staff)")
        }
    }

    @Test func aSessionOfAnOpenHostIsNotResumedForOneThatAsksForCertificates() async throws {
        var listener = try await TLSListener()
        try await listener.add(["open.example.com"])
        try await listener.add(["staff.example.com"], extra: ", \(listener.asking(required: true))")
        let session = try TemporaryDirectories.shared.make().appendingPathComponent("session.pem").path
        let request = "GET / HTTP/1.1\r\nHost: staff.example.com\r\nConnection: close\r\n\r\n"
        try await GatewayFixture.run(listener.configuration) { gateway in
            for version in ["-tls1_2", "-tls1_3"] {
                let first = try await CommandLineClient.openssl(
                    gateway.port,
                    [version, "-servername", "open.example.com", "-sess_out", session],
                    request: request
                )
                #expect(first.contains("HTTP/1.1 421 Misdirected Request"), "\(first)")
                let second = try await CommandLineClient.openssl(
                    gateway.port,
                    [version, "-servername", "staff.example.com", "-sess_in", session],
                    request: request
                )
                #expect(!second.contains("Reused") && !second.contains("HTTP/1.1"), "\(second)")
            }
        }
    }
}
