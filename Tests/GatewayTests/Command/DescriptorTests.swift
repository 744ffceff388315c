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

@Suite("Without free file descriptors", .timeLimit(.minutes(1)))
struct DescriptorTests {
    @Test("accepting pauses, streams go on, and accepting resumes")
    func exhaustion() async throws {
        let upstream = try await ManualUpstream.start()
        let path = try Sluice.file(
            """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes:
              - { name: slow, match: { path: { exact: /slow } }, service: up.static }
              - { name: quick, response: { status: 200, body: quick } }
            """
        )
        let limited = "ulimit -n 64; exec \"$0\" \"$@\""
        let process = try ChildProcess.start(
            "/bin/sh",
            ["-c", limited, try Tools.sluice(), "run", path, "--workers", "1"]
        )
        try await process.wait { Sluice.port(in: $0.errors, of: "http") != nil }
        let port = try #require(Sluice.port(in: process.errors, of: "http"))
        let slow = try await RawClient.connect(port: port)
        try await slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        let connection = try await upstream.accept()
        try await connection.readHead()

        // The kernel completes connections that nobody accepts.
        var many: [RawClient] = []
        for _ in 0..<80 { many.append(try await RawClient.connect(port: port)) }
        try await many[0].send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await many[0].readResponse().hasSuffix("quick"))
        let descriptors = "/proc/\(process.processID)/fd"
        let isFull = await eventually {
            ((try? FileManager.default.contentsOfDirectory(atPath: descriptors))?.count ?? 0) >= 64
        }
        #expect(isFull)
        try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        #expect(try await slow.readResponse().hasSuffix("late"))

        for client in many.dropLast() { await client.close() }
        let last = try #require(many.last)
        try await last.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await last.readResponse().hasSuffix("quick"))
        await last.close()
        process.signal(SIGTERM)
        #expect(try await process.exit().status == 0)
        await upstream.stop()
    }
}
