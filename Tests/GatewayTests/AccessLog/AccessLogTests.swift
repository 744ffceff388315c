import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("The access log has one line for each request")
struct AccessLogTests {
    @Test("that was", arguments: LoggedCase.answered + LoggedCase.failed + LoggedCase.refused)
    func line(_ logged: LoggedCase) async throws {
        let log = try AccessLogFile()
        let upstreams = try await Upstreams.start()
        try await GatewayFixture.run(upstreams.configuration(log)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(logged.request)
            if logged.leaves {
                _ = try await upstreams.hanging.accept().readHead()
                await client.close()
            } else {
                let answer = try await client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 \(logged.code) "))
            }
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == logged.code)
            #expect(line.details == logged.details)
            #expect(line.flags == logged.flags)
            if let route = logged.route { #expect(line.string("route_name") == route) }
            if logged.upstream { #expect(!line.isNull("upstream_host")) }
            await client.close()
            try await gateway.expectNothingAlive()
        }
        await upstreams.stop()
        _ = try await log.lines(1)
    }

    @Test("with all keys and their values")
    func allKeys() async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "answer") }
        try await GatewayFixture.run(proxying(to: upstream, extra: log.filters)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(
                "POST /a/../b?q=\"1\" HTTP/1.1\r\nHost: Example.com:80\r\nUser-Agent: a \"b\" \u{e9}\r\n"
                    + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                    + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            )
            _ = try await client.readToEnd()
            let line = try #require(try await log.lines(1).first)
            #expect(
                line.keys == [
                    "start_time", "method", "authority", "path", "protocol", "response_code", "response_code_details",
                    "response_flags", "bytes_received", "bytes_sent", "duration", "upstream_service_time",
                    "upstream_host", "upstream_cluster", "route_name", "downstream_remote_address", "x_forwarded_for",
                    "user_agent", "request_id", "trace_id", "consumer", "ai_log",
                ]
            )
            #expect(line.string("method") == "POST")
            #expect(line.string("authority") == "Example.com:80")
            #expect(line.string("path") == "/b?q=\"1\"")
            #expect(line.string("protocol") == "HTTP/1.1")
            #expect(line.integer("bytes_received") == 3)
            #expect(line.integer("bytes_sent") == 6)
            #expect(line.string("upstream_host") == upstream.endpoint)
            #expect(line.string("upstream_cluster") == "up.static")
            #expect(line.string("route_name") == "all")
            #expect(line.string("downstream_remote_address")?.hasPrefix("127.0.0.1:") == true)
            #expect(line.string("x_forwarded_for") == "127.0.0.1")
            #expect(line.string("user_agent") == "a \"b\" \u{e9}")
            #expect(line.string("trace_id") == "0af7651916cd43dd8448eb211c80319c")
            #expect(line.string("request_id") == upstream.requests.first?.headers.first(name: "x-request-id"))
            #expect(line.isNull("consumer"))
        }
        await upstream.stop()
    }

    @Test("of a connection, in their order")
    func pipelined() async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(proxying(to: upstream, extra: log.filters)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            let requests = (0..<10).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
            try await client.send(requests + "GET /bad HTTP/1.1\r\n\r\n")
            _ = try await client.readToEnd()
            let lines = try await log.lines(11)
            #expect(lines.map { $0.string("path") } == (0..<10).map { "/\($0)" } + ["/bad"])
            #expect(lines.map(\.code) == Array(repeating: 200, count: 10) + [400])
        }
        await upstream.stop()
    }

    @Test("with the version of a request that was refused", arguments: ["HTTP/1.0", "HTTP/1.1"])
    func refusedVersion(_ version: String) async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "never") }
        try await GatewayFixture.run(proxying(to: upstream, extra: log.filters)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /bad \(version)\r\nHost: h\r\nbad name: x\r\n\r\n")
            _ = try await client.readToEnd()
            let line = try #require(try await log.lines(1).first)
            #expect(line.string("protocol") == version && line.code == 400)
            await client.close()
        }
        await upstream.stop()
    }

    @Test("without the keys of consumers")
    func maskedKeys() async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let filters = """
            filters:
            \(log.entry)
              - filter: key-auth
                config: { keys: [api_key], consumers: [{ name: alice, credential: s3cret }] }
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            #expect(try await get(gateway.port, "/a?x=1&api_key=s3cret&y=2").hasPrefix("HTTP/1.1 200"))
            #expect(try await get(gateway.port, "/a?api_key=wr0ng").hasPrefix("HTTP/1.1 401"))
            let lines = try await log.lines(2)
            #expect(lines[0].string("path") == "/a?x=1&api_key=***&y=2")
            #expect(lines[0].string("consumer") == "alice")
            #expect(lines[1].string("path") == "/a?api_key=***")
        }
        #expect(upstream.requests.first?.headers["x-mse-consumer"] == ["alice"])
        await upstream.stop()
    }
}

/// One upstream for each way to fail.
private struct Upstreams {
    let good: ScriptedUpstream
    let refusing: RefusingPort
    let resetting: RawUpstream
    let garbage: RawUpstream
    let cut: RawUpstream
    let hanging: ManualUpstream

    static func start() async throws -> Upstreams {
        Upstreams(
            good: try await .start { _ in .init(body: "ok") },
            refusing: try RefusingPort(),
            resetting: try await .start(answer: ""),
            garbage: try await .start(answer: "garbage\r\n\r\n"),
            cut: try await .start(answer: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"),
            hanging: try await .start()
        )
    }

    func stop() async {
        await self.good.stop()
        await self.resetting.stop()
        await self.garbage.stop()
        await self.cut.stop()
        await self.hanging.stop()
    }

    func configuration(_ log: AccessLogFile) -> String {
        let ports = [
            ("ok", self.good.port), ("refused", self.refusing.port), ("reset", self.resetting.port),
            ("garbage", self.garbage.port), ("cut", self.cut.port), ("hanging", self.hanging.port),
        ]
        let services = ports.map { #"  - { name: \#($0), type: static, domain: "127.0.0.1:\#($1)" }"# }
        let routes = ports.map {
            "  - { name: \($0.0), match: { path: { prefix: /\($0.0) } }, service: \($0.0).static }"
        }
        return """
            limits: { requestHeadTimeout: 4s, requestBody: 1KiB }
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
            \(services.joined(separator: "\n"))
            routes:
            \(routes.joined(separator: "\n"))
              - { name: slow, match: { path: { prefix: /slow } }, service: hanging.static, timeout: 200ms }
              - { name: locked, match: { path: { prefix: /locked } }, service: ok.static }
              - { name: direct, match: { path: { exact: /direct } }, response: { status: 202, body: "d" } }
              - { name: old, match: { path: { prefix: /old/ } }, redirect: { prefix: /new/, status: 308 } }
            filters:
            \(log.entry)
              - filter: key-auth
                config: { keys: [x-key], consumers: [{ name: a, credential: k }, { name: b, credential: other }] }
                matchRules:
                  - { route: [ok, refused, reset, garbage, cut, hanging, slow, direct, old], disabled: true }
                  - { route: [locked], config: { allow: [a] } }
            """
    }
}
