import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Without free file descriptors", .timeLimit(.minutes(15)))
struct DescriptorTests {
    private static let shortage = "file descriptors are short: accepting pauses"
    private static let pauses = #"sluice_listener_accept_pauses_total{listener="http"}"#

    private static func start(_ limit: String, _ path: String, _ more: [String] = []) async throws -> ChildProcess {
        let arguments = [try Tools.sluice(), "run", path, "--workers", "1"] + more
        let process = try ChildProcess.start("/bin/sh", ["-c", "\(limit); exec \"$0\" \"$@\""] + arguments)
        try await process.wait { Sluice.port(in: $0.errors, of: "admin") != nil }
        return process
    }

    private static func ask(_ port: Int, _ line: String) async throws -> ReceivedAnswer {
        try await ReceivedAnswer.of(port, "\(line) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    }

    private static func metrics(_ port: Int) async throws -> [String: Double] {
        try PrometheusFamilies(try await self.ask(port, "GET /metrics").body).samples
    }

    @Test("accepting pauses before the last one, all else goes on, and accepting resumes")
    func exhaustion() async throws {
        let upstream = try await ManualUpstream.start()
        let start = ContinuousClock.now
        let path = try Sluice.file(
            """
            admin: { address: "127.0.0.1:0" }
            limits: { requestHeadTimeout: 1h, keepAliveTimeout: 1h }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes:
              - { name: slow, match: { path: { exact: /slow } }, service: up.static }
              - { name: quick, response: { status: 200, body: quick } }
            """
        )
        let process = try await Self.start("ulimit -n 64", path)
        let port = try #require(Sluice.port(in: process.errors, of: "http"))
        let admin = try #require(Sluice.port(in: process.errors, of: "admin"))
        try await process.wait {
            $0.errors.contains("limits.connections is more than the limit of file descriptors has room for")
        }
        #expect(!process.errors.contains(Self.shortage))
        let slow = try await RawClient.connect(port: port)
        try await slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        let connection = try await upstream.accept()
        try await connection.readHead()

        // The kernel completes connections that nobody accepts.
        var many: [RawClient] = []
        for _ in 0..<80 { many.append(try await RawClient.connect(port: port)) }
        try await many[0].send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await many[0].readResponse().hasSuffix("quick"))
        try await process.wait { $0.errors.contains(Self.shortage) }

        // Operators and services get what clients do not.
        let samples = try await Self.metrics(admin)
        #expect(try #require(samples[Self.pauses]) >= 1)
        #expect(try #require(samples["process_open_fds"]) < 60)
        #expect(try await Self.ask(admin, "POST /reload").status == 200)
        many[0].clear()
        try await many[0].send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        let another = try await upstream.accept()
        try await another.readHead()
        try await another.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother")
        #expect(try await many[0].readResponse().hasSuffix("other"))
        try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        #expect(try await slow.readResponse().hasSuffix("late"))

        let last = try #require(many.last)
        try await last.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        for client in many.dropLast() { await client.close() }
        #expect(try await last.readResponse().hasSuffix("quick"))
        // One line for a shortage; another one is news only after 10 s without.
        let lines = process.errors.components(separatedBy: Self.shortage).count - 1
        let most = 1 + Int((ContinuousClock.now - start) / .seconds(10))
        #expect((1...most).contains(lines), "\(process.errors)")
        await last.close()
        await slow.close()
        process.signal(SIGTERM)
        #expect(try await process.exit().status == 0)
        await upstream.stop()
    }

    @Test("connections to services leave the last ones, and a stream that gets none is answered with 503")
    func upstreamExhaustion() async throws {
        let upstream = try await ManualUpstream.start()
        let path = try Sluice.file(
            """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
              - name: up
                type: static
                domain: "\(upstream.endpoint)"
                outlierDetection: { consecutiveFailures: 1, ejectionTime: 1h, maxEjectedPercent: 100 }
            routes: [{ name: all, service: up.static }]
            """
        )
        let process = try await Self.start("ulimit -n 64", path)
        let port = try #require(Sluice.port(in: process.errors, of: "http"))
        let admin = try #require(Sluice.port(in: process.errors, of: "admin"))
        let client = try await HTTP2Client.connect(port: port)
        let streams = (0..<80).map { UInt32(2 * $0 + 1) }
        try await client.send(streams.map { .headers($0, HTTP2Text.request(path: "/"), endsStream: true) })
        try await client.wait { frames in
            frames.count { $0.kind == HTTP2TestFrame.Kind.headers } + upstream.connectionCount == streams.count
        }
        let refused = client.frames.filter { $0.kind == HTTP2TestFrame.Kind.headers }.map(\.stream)
        #expect(!refused.isEmpty && refused.count < streams.count)
        for stream in refused {
            let answer = try await client.response(stream)
            #expect(answer.status == "503")
            #expect(String(decoding: answer.body, as: UTF8.self).contains("overload"))
        }

        let samples = try await Self.metrics(admin)
        #expect(
            samples[#"sluice_upstream_descriptor_shortages_total{service="up.static"}"#] == Double(refused.count)
        )
        #expect(samples[#"sluice_upstream_connect_failures_total{service="up.static"}"#] == 0)
        #expect(try await Self.ask(admin, "POST /reload").status == 200)

        // Those that have a connection end as if nothing had been.
        for _ in 0..<upstream.connectionCount {
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        }
        for stream in streams where !refused.contains(stream) {
            #expect(try await client.response(stream).status == "200")
        }
        await client.close()
        process.signal(SIGTERM)
        #expect(try await process.exit().status == 0)
        await upstream.stop()
    }

    @Test("each connection that ends makes room for one, and no more are taken than may be")
    func turnover() async throws {
        let path = try Sluice.file(
            """
            admin: { address: "127.0.0.1:0" }
            limits: { requestHeadTimeout: 1h, keepAliveTimeout: 1h }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: quick, response: { status: 200, body: quick } }]
            """
        )
        let process = try await Self.start("ulimit -n 64", path)
        let port = try #require(Sluice.port(in: process.errors, of: "http"))
        let admin = try #require(Sluice.port(in: process.errors, of: "admin"))
        var waiting: [RawClient] = []
        for _ in 0..<120 {
            let client = try await RawClient.connect(port: port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            waiting.append(client)
        }
        try await process.wait { $0.errors.contains(Self.shortage) }
        for client in waiting {
            #expect(try await client.readResponse().hasSuffix("quick"))
            await client.close()
        }
        let samples = try await Self.metrics(admin)
        #expect(samples[#"sluice_listener_accepted_total{listener="http"}"#] == 120)
        #expect(samples[#"sluice_refused_connections_total{listener="http",reason="descriptors"}"#] == 0)
        process.signal(SIGTERM)
        #expect(try await process.exit().status == 0)
    }

    @Test("the limit is raised as far as it may be")
    func raised() async throws {
        let path = try Sluice.file(
            """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: quick, response: { status: 200 } }]
            """
        )
        let process = try await Self.start("ulimit -Sn 64; ulimit -Hn 512", path, ["--log-level", "debug"])
        try await process.wait { $0.errors.contains("the limit of file descriptors is raised") }
        let admin = try #require(Sluice.port(in: process.errors, of: "admin"))
        #expect(try await Self.metrics(admin)["process_max_fds"] == 512)
        process.signal(SIGTERM)
        #expect(try await process.exit().status == 0)
    }
}
