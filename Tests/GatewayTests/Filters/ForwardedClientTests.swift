import NIOHTTP1
import TestSupport
import Testing

@Suite("The client's address behind a trusted proxy, over a socket")
struct ForwardedClientTests {
    /// `X-Forwarded-For`, the status behind an allow-list of the proxy's network and behind a deny-list of the client's,
    /// and `downstream_remote_address`; `nil` for the proxy's own.
    @Test(
        arguments: [
            ("8.8.8.8", 403, 403, "8.8.8.8"), ("8.8.8.8:1234", 403, 403, "8.8.8.8"),
            ("[2001:db8::1]:99", 403, 403, "2001:db8::1"), ("8.8.8.8, ", 403, 403, "8.8.8.8"),
            ("9.9.9.9:80", 403, 200, "9.9.9.9"), ("127.0.0.9:80", 200, 200, nil), ("unknown", 403, 403, nil),
            ("8.8.8.8, _proxy", 403, 403, nil),
        ] as [(String, Int, Int, String?)]
    )
    func restriction(_ field: String, _ allowed: Int, _ denied: Int, _ logged: String?) async throws {
        let lists = [("allow: [127.0.0.0/8]", allowed), ("deny: [8.8.8.8, \"2001:db8::/32\"]", denied)]
        for (list, status) in lists {
            let filters = """
                  - { filter: ip-restriction, config: { \(list) } }
                trustedProxies: [127.0.0.0/8]
                """
            let request = FilterExchange.Request(fields: "x-forwarded-for: \(field)\r\n")
            let exchange = try await FilterExchange.of(request, through: filters)
            #expect(exchange.answer.status == status, "\(list)")
            let address = try #require(exchange.line.string("downstream_remote_address"))
            if let logged { #expect(address == logged) } else { #expect(address.hasPrefix("127.0.0.1")) }
        }
    }

    @Test("each client has a count of its own, with or without ports; those without an address share the proxy's")
    func limits() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let filters = """
            trustedProxies: [127.0.0.0/8]
            filters:
              - filter: key-rate-limit
                config:
                  limit_by_per_ip: from-remote-addr
                  limit_keys: [{ key: 0.0.0.0/0, query_per_day: 1 }, { key: "::/0", query_per_day: 1 }]
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            func status(_ address: String) async throws -> Int {
                let fields = "Host: h\r\nConnection: close\r\nX-Forwarded-For: \(address)\r\n"
                return try await ReceivedAnswer.of(gateway.port, "GET / HTTP/1.1\r\n\(fields)\r\n").status
            }
            #expect(try await status("8.8.8.8:1000") == 200)
            #expect(try await status("8.8.8.8:2000") == 429)
            #expect(try await status("8.8.4.4:1000") == 200)
            #expect(try await status("[2001:db8::1]:99") == 200)
            #expect(try await status("2001:db8::1") == 429)
            #expect(try await status("unknown") == 200)
            #expect(try await status("unknown") == 429)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }
}
