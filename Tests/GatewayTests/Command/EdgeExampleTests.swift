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

@Suite("examples/edge runs as it stands", .timeLimit(.minutes(15)))
struct EdgeExampleTests {
    /// The files of the example, with other ports.
    private static func copy() async throws -> (folder: String, ports: [Int: Int]) {
        let source = Tools.root.appendingPathComponent("examples/edge")
        let folder = try TemporaryDirectories.shared.make().appendingPathComponent("edge")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var ports: [Int: Int] = [:]
        for port in [8080, 8443, 9001, 9002, 9003, 9901] { ports[port] = try FreePort.find() }
        for name in ["gateway.yaml", "services.yaml", "make-certificate"] {
            var text = try String(contentsOf: source.appendingPathComponent(name), encoding: .utf8)
            for (port, free) in ports { text = text.replacing(":\(port)", with: ":\(free)") }
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        let made = try await ChildProcess.run("/bin/sh", [folder.appendingPathComponent("make-certificate").path])
        try #require(made.status == 0, "\(made.errors)")
        return (folder.path, ports)
    }

    @Test func everyStepOfItsPage() async throws {
        let (folder, ports) = try await Self.copy()
        let check = try await Sluice.run(["check", folder + "/gateway.yaml"])
        #expect(check.status == 0 && check.errors.isEmpty, "\(check.errors)")
        let services = try ChildProcess.start(try Tools.sluice(), ["run", folder + "/services.yaml", "--workers", "1"])
        try await services.wait { $0.errors.contains("listener=web") }
        let gateway = try ChildProcess.start(try Tools.sluice(), ["run", folder + "/gateway.yaml", "--workers", "1"])
        try await gateway.wait { $0.errors.contains("listener=admin") }

        // Neither a field nor an absolute target makes a connection one that is secured.
        for (target, path) in [
            ("/page?a=1", "/page?a=1"), ("/api/orders", "/api/orders"), ("/api/", "/api/"),
            ("https://localhost/api/orders", "/api/orders"),
        ] {
            let plain = try await ReceivedAnswer.of(
                try #require(ports[8080]),
                "GET \(target) HTTP/1.1\r\nHost: localhost\r\nx-api-key: alice-key\r\nX-Forwarded-Proto: https\r\n"
                    + "Connection: close\r\n\r\n"
            )
            #expect(plain.status == 308, "\(target)")
            #expect(plain["location"] == "https://localhost:\(ports[8443] ?? 0)\(path)")
        }

        func secured(_ path: String, _ fields: [String] = []) async throws -> String {
            let url = "https://localhost:\(ports[8443] ?? 0)\(path)"
            let arguments = ["-sS", "-i", "--noproxy", "*", "--cacert", folder + "/tls/server.crt", url]
            let outcome = try await ChildProcess.run("/usr/bin/env", ["curl"] + arguments + fields)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.output
        }
        let page = try await secured("/page")
        #expect(page.contains(" 200") && page.contains("strict-transport-security"), "\(page)")
        #expect(try await secured("/api/orders").contains(" 401"))
        let start = ContinuousClock.now
        let orders = try await secured("/api/orders", ["-H", "x-api-key: alice-key"])
        #expect(orders.contains(" 200") && orders.contains(#"[{"order":1}]"#), "\(orders)")

        // Five in a minute pass, and there is one more that does not; on a slow machine the minute may end before.
        var passed = 1
        var limited = try await secured("/api/orders", ["-H", "x-api-key: alice-key"])
        while limited.contains(" 200"), passed < 100 {
            passed += 1
            limited = try await secured("/api/orders", ["-H", "x-api-key: alice-key"])
        }
        #expect(limited.contains(" 429") && limited.contains("Too many requests"), "\(limited)")
        let minutes = 1 + Int((ContinuousClock.now - start) / .seconds(60))
        #expect((5...5 * minutes).contains(passed), "\(passed)")
        #expect(try await secured("/page").contains(" 200"))

        try await gateway.wait { $0.output.contains("\"consumer\":\"alice\"") }
        try await gateway.wait { $0.output.contains("key-rate-limit.rejected") }
        #expect(gateway.output.contains("key-auth."))
        for process in [gateway, services] {
            process.signal(SIGTERM)
            #expect(try await process.exit().status == 0)
        }
    }
}
