import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("A real WebSocket client and server")
struct WebSocketClientTests {
    private struct Order: Encodable {
        let url: String
        let authority: String?
        let sizes: [Int]
    }

    private struct Outcome: Decodable {
        var equal: Int?
        var subprotocol: String?
        var close_code: Int?
        var status: Int?
    }

    private static let sizes = [0, 1, 125, 126, 65_535, 65_536, 4 << 20]

    @Test("understand each other", arguments: [false, true])
    func echo(_ isSecured: Bool) async throws {
        let log = try AccessLogFile()
        try await self.run(isSecured: isSecured, log) { url, authority in
            let outcome = try await self.talk(Order(url: url + "/echo", authority: authority, sizes: Self.sizes))
            #expect(outcome.equal == Self.sizes.count * 2)
            #expect(outcome.subprotocol == "chat" && outcome.close_code == 1000)
            let line = try #require(try await log.lines(1).first)
            let payload = 2 * Self.sizes.reduce(0, +)
            #expect(line.code == 101 && line.flags == "-" && line.details == "via_upstream")
            #expect(line.integer("bytes_received") ?? 0 > payload && line.integer("bytes_sent") ?? 0 > payload)
        }
    }

    @Test("learn that the server refuses, and that the gateway does")
    func refusals() async throws {
        try await self.run(isSecured: false, try AccessLogFile()) { url, _ in
            for (path, status) in [("/refused", 403), ("/plain", 426)] {
                let outcome = try await self.talk(Order(url: url + path, authority: nil, sizes: []))
                #expect(outcome.status == status)
            }
        }
    }

    /// Runs `body` with the URL of a gateway before an echoing server, and the file of the authority to trust.
    private func run(
        isSecured: Bool,
        _ log: AccessLogFile,
        _ body: @Sendable (String, String?) async throws -> Void
    ) async throws {
        let server = try ChildProcess.start(try Tools.python(), [Tools.file("Python/websocket_echo.py")])
        try await server.wait { $0.output.hasSuffix("\n") }
        let upstream = server.output.filter(\.isNumber)
        let identity = try await TestIdentities.shared(["localhost"])
        let tls =
            "tls: { certificates: [{ certificate: \"\(identity.certificate)\", privateKey: \"\(identity.privateKey)\" }] }"
        let configuration = """
            listeners:
              - { name: edge, address: "127.0.0.1:0"\(isSecured ? ", \(tls)" : "") }
            services:
              - { name: up, type: static, domain: "127.0.0.1:\(upstream)" }
            routes:
              - { name: plain, match: { path: { exact: /plain } }, service: up.static }
              - { name: sockets, service: up.static, upgrades: websocket }
            \(log.filters)
            """
        let authority = isSecured ? try TestCertificateAuthority.shared().identity.certificate : nil
        try await GatewayFixture.run(configuration) { gateway in
            try await body("\(isSecured ? "wss" : "ws")://localhost:\(gateway.port)", authority)
            try await gateway.expectNothingAlive()
        }
        server.signal(SIGKILL)
        _ = try await server.exit()
    }

    private func talk(_ order: Order) async throws -> Outcome {
        let outcome = try await ChildProcess.run(
            try Tools.python(),
            [Tools.file("Python/websocket_client.py")],
            environment: ["NO_PROXY": "localhost"],
            input: String(decoding: try JSONEncoder().encode(order), as: UTF8.self),
            within: 300
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Outcome.self, from: Data(outcome.output.utf8))
    }
}
