import Foundation
import TestSupport
import Testing

@Suite("Keys of jwt-auth from a service, over a socket")
struct RemoteKeysTests {
    @Test func keysAreFetchedOnceForAllLoops() async throws {
        let peer = try await PeerCredentials.get()
        let keys = try #require(peer.jwks["all"])
        let issuer = try await ScriptedUpstream.start { request in
            request.uri == "/keys" ? .init(body: keys) : .init(status: 404, body: "")
        }
        try await self.run(issuer.endpoint, workers: 2) { port in
            for name in ["RS256", "ES256", "EdDSA", "HS256", "RS256", "ES256"] {
                let answer = try await ReceivedAnswer.of(port, try peer.withToken(name))
                #expect(answer.status == 200)
            }
            let refused = try await ReceivedAnswer.of(port, try peer.withToken("tampered"))
            #expect(refused.status == 401)
            #expect(issuer.requests.map(\.uri) == ["/keys"])
        }
        await issuer.stop()
    }

    @Test func withoutAnIssuerNothingPasses() async throws {
        let peer = try await PeerCredentials.get()
        let refusing = try RefusingPort()
        try await self.run("127.0.0.1:\(refusing.port)", workers: 1) { port in
            let answer = try await ReceivedAnswer.of(port, try peer.withToken("ES256"))
            #expect(answer.status == 401 && answer.body == "Jwks remote fetch is failed")
        }
    }

    private func run(_ issuer: String, workers: Int, _ body: (Int) async throws -> Void) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: "\(upstream.endpoint)" }
              - { name: idp, type: static, domain: "\(issuer)" }
            routes:
              - { name: all, service: up.static }
            filters:
              - filter: jwt-auth
                config:
                  consumers:
                    - name: alice
                      issuer: issuer-a
                      remote_jwks: { service_name: idp.static, path: /keys }
            """
        try await GatewayFixture.run(configuration, workers: workers) { gateway in
            try await body(gateway.port)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }
}
