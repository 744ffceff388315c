import Foundation
import TestSupport
import Testing

@Suite("Load is shed while memory is short")
struct LoadSheddingTests {
    private static let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("requests get 503 and the end of the connection, and are served again afterwards")
    func sheds() async throws {
        try await self.run { gateway, dial, log in
            let kept = try await RawClient.connect(port: gateway.port)
            try await kept.send(Self.request)
            #expect(try await kept.readResponse().hasPrefix("HTTP/1.1 200 "))
            kept.clear()
            dial.turn(to: 95, gateway)
            for client in [kept, try await RawClient.connect(port: gateway.port)] {
                try await client.send(Self.request)
                let answer = try await client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
                #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
                #expect(answer.lowercased().contains("\r\nretry-after: 5\r\n"))
                #expect(answer.contains("overload"))
                await client.close()
            }
            dial.turn(to: 90, gateway)
            #expect(try await get(gateway.port).hasPrefix("HTTP/1.1 503 "))
            dial.turn(to: 89, gateway)
            #expect(try await get(gateway.port).hasPrefix("HTTP/1.1 200 "))
            let lines = try await log.lines(5)
            #expect(lines.map(\.code) == [200, 503, 503, 503, 200])
            #expect(lines[1].details == "overload" && lines[1].flags == "OM")
            let told = gateway.log.messages.filter { $0.hasPrefix("memory ") }
            #expect(
                told == [
                    "memory is short: new requests are shed", "memory suffices again: requests are served",
                ]
            )
        }
    }

    @Test("streams that run go on")
    func runningStream() async throws {
        let upstream = try await ManualUpstream.start()
        let dial = MemoryDial()
        let configuration = forwarding(to: upstream, MemoryDial.limits)
        try await GatewayFixture.run(configuration, residentMemory: dial.reading) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234")
            let connection = try await upstream.accept()
            _ = try await connection.read { $0.hasSuffix("01234") }
            dial.turn(to: 99, gateway)
            try await client.send("56789")
            _ = try await connection.read { $0.hasSuffix("0123456789") }
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.readResponse().hasSuffix("\r\n\r\nok"))
            client.clear()
            try await client.send(Self.request)
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 503 "))
        }
        await upstream.stop()
    }

    @Test("new connections are closed when there is hardly any left, and counted")
    func connections() async throws {
        try await self.run { gateway, dial, _ in
            dial.turn(to: 98, gateway)
            let client = try await RawClient.connect(port: gateway.port)
            #expect(try await client.readToEnd() == "")
            let families = try await self.metrics(gateway)
            #expect(families.samples[#"sluice_refused_connections_total{listener="http",reason="overload"}"#] == 1)
            #expect(families.samples[#"sluice_refused_connections_total{listener="http",reason="limit"}"#] == 0)
            dial.turn(to: 94, gateway)
            #expect(try await get(gateway.port).hasPrefix("HTTP/1.1 503 "))
        }
    }

    @Test("operators are answered, and see it in the metrics")
    func operators() async throws {
        try await self.run { gateway, dial, _ in
            let before = try await self.metrics(gateway)
            #expect(before.samples["sluice_overload_active"] == 0)
            dial.turn(to: 99, gateway)
            let families = try await self.metrics(gateway)
            #expect(families.samples["sluice_overload_active"] == 1)
            #expect(families.samples["sluice_memory_budget_bytes"] == Double(100 << 20))
            #expect(families.samples["process_resident_memory_bytes"] == Double(99 << 20))
            dial.turn(to: 95, gateway)
            dial.turn(to: 94, gateway)
            _ = try await get(gateway.port)
            #expect(try await self.metrics(gateway).samples["sluice_shed_requests_total"] == 1)
            let port = try gateway.adminPort()
            for path in ["/healthz", "/readyz"] {
                let request = "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                #expect(try await ReceivedAnswer.of(port, request).status == 200)
            }
        }
    }

    @Test("a request with a body is refused without its body")
    func body() async throws {
        try await self.run { gateway, dial, _ in
            dial.turn(to: 96, gateway)
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
        }
    }

    private func metrics(_ gateway: GatewayFixture) async throws -> PrometheusFamilies {
        let port = try gateway.adminPort()
        let request = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        return try PrometheusFamilies(try await ReceivedAnswer.of(port, request).body)
    }

    private func run(_ body: (GatewayFixture, MemoryDial, AccessLogFile) async throws -> Void) async throws {
        let log = try AccessLogFile()
        let dial = MemoryDial()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let extra = "admin: { address: \"127.0.0.1:0\" }\n\(MemoryDial.limits)\n\(log.filters)"
        try await GatewayFixture.run(proxying(to: upstream, extra: extra), residentMemory: dial.reading) { gateway in
            try await body(gateway, dial, log)
        }
        await upstream.stop()
    }
}
