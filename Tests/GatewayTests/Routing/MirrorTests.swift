import NIOHTTP1
import TestSupport
import Testing

@Suite("Copies of requests go to a mirror")
struct MirrorTests {
    private let route = "service: up.static\nmirror: { service: mirror.static }"

    @Test("with head and body, and its answer is dropped")
    func copies() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: "to \($0.body)") }
        let mirror = try await ScriptedUpstream.start { _ in .init(status: 500, body: "nobody sees this") }
        let services = [("up", [upstream.endpoint]), ("mirror", [mirror.endpoint])]
        try await GatewayFixture.run(routing(services, route: self.route)) { gateway in
            #expect(try await get(gateway.port, "/a?b=c", "x-a: b\r\n").hasSuffix("\r\n\r\nto "))
            let request = "POST /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            let answer = try await ReceivedAnswer.of(gateway.port, request + "5\r\nhello\r\n0\r\n\r\n")
            #expect(answer.status == 200 && answer.body == "to hello")
            #expect(await eventually { mirror.requests.count == 2 })
        }
        let copies = mirror.requests.sorted { $0.uri < $1.uri }
        #expect(copies.map(\.uri) == ["/a?b=c", "/p"])
        #expect(copies.map(\.body) == ["", "hello"])
        #expect(copies.first?.headers["x-a"] == ["b"])
        #expect(copies.first?.headers["host"] == ["h"])
        await upstream.stop()
        await mirror.stop()
    }

    @Test("that never answers without any delay for the client")
    func hangingMirror() async throws {
        let gate = Gate()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "well") }
        let mirror = try await ScriptedUpstream.start { _ in
            await gate.wait()
            return .init(body: "late")
        }
        let services = [("up", [upstream.endpoint]), ("mirror", [mirror.endpoint])]
        try await GatewayFixture.run(routing(services, route: self.route)) { gateway in
            // Every answer comes while all copies so far hang.
            for _ in 0..<20 { #expect(try await get(gateway.port).hasSuffix("well")) }
            #expect(await eventually { gate.waitingCount == 20 })
            try await gateway.expectNothingAlive()
            gate.open()
        }
        await upstream.stop()
        await mirror.stop()
    }

    @Test("that cannot be reached without any change for the client")
    func deadMirror() async throws {
        let refusing = try RefusingPort()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "well") }
        let services = [("up", [upstream.endpoint]), ("mirror", ["127.0.0.1:\(refusing.port)"])]
        try await GatewayFixture.run(routing(services, route: self.route)) { gateway in
            for _ in 0..<5 {
                let answer = try await get(gateway.port)
                #expect(answer.hasSuffix("well"))
            }
        }
        await upstream.stop()
    }

    @Test("but not with a body over streamBuffer", arguments: [1024, 1025])
    func bodyBound(_ length: Int) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "well") }
        let mirror = try await ScriptedUpstream.start { _ in .init(body: "") }
        let services = [("up", [upstream.endpoint]), ("mirror", [mirror.endpoint])]
        let configuration = routing(services, route: self.route, extra: "limits: { streamBuffer: 1KiB }")
        try await GatewayFixture.run(configuration) { gateway in
            let body = String(repeating: "x", count: length)
            let head = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: \(length)\r\n\r\n"
            let answer = try await ReceivedAnswer.of(gateway.port, head + body)
            #expect(answer.body == "well")
            // The copy of this one comes after that of the first, if there is one.
            #expect(try await get(gateway.port, "/last").hasSuffix("well"))
            let hasCome = await eventually { mirror.requests.contains { $0.uri == "/last" } }
            #expect(hasCome)
            if length <= 1024 { #expect(await eventually { mirror.requests.count == 2 }) }
        }
        #expect(mirror.requests.count == (length <= 1024 ? 2 : 1))
        await upstream.stop()
        await mirror.stop()
    }
}
