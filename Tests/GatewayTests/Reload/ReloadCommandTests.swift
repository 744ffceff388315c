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

@Suite("sluice run, reload and drain", .timeLimit(.minutes(15)))
struct ReloadCommandTests {
    private static func text(_ body: String, address: String = "127.0.0.1:0") -> String {
        """
        admin: { address: "127.0.0.1:0" }
        listeners: [{ name: http, address: "\(address)" }]
        routes: [{ name: r, response: { status: 200, body: "\(body)" } }]
        """
    }

    private func start(_ path: String, _ arguments: [String] = []) async throws -> Sluice.Serving {
        let process = try ChildProcess.start(try Tools.sluice(), ["run", path, "--workers", "1"] + arguments)
        try await process.wait { Sluice.port(in: $0.errors, of: "admin") != nil }
        return Sluice.Serving(process: process, port: try #require(Sluice.port(in: process.errors, of: "http")))
    }

    private func end(_ gateway: Sluice.Serving) async throws {
        gateway.process.signal(SIGTERM)
        #expect(try await gateway.process.exit().status == 0)
    }

    private func ask(_ gateway: Sluice.Serving, _ request: String, fields: String = "") async throws -> ReceivedAnswer {
        let port = try #require(gateway.adminPort)
        return try await ReceivedAnswer.of(port, "\(request) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n")
    }

    private func answers(_ gateway: Sluice.Serving, _ body: String) async -> Bool {
        await eventually { (try? await get(gateway.port, "/").hasSuffix(body)) ?? false }
    }

    @Test("reads the file again at SIGHUP, and says what is wrong with it")
    func hangup() async throws {
        let path = try Sluice.file(Self.text("one"))
        let gateway = try await self.start(path)
        try Self.text("two").write(toFile: path, atomically: true, encoding: .utf8)
        gateway.process.signal(SIGHUP)
        #expect(await self.answers(gateway, "two"))
        try "listeners: 7\n".write(toFile: path, atomically: true, encoding: .utf8)
        gateway.process.signal(SIGHUP)
        try await gateway.process.wait { $0.errors.contains("configuration refused, the old one stays") }
        #expect(gateway.process.errors.contains("\(path):1:12: "))
        #expect(await self.answers(gateway, "two"))
        try await self.end(gateway)
    }

    @Test("reads the file again when an operator asks, and answers what became of it")
    func post() async throws {
        let path = try Sluice.file(Self.text("one"))
        let gateway = try await self.start(path)
        try Self.text("two").write(toFile: path, atomically: true, encoding: .utf8)
        let applied = try await self.ask(gateway, "POST /reload")
        #expect(applied.status == 200 && applied.object["changed"] as? Bool == true)
        let hash = try #require(applied.object["hash"] as? String)
        #expect(await self.answers(gateway, "two"))
        try "listeners: 7\nroutes: 8\n".write(toFile: path, atomically: true, encoding: .utf8)
        let refused = try await self.ask(gateway, "POST /reload")
        #expect(refused.status == 400 && refused.object["hash"] as? String == hash)
        let errors = refused.object["errors"] as? [[String: Any]] ?? []
        #expect(errors.compactMap { $0["line"] as? Int } == [1, 2] && errors.allSatisfy { $0["column"] is Int })
        #expect(errors.allSatisfy { $0["message"] is String && $0["file"] as? String == path })
        let metrics = try PrometheusFamilies(try await self.ask(gateway, "GET /metrics").body)
        #expect(metrics.samples[#"sluice_reloads_total{result="applied"}"#] == 1)
        #expect(metrics.samples[#"sluice_reloads_total{result="refused"}"#] == 1)
        #expect(metrics.samples["sluice_config_last_reload_successful"] == 0)
        #expect(metrics.samples["sluice_config_info{hash=\"\(hash.prefix(12))\"}"] == 1)
        #expect(try await self.ask(gateway, "GET /config").body.contains("two"))
        try await self.end(gateway)
    }

    @Test("changes nothing for a GET or a web page", arguments: ["/reload", "/drain"])
    func refusedRequests(_ path: String) async throws {
        let gateway = try await self.start(try Sluice.file(Self.text("one")))
        let read = try await self.ask(gateway, "GET \(path)")
        #expect(read.status == 405 && read["allow"] == "POST")
        #expect(try await self.ask(gateway, "POST \(path)", fields: "Origin: http://a.example\r\n").status == 403)
        #expect(try await self.ask(gateway, "GET /readyz").status == 200)
        try await self.end(gateway)
    }

    @Test("drains and ends when an operator asks")
    func drain() async throws {
        let upstream = try await ManualUpstream.start()
        let path = try Sluice.file(
            """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes: [{ name: r, service: up.static }]
            """
        )
        let gateway = try await self.start(path)
        let client = try await RawClient.connect(port: gateway.port)
        try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let connection = try await upstream.accept()
        try await connection.readHead()
        #expect(try await self.ask(gateway, "POST /drain").status == 200)
        #expect(try await self.ask(gateway, "GET /readyz").status == 503)
        #expect(!gateway.process.hasExited)
        // A supervisor that drains by HTTP goes on with SIGTERM: that is not the second signal.
        gateway.process.signal(SIGTERM)
        try await gateway.process.wait { $0.errors.contains("draining") }
        try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        #expect(try await client.readToEnd().hasSuffix("late"))
        #expect(try await gateway.process.exit().status == 0)
        await upstream.stop()
    }

    @Test("ends after a drain without anybody connected")
    func idleDrain() async throws {
        let gateway = try await self.start(try Sluice.file(Self.text("one")))
        #expect(try await self.ask(gateway, "POST /drain").object["draining"] as? Bool == true)
        #expect(try await gateway.process.exit().status == 0)
    }

    @Test("watches a file that is replaced by renaming")
    func watchRename() async throws {
        let path = try Sluice.file(Self.text("one"))
        let gateway = try await self.start(path, ["--watch"])
        for body in ["two", "three"] {
            try Self.text(body).write(toFile: path + ".new", atomically: false, encoding: .utf8)
            #expect(rename(path + ".new", path) == 0)
            #expect(await self.answers(gateway, body))
        }
        try await self.end(gateway)
    }

    @Test("watches through links, as Kubernetes turns them, and secrets' files")
    func watchLinks() async throws {
        let directory = try TemporaryDirectories.shared.make()
        let files = FileManager.default
        func release(_ number: Int) throws {
            let name = "..release\(number)"
            let folder = directory.appendingPathComponent(name)
            try files.createDirectory(at: folder, withIntermediateDirectories: false)
            let text = Self.text("${file:\(directory.path)/word}")
            try (text + "\n").write(toFile: folder.path + "/gateway.yaml", atomically: false, encoding: .utf8)
            try "word\(number)\n".write(toFile: folder.path + "/word", atomically: false, encoding: .utf8)
            let link = directory.path + "/..data"
            try files.createSymbolicLink(atPath: link + "_new", withDestinationPath: name)
            #expect(rename(link + "_new", link) == 0)
        }
        try release(1)
        for name in ["gateway.yaml", "word"] {
            try files.createSymbolicLink(atPath: directory.path + "/" + name, withDestinationPath: "..data/" + name)
        }
        let gateway = try await self.start(directory.path + "/gateway.yaml", ["--watch"])
        #expect(await self.answers(gateway, "word1"))
        try release(2)
        #expect(await self.answers(gateway, "word2"))
        // Only the secret.
        try "word3\n".write(toFile: directory.path + "/..release2/word", atomically: true, encoding: .utf8)
        #expect(await self.answers(gateway, "word3"))
        try await self.end(gateway)
    }
}
