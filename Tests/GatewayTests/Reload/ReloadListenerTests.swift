import FilterAPI
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("Reload of listeners", .timeLimit(.minutes(15)))
struct ReloadListenerTests {
    private let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    private func text(_ listeners: [(name: String, port: Int)], limits: String = "", more: String = "") -> String {
        let items = listeners.map { "{ name: \($0.name), address: \"127.0.0.1:\($0.port)\"\(limits) }" }
        return """
            \(more)
            listeners: [\(items.joined(separator: ", "))]
            routes: [{ name: r, response: { status: 200, body: ok } }]
            """
    }

    @Test("opens listeners that are added, and ends those that are removed with their connections")
    func turnover() async throws {
        try await ReloadFixture.run(self.text([("a", 0)])) { gateway in
            let first = try gateway.port("a")
            let client = try await RawClient.connect(port: first)
            try await client.send(self.request)
            _ = try await client.readResponse()
            try await gateway.apply(self.text([("a", 0), ("b", 0)]))
            #expect(try gateway.port("a") == first)
            let second = try gateway.port("b")
            #expect(try await gateway.get("/", port: second).status == 200)
            #expect(!client.isClosedByPeer)
            try await gateway.apply(self.text([("b", 0)]))
            _ = try await client.readToEnd()
            #expect(client.isClosedByPeer, "an idle connection of the listener that went")
            await #expect(throws: (any Error).self) { try await RawClient.connect(port: first) }
            #expect(try await gateway.get("/", port: second).status == 200)
            await client.close()
        }
    }

    @Test("lets the streams of a removed listener end")
    func removedWithStream() async throws {
        let upstream = try await ManualUpstream.start()
        func text(_ names: [String]) -> String {
            let items = names.map { "{ name: \($0), address: \"127.0.0.1:0\" }" }.joined(separator: ", ")
            return """
                listeners: [\(items)]
                services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
                routes: [{ name: r, service: up.static }]
                """
        }
        try await ReloadFixture.run(text(["a", "b"])) { gateway in
            let client = try await RawClient.connect(port: try gateway.port("a"))
            try await client.send(self.request)
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await gateway.apply(text(["b"]))
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK") && answer.hasSuffix("late"))
            #expect(answer.lowercased().contains("connection: close"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("cuts what is left of a removed listener after drainTimeout")
    func removedTooSlow() async throws {
        let upstream = try await ManualUpstream.start()
        func text(_ names: [String]) -> String {
            let items = names.map { "{ name: \($0), address: \"127.0.0.1:0\" }" }.joined(separator: ", ")
            return """
                drainTimeout: 200ms
                listeners: [\(items)]
                services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
                routes: [{ name: r, service: up.static }]
                """
        }
        try await ReloadFixture.run(text(["a", "b"])) { gateway in
            let client = try await RawClient.connect(port: try gateway.port("a"))
            try await client.send(self.request)
            try await upstream.accept().readHead()
            try await gateway.apply(text(["b"]))
            _ = try await client.readToEnd()
            #expect(client.isClosedByPeer)
            await client.close()
        }
        await upstream.stop()
    }

    @Test("keeps a port open when its listener gets another name")
    func renamed() async throws {
        try await ReloadFixture.run(self.text([("a", 0)])) { gateway in
            let port = try gateway.port("a")
            // Port 0 is known by its name; with the real port the address is what counts.
            try await gateway.apply(self.text([("a", 0), ("fixed", try FreePort.find())]))
            let fixed = try gateway.port("fixed")
            let client = try await RawClient.connect(port: fixed)
            try await client.send(self.request)
            _ = try await client.readResponse()
            client.clear()
            try await gateway.apply(self.text([("a", 0), ("other", fixed)]))
            try await client.send(self.request)
            #expect(try await client.readResponse().hasSuffix("ok"))
            #expect(try gateway.port("other") == fixed && gateway.port("a") == port)
            await client.close()
        }
    }

    @Test("is refused as a whole when an address is in use, and leaves nothing bound")
    func occupied() async throws {
        let other = try await ManualUpstream.start()
        try await ReloadFixture.run(self.text([("a", 0)])) { gateway in
            let free = try FreePort.find()
            let outcome = try await gateway.reload(self.text([("a", 0), ("b", free), ("c", other.port)]))
            #expect(outcome.result == .refused)
            #expect(outcome.errors.count == 1 && outcome.errors[0].message.contains("\(other.port)"))
            #expect(outcome.errors[0].position.line == 2)
            #expect(gateway.server.addresses.map(\.name) == ["a"])
            await #expect(throws: (any Error).self) { try await RawClient.connect(port: free) }
            #expect(try await gateway.get("/").status == 200)
        }
        await other.stop()
    }

    @Test("gives changed limits to new connections")
    func limits() async throws {
        let long = "GET /\(String(repeating: "x", count: 200)) HTTP/1.1\r\nHost: h\r\n\r\n"
        try await ReloadFixture.run(self.text([("a", 0)])) { gateway in
            let port = try gateway.port()
            let old = try await RawClient.connect(port: port)
            try await old.send(self.request)
            _ = try await old.readResponse()
            old.clear()
            try await gateway.apply(self.text([("a", 0)], limits: ", limits: { requestLine: 100B }"))
            try await old.send(long)
            #expect(try await old.readResponse().hasPrefix("HTTP/1.1 200 "))
            #expect(try await ReceivedAnswer.of(port, long).status == 414)
            await old.close()
        }
    }

    @Test("moves the operators' listener and changes its token")
    func admin() async throws {
        func admin(_ token: String) -> String { "admin: { address: \"127.0.0.1:0\", token: \(token) }" }
        func ask(_ port: Int, _ token: String) async throws -> Int {
            let fields = "Authorization: Bearer \(token)\r\nConnection: close\r\n"
            return try await ReceivedAnswer.of(port, "GET /config HTTP/1.1\r\nHost: h\r\n\(fields)\r\n").status
        }
        try await ReloadFixture.run(self.text([("a", 0)], more: admin("one"))) { gateway in
            let port = try #require(gateway.server.adminAddress?.port)
            #expect(try await ask(port, "one") == 200)
            try await gateway.apply(self.text([("a", 0)], more: admin("two")))
            #expect(gateway.server.adminAddress?.port == port)
            #expect(try await ask(port, "one") == 401)
            #expect(try await ask(port, "two") == 200)
            try await gateway.apply(self.text([("a", 0)]))
            #expect(gateway.server.adminAddress == nil)
            #expect(await eventually { (try? await RawClient.connect(port: port)) == nil })
        }
    }
}
