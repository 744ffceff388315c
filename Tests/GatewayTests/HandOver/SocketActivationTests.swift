import Foundation
import TestSupport
import Testing

@testable import Gateway

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Sockets that systemd has opened", .timeLimit(.minutes(15)))
struct SocketActivationTests {
    /// Names the sockets, and how the configuration names the listeners.
    @Test(
        "are those of the listeners of their name, else of their address",
        arguments: [
            (["web", "admin"], ["{ name: web, address: \"127.0.0.1:1\" }"]),
            (["", ""], ["{ name: web, address: \"127.0.0.1:PORT0\" }"]),
            (["sluice.socket", "sluice.socket"], ["{ name: web, address: \"127.0.0.1:PORT0\" }"]),
        ]
    )
    func activation(_ names: [String], _ listeners: [String]) async throws {
        let ports = [try FreePort.find(), try FreePort.find()]
        let text = """
            admin: { address: "127.0.0.1:PORT1" }
            listeners: [\(listeners.joined(separator: ", "))]
            routes: [{ name: r, response: { status: 200, body: ok } }]
            """
        let configuration = text.replacing("PORT0", with: "\(ports[0])").replacing("PORT1", with: "\(ports[1])")
        let path = try Sluice.file(configuration)
        let process = try ChildProcess.start(
            try Tools.python(),
            [Tools.file("Python/socket_activation.py"), names.joined(separator: ":")]
                + ports.map { "\($0)" } + ["--", try Tools.sluice(), "run", path, "--workers", "2"]
        )
        // The connection waits in the socket from before the gateway was there.
        try await process.wait { $0.output.contains("listening") }
        let early = try await RawClient.connect(port: ports[0])
        try await early.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await early.readResponse().hasSuffix("ok"))
        for _ in 0..<20 {
            let answer = try await ReceivedAnswer.of(ports[0], "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(answer.status == 200)
        }
        let ready = try await ReceivedAnswer.of(
            ports[1],
            "GET /readyz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        )
        #expect(ready.status == 200)
        await early.close()
        process.signal(SIGTERM)
        let outcome = try await process.exit()
        #expect(outcome.status == 0)
        #expect(!outcome.errors.contains("belongs to no listener"), "\(outcome.errors)")
    }

    @Test("are kept when a reload removes their listener, for one that brings it back", arguments: ["web", ""])
    func kept(_ socketName: String) async throws {
        let port = try FreePort.find()
        func text(_ names: [String], _ status: Int) -> String {
            let items = names.map { "{ name: \($0), address: \"127.0.0.1:\($0 == "other" ? 0 : port)\" }" }
            return """
                admin: { address: "127.0.0.1:0" }
                listeners: [\(items.joined(separator: ", "))]
                routes: [{ name: r, response: { status: \(status), body: ok } }]
                """
        }
        let path = try Sluice.file(text(["web", "other"], 200))
        let process = try ChildProcess.start(
            try Tools.python(),
            [Tools.file("Python/socket_activation.py"), socketName, "\(port)", "--"]
                + [try Tools.sluice(), "run", path, "--workers", "2"]
        )
        try await process.wait { Sluice.port(in: $0.errors, of: "admin") != nil }
        let admin = try #require(Sluice.port(in: process.errors, of: "admin"))
        func reload(_ configuration: String) async throws -> ReceivedAnswer {
            try configuration.write(toFile: path, atomically: true, encoding: .utf8)
            return try await .of(admin, "POST /reload HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        }
        for (name, status) in [("web", 201), ("renamed", 202)] {
            #expect(try await reload(text(["other"], 200)).status == 200)
            // Nobody accepts it, and nobody refuses it.
            let early = try await RawClient.connect(port: port)
            try await early.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let back = try await reload(text([name, "other"], status))
            #expect(back.status == 200, "\(back.body)")
            #expect(try await early.readResponse().hasPrefix("HTTP/1.1 \(status) "))
            await early.close()
        }
        process.signal(SIGTERM)
        #expect(try await process.exit().status == 0)
    }

    @Test(arguments: [
        (["LISTEN_FDS": "2", "LISTEN_PID": "7"], ["", ""]), (["LISTEN_FDS": "2", "LISTEN_PID": "8"], []),
        (["LISTEN_FDS": "2"], []), ([:], []), (["LISTEN_FDS": "0", "LISTEN_PID": "7"], []),
        (["LISTEN_FDS": "3", "LISTEN_PID": "7", "LISTEN_FDNAMES": "a:unknown:c"], ["a", "", "c"]),
        (["LISTEN_FDS": "2", "LISTEN_PID": "7", "LISTEN_FDNAMES": "a"], ["a", ""]),
    ])
    func environment(_ variables: [String: String], _ names: [String]) throws {
        let found = try SocketActivation.descriptors(in: variables, process: 7)
        #expect(found.map(\.name) == names)
        #expect(found.map(\.descriptor) == names.indices.map { Int32(3 + $0) })
    }

    @Test(arguments: ["-1", "many", "", "99999"])
    func wrongCount(_ count: String) {
        #expect(throws: SocketActivation.Mistake.self) {
            try SocketActivation.descriptors(in: ["LISTEN_FDS": count, "LISTEN_PID": "7"], process: 7)
        }
    }
}
