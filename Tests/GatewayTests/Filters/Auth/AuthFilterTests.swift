import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("Auth filters over a socket")
struct AuthFilterTests {
    @Test(arguments: AuthCase.table)
    func aRequestPassesOrIsRefused(_ example: AuthCase) async throws {
        let peer = try await PeerCredentials.get()
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let configuration = Self.configuration(try Self.filter(example.filter, peer), upstream, log)
        try await GatewayFixture.run(configuration) { gateway in
            let answer = try await ReceivedAnswer.of(gateway.port, try example.request(peer))
            #expect(answer.status == example.status, "\(answer.body)")
            #expect(answer.body == "ok" || example.consumer == nil)
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == example.details)
            #expect(line.string("consumer") == example.consumer)
            #expect(upstream.requests.map { $0.headers["x-mse-consumer"] } == (example.consumer.map { [[$0]] } ?? []))
            for secret in Self.secrets(peer) {
                #expect(!gateway.log.messages.contains { $0.contains(secret) })
                #expect(line.string("path")?.contains(secret) == false)
                #expect(!answer.body.contains(secret))
            }
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test(arguments: ["key-auth", "basic-auth", "basic-auth-hashed", "hmac-auth", "jwt-auth"])
    func theConfigurationInForceShowsNoCredential(_ name: String) async throws {
        let peer = try await PeerCredentials.get()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let text =
            "admin: { address: \"127.0.0.1:0\" }\n"
            + Self.configuration(try Self.filter(name, peer), upstream, try AccessLogFile())
        try await GatewayFixture.run(text) { gateway in
            let answer = try await ReceivedAnswer.of(try gateway.adminPort(), requestText("GET", "/config", []))
            #expect(answer.status == 200 && answer.body.contains("alice"))
            for secret in Self.secrets(peer) { #expect(!answer.body.contains(secret)) }
        }
        await upstream.stop()
    }

    /// What must be shown nowhere.
    private static func secrets(_ peer: AuthCredentials) -> [String] {
        ["key-a2", "s3cret", "pa:ss", "secret-a", "secret-b", "\"kty\"", "$2b$", "$2y$"]
            + peer.tokens.values.filter { $0.count > 60 }
    }

    private static func configuration(_ filter: String, _ upstream: ScriptedUpstream, _ log: AccessLogFile) -> String {
        """
        listeners:
          - { name: http, address: "127.0.0.1:0" }
        services:
          - { name: up, type: static, domain: "\(upstream.endpoint)" }
        routes:
          - { name: all, service: up.static }
          - { name: bob, match: { path: { prefix: /bob } }, service: up.static }
        filters:
        \(log.entry)
        \(filter)
            matchRules:
              - { route: [bob], config: { allow: [\(filter.contains("undated") ? "alice" : "bob")] } }
        """
    }

    private static func filter(_ name: String, _ peer: AuthCredentials) throws -> String {
        let head = { (filter: String) in "  - filter: \(filter)\n    config:\n      global_auth: true\n" }
        switch name {
        case "key-auth":
            return head("key-auth") + """
                      consumers:
                        - { name: alice, credentials: [key-a, key-a2] }
                        - { name: bob, credential: key-b }
                """
        case "basic-auth":
            return head("basic-auth") + """
                      consumers:
                        - { name: alice, credential: "alice:s3cret" }
                        - { name: bob, credential: "bob:pa:ss" }
                """
        case "basic-auth-hashed":
            return head("basic-auth") + """
                      encrypted: true
                      consumers:
                        - { name: alice, credential: 'alice:\(try #require(peer.bcrypt["2y"]))' }
                        - { name: bob, credential: 'bob:\(try #require(peer.bcrypt["slow"]))' }
                """
        case "hmac-auth", "hmac-auth-undated":
            let dated = name == "hmac-auth" ? "date_offset: 3600" : "max_request_body_bytes: 1000 # undated"
            return head("hmac-auth") + """
                      \(dated)
                      consumers:
                        - { name: alice, key: key-a, secret: secret-a }
                        - { name: bob, key: key-b, secret: secret-b }
                """
        default:
            return head("jwt-auth") + """
                      consumers:
                        - { name: alice, issuer: issuer-a, jwks: '\(try #require(peer.jwks["all"]))' }
                        - { name: bob, issuer: issuer-b, jwks: '\(try #require(peer.jwks["all"]))' }
                """
        }
    }
}
