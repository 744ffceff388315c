import NIOHTTP1
import TestSupport
import Testing

@Suite("A route changes header fields")
struct HeaderChangeTests {
    @Test("of requests after the filters, and of every answer")
    func bothWays() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            .init(headers: ["server": "secret", "x-kept": "1", "x-set": "old", "x-add": "one"], body: "hello")
        }
        let route = """
            service: up.static
            requestHeaders: { set: { x-set: new }, add: { x-add: two }, remove: [x-gone] }
            responseHeaders: { set: { x-set: new }, add: { x-add: two }, remove: [server] }
            """
        try await GatewayFixture.run(routing([("up", [upstream.endpoint])], route: route)) { gateway in
            let fields = "X-Set: old\r\nX-Set: older\r\nX-Add: one\r\nX-Gone: 1\r\n"
            let answer = try await get(gateway.port, "/", fields)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(!answer.contains("secret"))
            #expect(answer.contains("x-kept: 1\r\n"))
            #expect(answer.contains("x-set: new\r\n") && !answer.contains("x-set: old"))
            #expect(answer.contains("x-add: one\r\n") && answer.contains("x-add: two\r\n"))
        }
        let request = try #require(upstream.requests.first)
        #expect(request.headers["x-set"] == ["new"])
        #expect(request.headers["x-add"] == ["one", "two"])
        #expect(request.headers["x-gone"].isEmpty)
        await upstream.stop()
    }

    @Test("of answers that filters and the gateway make, too")
    func localAnswers() async throws {
        let refusing = try RefusingPort()
        let route = """
            service: up.static
            responseHeaders: { set: { strict-transport-security: max-age=1 } }
            """
        let filters = """
            filters:
              - filter: key-auth
                config: { keys: [x-key], consumers: [{ name: alice, credential: secret }] }
            """
        let configuration = routing([("up", ["127.0.0.1:\(refusing.port)"])], route: route, extra: filters)
        try await GatewayFixture.run(configuration) { gateway in
            let refused = try await get(gateway.port)
            #expect(refused.hasPrefix("HTTP/1.1 401"))
            #expect(refused.contains("strict-transport-security: max-age=1\r\n"))
            let failed = try await get(gateway.port, "/", "x-key: secret\r\n")
            #expect(failed.hasPrefix("HTTP/1.1 503"))
            #expect(failed.contains("strict-transport-security: max-age=1\r\n"))
        }
    }
}
