import Foundation
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("A new process takes over from the old one", .timeLimit(.minutes(15)))
struct HandOverTests {
    private struct Place {
        let port: Int
        let adminPort: Int
        let socket: String

        init() throws {
            self.port = try FreePort.find()
            self.adminPort = try FreePort.find()
            self.socket = "/tmp/\(try TemporaryDirectories.shared.make().lastPathComponent.prefix(40)).sock"
        }

        func configuration(_ body: String, more: String = "") -> String {
            """
            admin: { address: "127.0.0.1:\(self.adminPort)" }
            listeners: [{ name: http, address: "127.0.0.1:\(self.port)" }]
            routes: [{ name: r, response: { status: 200, body: "\(body)" } }]
            \(more)
            """
        }

        func start(_ configuration: String, workers: Int = 2) throws -> ChildProcess {
            let path = try Sluice.file(configuration)
            let arguments = ["run", path, "--workers", "\(workers)", "--hand-over", self.socket]
            return try ChildProcess.start(try Tools.sluice(), arguments)
        }

        func serve(_ configuration: String, workers: Int = 2) async throws -> ChildProcess {
            let process = try self.start(configuration, workers: workers)
            try await process.wait { $0.errors.contains("awaiting a successor") }
            return process
        }
    }

    @Test("under load without a refused, a reset or an unanswered connection", arguments: [(2, 2), (1, 3), (3, 1)])
    func underLoad(_ workers: (before: Int, after: Int)) async throws {
        let place = try Place()
        let old = try await place.serve(place.configuration("old"), workers: workers.before)
        let load = NewConnections(port: place.port)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 { tasks.addTask { await load.run() } }
            defer { load.end() }
            #expect(await eventually { load.count("old") > 50 })
            var current = old
            for round in 1...3 {
                let next = try await place.serve(place.configuration("new\(round)"), workers: workers.after)
                #expect(try await current.exit().status == 0, "\(current.errors)")
                #expect(await eventually { load.count("new\(round)") > 50 })
                current = next
            }
            load.end()
            try await tasks.waitForAll()
            #expect(load.failures == [])
            let request = "GET /readyz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            let admin = try await ReceivedAnswer.of(place.adminPort, request)
            #expect(admin.status == 200)
            current.signal(SIGTERM)
            #expect(try await current.exit().status == 0)
        }
    }

    @Test("streams of the old one end there")
    func streams() async throws {
        let place = try Place()
        let upstream = try await ManualUpstream.start()
        func text(_ body: String) -> String {
            """
            listeners: [{ name: http, address: "127.0.0.1:\(place.port)" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes:
              - { name: slow, match: { path: { exact: /slow } }, service: up.static }
              - { name: r, response: { status: 200, body: "\(body)" } }
            """
        }
        let old = try await place.serve(text("old"))
        let client = try await RawClient.connect(port: place.port)
        try await client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        let connection = try await upstream.accept()
        try await connection.readHead()
        let new = try await place.serve(text("new"))
        try await old.wait { $0.errors.contains("the successor serves") }
        let answer = try await ReceivedAnswer.of(place.port, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(answer.body == "new")
        #expect(!old.hasExited)
        try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        #expect(try await client.readToEnd().hasSuffix("late"))
        #expect(try await old.exit().status == 0)
        new.signal(SIGTERM)
        #expect(try await new.exit().status == 0)
        await upstream.stop()
    }

    @Test("one that cannot start leaves the old one as it is")
    func failedSuccessor() async throws {
        let place = try Place()
        let other = try await ManualUpstream.start()
        let old = try await place.serve(place.configuration("old"))
        let wrong = try place.start("listeners: 1\n")
        #expect(try await wrong.exit().status == 1)
        let occupied = place.configuration("new").replacing(
            "listeners: [",
            with: "listeners: [{ name: taken, address: \"127.0.0.1:\(other.port)\" }, "
        )
        let refused = try place.start(occupied)
        #expect(try await refused.exit().status == 70)
        try await old.wait { $0.errors.contains("this gateway goes on") }
        let answer = try await ReceivedAnswer.of(place.port, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(answer.body == "old")
        let new = try await place.serve(place.configuration("new"))
        #expect(try await old.exit().status == 0)
        new.signal(SIGTERM)
        #expect(try await new.exit().status == 0)
        await other.stop()
    }

    @Test("another configuration gets the sockets that it has, and the others are closed")
    func otherListeners() async throws {
        let place = try Place()
        let second = try FreePort.find()
        let old = try await place.serve(
            """
            listeners:
              - { name: a, address: "127.0.0.1:\(place.port)" }
              - { name: b, address: "127.0.0.1:\(second)" }
            routes: [{ name: r, response: { status: 200, body: old } }]
            """
        )
        let new = try await place.serve(
            """
            listeners: [{ name: renamed, address: "127.0.0.1:\(second)" }]
            routes: [{ name: r, response: { status: 200, body: new } }]
            """
        )
        #expect(try await old.exit().status == 0)
        let answer = try await ReceivedAnswer.of(second, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(answer.body == "new")
        try await new.wait { $0.errors.contains("belongs to no listener") }
        await #expect(throws: (any Error).self) { try await RawClient.connect(port: place.port) }
        new.signal(SIGTERM)
        #expect(try await new.exit().status == 0)
    }

    @Test("what listens there and is no gateway is an error, and a path that nobody can listen at too")
    func wrongPlace() async throws {
        let place = try Place()
        let path = try Sluice.file(place.configuration("x"))
        let outcome = try await Sluice.run(["run", path, "--hand-over", "/nowhere/at/all.sock"])
        #expect(outcome.status == 70)
        #expect(outcome.errors.contains("/nowhere/at/all.sock"), "\(outcome.errors)")
    }

    @Test("a file at the path stays as it is")
    func occupiedPath() async throws {
        let place = try Place()
        let text = place.configuration("x")
        let path = try Sluice.file(text)
        let link = place.socket
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        for occupied in [path, link] {
            let outcome = try await Sluice.run(["run", path, "--hand-over", occupied])
            #expect(outcome.status == 70)
            #expect(outcome.errors.contains("\(occupied) is there already and is no socket"), "\(outcome.errors)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test("a socket that nobody listens at is replaced")
    func leftover() async throws {
        let place = try Place()
        let killed = try await place.serve(place.configuration("killed"))
        killed.signal(SIGKILL)
        _ = try await killed.exit()
        #expect(FileManager.default.fileExists(atPath: place.socket))
        let next = try await place.serve(place.configuration("next"))
        next.signal(SIGTERM)
        #expect(try await next.exit().status == 0)
    }

    @Test("a path that no socket can have is an error that says how long it may be")
    func longPath() async throws {
        let place = try Place()
        let path = try Sluice.file(place.configuration("x"))
        let long = "/tmp/" + String(repeating: "x", count: 99)
        let outcome = try await Sluice.run(["run", path, "--hand-over", long])
        #expect(outcome.status == 70)
        let reason = "the path \(long) has 104 bytes, and that of a Unix socket has at most 103"
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }
}

/// Requests, each on a connection of its own.
private final class NewConnections: Sendable {
    private let port: Int
    private let state = Mutex((bodies: [String: Int](), failures: [String](), hasEnded: false))

    init(port: Int) { self.port = port }

    var failures: [String] { self.state.withLock { $0.failures } }

    func count(_ body: String) -> Int { self.state.withLock { $0.bodies[body] ?? 0 } }

    func end() { self.state.withLock { $0.hasEnded = true } }

    func run() async {
        while !self.state.withLock({ $0.hasEnded }) {
            let start = ContinuousClock.now
            do {
                let client = try await RawClient.connect(port: self.port)
                let answer = await self.ask(client, since: start)
                await client.close()
                if let answer { self.heard(answer) }
            } catch {
                self.heard("\(error)")
            }
        }
    }

    /// The answer, or the error that came in its place; `nil` when the request was so late that it need not have one.
    private func ask(_ client: RawClient, since start: ContinuousClock.Instant) async -> String? {
        var answer = ""
        do { try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") } catch { answer = "\(error)" }
        // A gateway that ends waits a second for the first byte of a connection, and this machine may stop for longer.
        let isLate = ContinuousClock.now - start > .milliseconds(900)
        if answer.isEmpty {
            do { answer = try await client.readResponse() } catch { answer = "\(error)" }
        }
        return isLate && !answer.hasPrefix("HTTP/1.1 ") ? nil : answer
    }

    private func heard(_ answer: String) {
        let body = answer.components(separatedBy: "\r\n\r\n").last ?? ""
        self.state.withLock { state in
            if answer.hasPrefix("HTTP/1.1 200 OK") {
                state.bodies[body, default: 0] += 1
            } else {
                state.failures.append(answer.debugDescription)
            }
        }
    }
}
