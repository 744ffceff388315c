import Foundation
import TestSupport
import Testing

@Suite("HTTP/2: other people's clients", .serialized)
struct HTTP2ToolTests {
    private static func has(_ tool: String) -> Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(tool)") }

    /// Runs a tool with its output in a file, and answers the file when the tool has ended.
    private func run(_ command: String) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("h2-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "{ \(command); } > \(file.path) 2>&1 < /dev/null; echo \"exit $?\" >> \(file.path)"]
        try process.run()
        var output = ""
        let hasEnded = await eventually(within: 120) {
            output = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return output.contains("\nexit ") || output.hasPrefix("exit ")
        }
        if !hasEnded { process.terminate() }
        return output
    }

    @Test("curl with prior knowledge")
    func curl() async throws {
        try #require(Self.has("curl"), "curl is not in PATH; Tests/run installs it")
        let upstream = try await ScriptedUpstream.start { .init(body: $0.body) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let output = try await self.run(
                "head -c 500000 /dev/zero | tr '\\0' a | curl -s -o /dev/null -w '%{http_version} %{http_code} %{size_download}\\n'"
                    + " --http2-prior-knowledge --data-binary @- http://127.0.0.1:\(gateway.port)/x"
            )
            #expect(output == "2 200 500000\nexit 0\n")
        }
        await upstream.stop()
    }

    @Test("nghttp with trailers and small windows")
    func nghttp() async throws {
        try #require(Self.has("nghttp"), "nghttp is not in PATH; Tests/run installs it")
        let upstream = try await ScriptedUpstream.start { _ in .init(body: String(repeating: "a", count: 500_000)) }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let output = try await self.run(
                "nghttp -ns -w 12 -W 12 --trailer 'x-end: 1' http://127.0.0.1:\(gateway.port)/x"
            )
            #expect(output.contains(" 200 488K /x") && output.hasSuffix("exit 0\n"), "\(output)")
        }
        await upstream.stop()
    }

    @Test("h2load with a hundred streams")
    func h2load() async throws {
        try #require(Self.has("h2load"), "h2load is not in PATH; Tests/run installs it")
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let output = try await self.run("h2load -n 1000 -c 2 -m 100 http://127.0.0.1:\(gateway.port)/x")
            #expect(output.contains("1000 succeeded, 0 failed"), "\(output)")
        }
        await upstream.stop()
    }
}
