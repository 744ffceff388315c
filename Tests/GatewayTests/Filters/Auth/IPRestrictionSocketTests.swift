import TestSupport
import Testing

@Suite("ip-restriction over a socket")
struct IPRestrictionSocketTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let config: String
        let trusted: String
        let fields: [(String, String)]
        let passes: Bool
        var testDescription: String { "\(self.config) trusting \(self.trusted) with \(self.fields)" }

        init(_ config: String, trusting trusted: String = "[]", _ fields: [(String, String)], _ passes: Bool) {
            self.config = config
            self.trusted = trusted
            self.fields = fields
            self.passes = passes
        }
    }

    static let cases: [Case] = [
        Case("allow: [127.0.0.0/8]", [], true), Case("allow: [10.0.0.0/8]", [], false),
        Case("deny: [127.0.0.1]", [], false),
        Case("allow: [\"::ffff:127.0.0.0/104\"]", [], true), Case("deny: [\"::1\"]", [], true),
        // What a client says about itself counts for nothing, unless it is a trusted proxy.
        Case("allow: [10.0.0.0/8]", [("x-forwarded-for", "10.0.0.1")], false),
        Case("allow: [10.0.0.0/8]", trusting: "[127.0.0.1]", [("x-forwarded-for", "10.0.0.1")], true),
        Case("allow: [10.0.0.0/8]", trusting: "[127.0.0.1]", [("x-forwarded-for", "10.0.0.1, 192.0.2.1")], false),
        Case("ip_source_type: header, allow: [10.0.0.0/8]", [("x-forwarded-for", "10.0.0.1")], false),
        Case(
            "ip_source_type: header, allow: [10.0.0.0/8]",
            trusting: "[127.0.0.1]",
            [("x-forwarded-for", "10.0.0.1")],
            true
        ),
        Case(
            "ip_source_type: header, ip_header_name: x-real-ip, deny: [10.0.0.0/8]",
            [("X-Real-IP", "10.0.0.1")],
            false
        ),
        Case(
            "ip_source_type: header, ip_header_name: x-real-ip, deny: [10.0.0.0/8]",
            [("X-Real-IP", "11.0.0.1")],
            true
        ),
        Case("ip_source_type: header, ip_header_name: x-real-ip, deny: [10.0.0.0/8]", [("X-Real-IP", "x")], false),
        Case("ip_source_type: header, ip_header_name: x-real-ip, deny: [10.0.0.0/8]", [], false),
    ]

    @Test(arguments: cases)
    func theAddressDecides(_ example: Case) async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let filters = "\(log.filters)\n  - { filter: ip-restriction, config: { \(example.config) } }"
        let configuration = "trustedProxies: \(example.trusted)\n" + proxying(to: upstream, extra: filters)
        try await GatewayFixture.run(configuration) { gateway in
            let answer = try await ReceivedAnswer.of(gateway.port, requestText("GET", "/", example.fields))
            #expect(answer.status == (example.passes ? 200 : 403))
            if !example.passes { #expect(answer.body == #"{"message":"Your IP address is blocked."}"#) }
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == (example.passes ? "via_upstream" : "ip-restriction.denied"))
        }
        await upstream.stop()
    }
}
