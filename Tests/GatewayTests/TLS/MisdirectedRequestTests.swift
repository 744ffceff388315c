import Foundation
import TestSupport
import Testing

@Suite("Requests for another host than the connection's")
struct MisdirectedRequestTests {
    /// The name in the handshake, the host of the request, and the status.
    @Test(arguments: [
        ("a.example.com", "a.example.com", 200),
        ("a.example.com", "A.Example.com:8443", 200),
        // Another certificate than the one shown.
        ("a.example.com", "b.example.com", 421),
        ("b.example.com", "a.example.com", 421),
        ("unknown.test", "b.example.com", 421),
        // The certificate that was shown is for that host too.
        ("x.wide.com", "narrow.wide.com", 200),
        ("narrow.wide.com", "x.wide.com", 421),
        // Hosts that no certificate names.
        ("a.example.com", "unknown.test", 200),
        ("b.example.com", "unknown.test", 200),
        // A client that named none was shown the first, and cannot do better.
        (nil, "b.example.com", 200),
        (nil, "127.0.0.1", 200),
        // Other demands on clients.
        ("a.example.com", "staff.example.com", 421),
        (nil, "staff.example.com", 421),
        ("staff.example.com", "staff.example.com", 200),
        ("staff.example.com", "a.example.com", 421),
        ("staff.example.com", "unknown.test", 421),
    ])
    func isRefused(name: String?, host: String, status: Int) async throws {
        var listener = try await TLSListener()
        try await listener.add(["a.example.com"])
        try await listener.add(["b.example.com"])
        try await listener.add(["*.wide.com"])
        try await listener.add(["narrow.wide.com"])
        try await listener.add(["staff.example.com"], extra: ", \(listener.asking(required: true))")
        let client = try await TestIdentities.shared(["client.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let sent = name.map { ["-servername", $0] } ?? ["-noservername"]
            let output = try await CommandLineClient.openssl(
                gateway.port,
                sent + ["-cert", client.certificate, "-key", client.privateKey],
                request: "GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
            )
            #expect(output.contains("HTTP/1.1 \(status) "), "\(output)")
            #expect(output.contains(#"{"code":421,"detail":"misdirected_request"}"#) == (status == 421))
        }
    }

    @Test func theConnectionGoesOnAfterARefusal() async throws {
        var listener = try await TLSListener()
        try await listener.add(["a.example.com"])
        try await listener.add(["b.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let output = try await CommandLineClient.openssl(
                gateway.port,
                ["-servername", "a.example.com"],
                request: "POST / HTTP/1.1\r\nHost: b.example.com\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET / HTTP/1.1\r\nHost: a.example.com\r\n\r\n"
                    + "GET / HTTP/1.1\r\nHost: b.example.com\r\nConnection: close\r\n\r\n"
            )
            let statuses = output.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(statuses == ["421", "200", "421"], "\(output)")
        }
    }
}
