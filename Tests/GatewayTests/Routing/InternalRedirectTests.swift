import NIOHTTP1
import TestSupport
import Testing

@Suite("A redirect of a service is followed inside the gateway")
struct InternalRedirectTests {
    private func configuration(
        _ upstream: ScriptedUpstream,
        policy: String = "{}",
        old: String = "",
        extra: String = ""
    )
        -> String
    {
        """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
        routes:
          - name: old
            match: { path: { prefix: /old } }
            service: up.static
            internalRedirect: \(policy)
            \(old)
          - { name: new, match: { path: { prefix: /new } }, service: up.static, requestBody: 10B }
        \(extra)
        """
    }

    private func upstream(_ status: Int = 302, to location: String = "/new/a?b=c") async throws -> ScriptedUpstream {
        try await ScriptedUpstream.start { request in
            guard request.uri.hasPrefix("/old") else { return .init(body: "\(request.uri) \(request.body)") }
            return .init(status: status, headers: ["location": location], body: "moved")
        }
    }

    @Test("with one line of the access log, over the connection that it came on")
    func follows() async throws {
        let upstream = try await self.upstream()
        let log = try AccessLogFile()
        try await GatewayFixture.run(self.configuration(upstream, extra: log.filters)) { gateway in
            let answer = try await ReceivedAnswer.of(
                gateway.port,
                "GET /old HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            )
            #expect(answer.status == 200 && answer.body == "/new/a?b=c " && answer["location"] == nil)
            let line = try #require(try await log.lines(1).first)
            #expect(line.string("path") == "/old" && line.string("route_name") == "new")
            #expect(line.code == 200 && line.details == "internal_redirect" && line.flags == "IR")
            try await gateway.expectNothingAlive()
        }
        #expect(upstream.requests.map(\.uri) == ["/old", "/new/a?b=c"])
        #expect(upstream.requests.map { $0.headers["x-envoy-original-url"] } == [[], ["http://h/old"]])
        #expect(upstream.connectionCount == 1)
        await upstream.stop()
    }

    @Test("and the filters of the target's route hold")
    func filters() async throws {
        let upstream = try await self.upstream()
        let log = try AccessLogFile()
        let keys = "  - { filter: key-auth, config: { keys: [x-api-key], consumers: [{ name: a, credential: k1 }] } }"
        let text = self.configuration(
            upstream,
            old: "filters: { key-auth: { disabled: true } }",
            extra: "\(log.filters)\n\(keys)"
        )
        try await GatewayFixture.run(text) { gateway in
            #expect(try await get(gateway.port, "/old").hasPrefix("HTTP/1.1 401 "))
            #expect(upstream.requests.map(\.uri) == ["/old"])
            #expect(try await get(gateway.port, "/old", "x-api-key: k1\r\n").hasPrefix("HTTP/1.1 200 "))
            let lines = try await log.lines(2)
            #expect(lines.map(\.details) == ["key-auth.unauthorized", "internal_redirect"])
            #expect(lines.map(\.flags) == ["IR", "IR"])
            #expect(lines.map { $0.string("consumer") } == [nil, "a"])
        }
        await upstream.stop()
    }

    /// A body, and the status of the answer: the target's route takes 10 bytes.
    @Test("with its body, as far as the target's route takes it", arguments: [("hello", 200), ("hello, hello", 413)])
    func body(_ body: String, _ status: Int) async throws {
        let upstream = try await self.upstream(307)
        let policy = "{ statuses: [307] }"
        try await GatewayFixture.run(self.configuration(upstream, policy: policy)) { gateway in
            let head = "POST /old HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            let plain = "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            let chunked =
                "Transfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
            for request in [plain, chunked] {
                let answer = try await ReceivedAnswer.of(gateway.port, head + request)
                #expect(answer.status == status)
                if status == 200 { #expect(answer.body == "/new/a?b=c hello") }
            }
        }
        await upstream.stop()
    }

    @Test(
        "unless its target is elsewhere, and then the client gets it",
        arguments: [
            "http://other/new", "https://h/new", "//other/new", "/nowhere",
        ]
    )
    func passedOn(location: String) async throws {
        let upstream = try await self.upstream(to: location)
        try await GatewayFixture.run(self.configuration(upstream)) { gateway in
            let answer = try await get(gateway.port, "/old")
            #expect(answer.hasPrefix("HTTP/1.1 302 ") && answer.hasSuffix("moved"))
            #expect(answer.contains("location: \(location)\r\n"))
        }
        await upstream.stop()
    }

    @Test("to another host only where the connection is for that host")
    func misdirected() async throws {
        let upstream = try await self.upstream(to: "https://staff.example.com/new")
        var listener = try await TLSListener()
        try await listener.add(["a.example.com"])
        try await listener.add(["b.example.com"])
        try await listener.add(["staff.example.com"], extra: ", \(listener.asking(required: true))")
        let policy = "{ sameHost: false }"
        let clear = #"listeners: [{ name: http, address: "127.0.0.1:0" }]"#
        let text = self.configuration(upstream, policy: policy).replacing(clear, with: listener.listeners)
        let identity = try await TestIdentities.shared(["client.example.com"])
        try await GatewayFixture.run(text) { gateway in
            for (name, status) in [("a.example.com", 302), ("staff.example.com", 200)] {
                let output = try await CommandLineClient.openssl(
                    gateway.port,
                    ["-servername", name, "-cert", identity.certificate, "-key", identity.privateKey],
                    request: "GET /old HTTP/1.1\r\nHost: \(name)\r\nConnection: close\r\n\r\n"
                )
                #expect(output.contains("HTTP/1.1 \(status) "), "\(output)")
            }
        }
        await upstream.stop()
    }
}
