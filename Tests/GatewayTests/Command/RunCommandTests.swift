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

@Suite("sluice run")
struct RunCommandTests {
    private static func configuration(_ upstream: ManualUpstream, drainTimeout: String = "10m") -> String {
        """
        drainTimeout: \(drainTimeout)
        admin: { address: "127.0.0.1:0" }
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
        routes:
          - { name: ready, match: { path: { exact: /direct } }, response: { status: 200, body: direct } }
          - { name: all, service: up.static }
        filters: [{ filter: access-log, config: { flushInterval: 10ms } }]
        """
    }

    @Test("writes nothing but access-log lines to standard output, and the rest to standard error")
    func output() async throws {
        let upstream = try await ManualUpstream.start()
        let gateway = try await Sluice.serve(Self.configuration(upstream))
        #expect(try await get(gateway.port, "/direct").hasSuffix("direct"))
        #expect(try await get(gateway.port, "/direct?2").hasSuffix("direct"))
        try await gateway.process.wait { $0.output.split(separator: "\n").count >= 2 }
        for line in gateway.process.output.split(separator: "\n") {
            #expect(try LogLine(String(line)).code == 200)
        }
        #expect(!gateway.process.errors.contains("response_code"))
        gateway.process.signal(SIGTERM)
        #expect(try await gateway.process.exit().status == 0)
        await upstream.stop()
    }

    @Test("lets the requests that it has end when it is told to, and takes no new ones")
    func drain() async throws {
        let upstream = try await ManualUpstream.start()
        let gateway = try await Sluice.serve(Self.configuration(upstream))
        let client = try await RawClient.connect(port: gateway.port)
        let idle = try await RawClient.connect(port: gateway.port)
        try await idle.send("GET /direct HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try await idle.readResponse()
        try await client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        let connection = try await upstream.accept()
        try await connection.readHead()
        gateway.process.signal(SIGTERM)
        let refuses = await eventually {
            guard let late = try? await RawClient.connect(port: gateway.port) else { return true }
            await late.close()
            return false
        }
        #expect(refuses)
        _ = try await idle.readToEnd()
        #expect(idle.isClosedByPeer)
        if let admin = gateway.adminPort {
            #expect(try await get(admin, "/readyz").hasPrefix("HTTP/1.1 503 "))
        }
        #expect(!gateway.process.hasExited)
        try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        let answer = try await client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("late"))
        #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
        let outcome = try await gateway.process.exit()
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").count == 2, "the log is complete: \(outcome.output)")
        await upstream.stop()
    }

    @Test("waits no longer than drainTimeout")
    func drainTimeout() async throws {
        let upstream = try await ManualUpstream.start()
        let gateway = try await Sluice.serve(Self.configuration(upstream, drainTimeout: "500ms"))
        let client = try await RawClient.connect(port: gateway.port)
        try await client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        try await upstream.accept().readHead()
        let start = ContinuousClock.now
        gateway.process.signal(SIGTERM)
        let outcome = try await gateway.process.exit()
        #expect(outcome.status == 0)
        #expect(ContinuousClock.now - start >= .milliseconds(400))
        await client.close()
        await upstream.stop()
    }

    @Test("ends at the second signal within two seconds", arguments: [SIGTERM, SIGINT])
    func secondSignal(_ number: Int32) async throws {
        let upstream = try await ManualUpstream.start()
        let gateway = try await Sluice.serve(Self.configuration(upstream))
        let client = try await RawClient.connect(port: gateway.port)
        try await client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        try await upstream.accept().readHead()
        gateway.process.signal(number)
        try await gateway.process.wait { $0.errors.contains("draining") }
        let start = ContinuousClock.now
        gateway.process.signal(number)
        _ = try await gateway.process.exit()
        // Far from drainTimeout; a busy machine may take longer than the two seconds to notice the end.
        #expect(ContinuousClock.now - start < .seconds(30))
        await client.close()
        await upstream.stop()
    }

    @Test("says in one line which port is in use, and does not run")
    func occupiedPort() async throws {
        let other = try await ManualUpstream.start()
        for text in [
            "listeners: [{ name: http, address: \"127.0.0.1:\(other.port)\" }]\n",
            "admin: { address: \"127.0.0.1:\(other.port)\" }\nlisteners: [{ name: http, address: \"127.0.0.1:0\" }]\n",
        ] {
            let path = try Sluice.file(text + "routes: [{ name: r, response: { status: 200, body: ok } }]\n")
            let outcome = try await Sluice.run(["run", path, "--log-level", "warning"])
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("\(other.port)"), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
        await other.stop()
    }

    @Test("does not share a port with another gateway")
    func twoGateways() async throws {
        let upstream = try await ManualUpstream.start()
        let gateway = try await Sluice.serve(Self.configuration(upstream))
        let path = try Sluice.file(
            Self.configuration(upstream).replacing(
                "listeners: [{ name: http, address: \"127.0.0.1:0\" }]",
                with: "listeners: [{ name: http, address: \"127.0.0.1:\(gateway.port)\" }]"
            )
        )
        let second = try await Sluice.run(["run", path])
        #expect(second.status != 0 && second.errors.contains("\(gateway.port)"), "\(second.errors)")
        gateway.process.signal(SIGTERM)
        #expect(try await gateway.process.exit().status == 0)
        await upstream.stop()
    }

    @Test("writes its log anew after it was moved away")
    func reopening() async throws {
        let log = try AccessLogFile()
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: r, response: { status: 200, body: ok } }]
            \(log.filters)
            """
        let gateway = try await Sluice.serve(configuration)
        _ = try await get(gateway.port, "/1")
        #expect(try await log.lines(1).first?.string("path") == "/1")
        try FileManager.default.moveItem(atPath: log.path, toPath: log.path + ".1")
        gateway.process.signal(SIGHUP)
        let isBack = await eventually { FileManager.default.fileExists(atPath: log.path) }
        #expect(isBack)
        _ = try await get(gateway.port, "/2")
        #expect(try await log.lines(1).first?.string("path") == "/2")
        gateway.process.signal(SIGTERM)
        #expect(try await gateway.process.exit().status == 0)
    }
}
