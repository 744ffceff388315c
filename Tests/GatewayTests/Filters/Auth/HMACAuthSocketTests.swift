import TestSupport
import Testing

@Suite("hmac-auth over a socket")
struct HMACAuthSocketTests {
    @Test("a wrong signature is answered with what the client has sent, and with nothing that was set on the way")
    func shownText() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let filters = """
            filters:
              - filter: transformer
                config: { reqRules: [{ operate: add, headers: [{ key: x-token, value: hidden }] }] }
              - filter: hmac-auth
                config: { consumers: [{ name: alice, key: key-a, secret: secret-a }] }
            """
        let fields = [
            ("x-ca-key", "key-a"), ("x-ca-signature", "wrong"), ("x-own", "mine"), ("x-forwarded-for", "192.0.2.1"),
            ("x-ca-signature-headers", "x-own,x-token,x-forwarded-for"),
        ]
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            let answer = try await ReceivedAnswer.of(gateway.port, requestText("GET", "/a", fields))
            #expect(answer.status == 400 && answer.body == "Invalid Signature")
            let text = "GET#####x-forwarded-for:#x-own:mine#x-token:#/a"
            #expect(answer["x-ca-error-message"] == "Server StringToSign:`\(text)`")
        }
        #expect(upstream.requests.isEmpty)
        await upstream.stop()
    }
}
