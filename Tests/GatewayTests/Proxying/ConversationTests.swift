import FilterAPI
import Foundation
import TestSupport
import Testing

@Suite("A conversation with an upstream")
struct ConversationTests {
    @Test("forwards early hints before the answer, and no leave to continue that nobody asked for")
    func earlyHints() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
            )
            let hints = try await client.read { $0.contains("\r\n\r\n") }
            #expect(hints == "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")
            client.clear()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.readResponse().hasPrefix("HTTP/1.1 200 OK\r\n"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("hides early hints from clients of HTTP/1.0")
    func earlyHintsOfHTTP10() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("ok"))
        }
        await upstream.stop()
    }

    @Test("passes methods on that nobody knows")
    func unknownMethod() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("BREW /pot HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
            let connection = try await upstream.accept()
            #expect(try await connection.read { $0.hasSuffix("hi") }.hasPrefix("BREW /pot HTTP/1.1\r\n"))
            try await connection.send("HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.readResponse().hasPrefix("HTTP/1.1 418 I'm a teapot\r\n"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("uses one connection for requests that follow each other, and as many as are needed at once")
    func reuse() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            for index in 0..<10 { #expect(try await get(gateway.port, "/\(index)").hasSuffix("/\(index)")) }
            #expect(upstream.connectionCount == 1)
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<20 { group.addTask { try await get(gateway.port, "/p\(index)") } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(Set(answers.compactMap { $0.components(separatedBy: "\r\n\r\n").last }).count == 20)
            #expect(upstream.connectionCount <= 20)
        }
        await upstream.stop()
    }

    @Test("gives an answer that comes while the body is still sent, and ends the client's connection")
    func earlyAnswer() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nbegin")
            let connection = try await upstream.accept()
            try await connection.read { $0.hasSuffix("begin") }
            try await connection.send("HTTP/1.1 413 Too Much\r\nContent-Length: 4\r\n\r\nstop")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 413 Too Much\r\n") && answer.hasSuffix("stop"))
            _ = try await connection.read { _ in false }
            #expect(connection.isClosedByPeer, "the body is not complete, so the connection cannot be used again")
            try await gateway.expectNothingAlive()
            await client.close()
        }
        await upstream.stop()
    }

    @Test("passes each part of an answer on as it comes")
    func streaming() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
            let connection = try await upstream.accept()
            try await connection.read { $0.contains("one") }
            try await client.send("3\r\ntwo\r\n")
            try await connection.read { $0.contains("two") }
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            _ = try await client.read { $0.contains("first") }
            try await client.send("5\r\nthree\r\n0\r\n\r\n")
            try await connection.read { $0.contains("three") && $0.hasSuffix("0\r\n\r\n") }
            try await connection.send("6\r\nsecond\r\n")
            _ = try await client.read { $0.contains("second") }
            try await connection.send("0\r\nx-trailer: t\r\n\r\n")
            let end = try await client.read { $0.hasSuffix("0\r\nx-trailer: t\r\n\r\n") }
            #expect(end.contains("6\r\nsecond\r\n"))
            client.clear()
            connection.clear()
            try await client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            try await connection.read { $0.hasPrefix("GET /next ") }
            await client.close()
        }
        await upstream.stop()
    }

    struct Bodiless: Sendable, CustomTestStringConvertible {
        let name: String
        let method: String
        let answer: String
        let contains: String
        var testDescription: String { self.name }
    }

    @Test(
        "knows which answers have no body",
        arguments: [
            Bodiless(name: "204", method: "GET", answer: "HTTP/1.1 204 No Content\r\n\r\n", contains: "HTTP/1.1 204 "),
            Bodiless(
                name: "304 with length",
                method: "GET",
                answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
                contains: "HTTP/1.1 304 "
            ),
            Bodiless(
                name: "HEAD with length",
                method: "HEAD",
                answer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
                contains: "9\r\n"
            ),
            Bodiless(
                name: "HEAD in chunks",
                method: "HEAD",
                answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                contains: "HTTP/1.1 200 "
            ),
            Bodiless(
                name: "an empty body",
                method: "GET",
                answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                contains: "0\r\n"
            ),
        ]
    )
    func bodiless(_ given: Bodiless) async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("\(given.method) /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send(given.answer)
            let answer = try await client.read { $0.contains("\r\n\r\n") }
            #expect(answer.contains(given.contains) && answer.hasSuffix("\r\n\r\n"), "\(answer)")
            client.clear()
            connection.clear()
            try await client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await connection.readHead().hasPrefix("GET /2 "), "over the same connections")
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.readResponse().hasSuffix("\r\n\r\nok"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test("takes the end of the connection for the end of an answer without length")
    func untilClose() async throws {
        let upstream = try await RawUpstream.start(answer: "HTTP/1.1 200 OK\r\n\r\nuntil the end")
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "127.0.0.1:\(upstream.port)" }]
            routes: [{ name: all, service: up.static }]
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            for _ in 0..<2 {
                client.clear()
                try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                let answer = try await client.readResponse()
                #expect(answer.contains("until the end") && answer.hasSuffix("0\r\n\r\n"))
            }
            await client.close()
        }
        await upstream.stop()
    }

    @Test("is begun anew when a connection was closed while it waited")
    func staleConnection() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            for index in 0..<3 {
                client.clear()
                try await client.send("GET /\(index) HTTP/1.1\r\nHost: h\r\n\r\n")
                let connection = try await upstream.accept()
                #expect(try await connection.readHead().hasPrefix("GET /\(index) "))
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                #expect(try await client.readResponse().hasSuffix("ok"))
                await connection.close()
            }
            await client.close()
        }
        await upstream.stop()
    }
}
