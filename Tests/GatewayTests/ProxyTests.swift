import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// A configuration with one service and a route for everything.
func proxying(to upstream: ScriptedUpstream, extra: String = "", route: String = "") -> String {
    """
    listeners:
      - { name: http, address: "127.0.0.1:0" }
    services:
      - { name: up, type: static, domain: "\(upstream.endpoint)" }
    routes:
      - name: all
        service: up.static
    \(route)
    \(extra)
    """
}

@Suite("Requests pass through")
struct ProxyTests {
    @Test func aRequestReachesTheUpstreamAndItsAnswerTheClient() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            .init(headers: ["x-answer": "Yes"], body: "hello")
        }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /a/../b?q=1 HTTP/1.1\r\nHost: Example.com\r\nX-Mixed-Case: v\r\n\r\n")
            let response = try await client.readResponse()
            #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(response.contains("x-answer: Yes\r\n"))
            #expect(response.hasSuffix("\r\n\r\nhello"))
            await client.close()
        }
        let request = try #require(upstream.requests.first)
        #expect(request.uri == "/b?q=1")
        #expect(request.headers["host"] == ["Example.com"])
        #expect(request.headers.contains { $0.name == "X-Mixed-Case" && $0.value == "v" })
        #expect(request.headers["x-forwarded-for"] == ["127.0.0.1"])
        #expect(request.headers["x-forwarded-proto"] == ["http"])
        #expect(request.headers["x-request-id"].count == 1)
        await upstream.stop()
    }

    @Test func aBodyOfKnownLengthAndOneInChunksArriveWhole() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.body) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST /l HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab")
            try await client.send("cde")
            #expect(try await client.readResponse().hasSuffix("\r\n\r\nabcde"))
            client.clear()
            try await client.send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            try await client.send("2;x=y\r\nde\r\n0\r\n\r\n")
            #expect(try await client.readResponse().hasSuffix("\r\n\r\nabcde"))
            await client.close()
        }
        #expect(upstream.requests.map(\.body) == ["abcde", "abcde"])
        #expect(upstream.requests.first?.headers["content-length"] == ["5"])
        #expect(upstream.requests.last?.headers["transfer-encoding"] == ["chunked"])
        #expect(upstream.connectionCount == 1)
        await upstream.stop()
    }

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            let requests = (0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
            try await client.send(requests + "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let answer = try await client.readToEnd()
            let paths = answer.components(separatedBy: "\r\n\r\n").dropFirst().map { part in
                part.components(separatedBy: "HTTP/1.1")[0]
            }
            #expect(paths == (0..<20).map { "/\($0)" } + ["/last"])
        }
        await upstream.stop()
    }

    @Test func anAnswerInChunksStaysInChunks() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(parts: ["one", "two"]) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await client.readResponse()
            #expect(response.lowercased().contains("transfer-encoding: chunked\r\n"))
            #expect(response.contains("one") && response.contains("two"))
            let old = try await RawClient.connect(port: gateway.port)
            try await old.send("GET / HTTP/1.0\r\n\r\n")
            let whole = try await old.readToEnd()
            #expect(!whole.lowercased().contains("transfer-encoding"))
            #expect(whole.hasSuffix("\r\n\r\nonetwo"))
            await client.close()
        }
        await upstream.stop()
    }

    @Test func aHeadRequestGetsTheLengthAndNoBody() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "12345") }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let response = try await client.readToEnd()
            #expect(response.contains("content-length: 5\r\n"))
            #expect(response.hasSuffix("\r\n\r\n"))
        }
        await upstream.stop()
    }

    @Test func leaveToSendABodyIsGivenWhenTheFiltersLetTheRequestPass() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.body) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            let leave = try await client.read { $0.contains("\r\n\r\n") }
            #expect(leave == "HTTP/1.1 100 Continue\r\n\r\n")
            client.clear()
            try await client.send("hi")
            #expect(try await client.readResponse().hasSuffix("hi"))
            await client.close()
        }
        #expect(upstream.requests.first?.headers["expect"] == [])
        await upstream.stop()
    }

    @Test func aRefusingFilterAnswersWithoutLeave() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.body) }
        let filters = """
            filters:
              - filter: key-auth
                config: { keys: [x-api-key], consumers: [{ name: a, credential: k }] }
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.lowercased().contains("connection: close"))
        }
        #expect(upstream.requests.isEmpty)
        await upstream.stop()
    }

    @Test func anUnreadBodyIsNeverTakenForARequest() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        let filters = """
            filters:
              - filter: key-auth
                config: { keys: [x-api-key], consumers: [{ name: a, credential: k }] }
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            let smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\nx-api-key: k\r\n\r\n"
            try await client.send(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n" + smuggled
                    + "GET /next HTTP/1.1\r\nHost: h\r\nx-api-key: k\r\nConnection: close\r\n\r\n"
            )
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.hasSuffix("/next"))
        }
        #expect(upstream.requests.map(\.uri) == ["/next"])
        await upstream.stop()
    }

    @Test func alargeAnswerAndALargeBodyPassUnchanged() async throws {
        let text = String(repeating: "0123456789abcdef", count: 512 * 1024)
        let upstream = try await ScriptedUpstream.start { request in
            .init(body: request.method == "POST" ? "\(request.body.utf8.count)" : text)
        }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(try await client.readToEnd().hasSuffix("\r\n\r\n" + text))
            let sender = try await RawClient.connect(port: gateway.port)
            try await sender.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(text.utf8.count)\r\n\r\n" + text)
            #expect(try await sender.readResponse().hasSuffix("\r\n\r\n\(text.utf8.count)"))
            await sender.close()
        }
        await upstream.stop()
    }
}
