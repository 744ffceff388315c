import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// A request over a socket, and what becomes of it.
struct SocketCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The items of `filters`, each a line.
    let filters: [String]
    var method = "GET"
    var path = "/"
    /// Header lines of the request.
    var fields: [String] = []
    var body = ""
    let status: Int
    /// Fields of the answer; `nil` for one that must not be there.
    var answer: [String: String?] = [:]
    var text: String?
    /// `response_code_details` of the access log.
    var details = "via_upstream"

    /// The whole request.
    var request: String {
        let length = self.body.isEmpty ? [] : ["content-length: \(self.body.utf8.count)"]
        let lines = ["\(self.method) \(self.path) HTTP/1.1", "Host: h", "Connection: close"] + self.fields + length
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + self.body
    }
}

@Suite("Filters for traffic over a socket")
struct TrafficFilterTests {
    private static let key = "{ filter: key-auth, config: { consumers: [{ name: a, credential: k }] } }"
    private static let skip =
        #"{ filter: skip-header, config: { rules: [{ header: x-inner, value: "1", filters: [key-auth] }] } }"#
    private static let cors = """
        { filter: cors, config: { allow_origins: ["https://app.example"], allow_methods: [GET, PUT], \
        allow_headers: [x-token], expose_headers: [x-answer], max_age: 60 } }
        """
    private static let block = """
        { filter: request-block, config: { block_urls: [swagger], block_headers: [x-evil], block_bodies: [hello], \
        block_exact_urls: [/exact], block_regexp_urls: ["/v[0-9]+$"], max_request_body_bytes: 64 } }
        """

    static let cases: [SocketCase] = [
        SocketCase(
            testDescription: "cors: no origin",
            filters: [cors],
            status: 200,
            answer: ["vary": "Origin"],
            text: "ok"
        ),
        SocketCase(
            testDescription: "cors: an allowed origin",
            filters: [cors],
            fields: ["Origin: https://app.example"],
            status: 200,
            answer: ["access-control-allow-origin": "https://app.example", "access-control-expose-headers": "x-answer"]
        ),
        SocketCase(
            testDescription: "cors: another origin",
            filters: [cors],
            fields: ["Origin: https://evil.example"],
            status: 403,
            answer: ["access-control-allow-origin": nil],
            text: "Invalid CORS request",
            details: "cors.origin_forbidden"
        ),
        SocketCase(
            testDescription: "cors: a preflight",
            filters: [cors],
            method: "OPTIONS",
            fields: [
                "Origin: https://app.example", "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: X-Token",
            ],
            status: 204,
            answer: [
                "access-control-allow-origin": "https://app.example", "access-control-allow-methods": "GET,PUT",
                "access-control-allow-headers": "x-token", "access-control-max-age": "60", "content-length": nil,
            ],
            text: "",
            details: "cors.preflight"
        ),
        SocketCase(
            testDescription: "cors: a preflight for too much",
            filters: [cors],
            method: "OPTIONS",
            fields: ["Origin: https://app.example", "Access-Control-Request-Method: DELETE"],
            status: 403,
            details: "cors.method_forbidden"
        ),
        SocketCase(
            testDescription: "cors: fields on a 401",
            filters: [key, cors],
            fields: ["Origin: https://app.example"],
            status: 401,
            answer: ["access-control-allow-origin": "https://app.example"],
            details: "key-auth.unauthorized"
        ),
        SocketCase(
            testDescription: "request-block: an escaped letter",
            filters: [block],
            path: "/%73wagger.html",
            status: 403,
            details: "request-block.url_blocked"
        ),
        SocketCase(
            testDescription: "request-block: exact",
            filters: [block],
            path: "/exact",
            status: 403,
            details: "request-block.url_blocked"
        ),
        SocketCase(testDescription: "request-block: more than exact", filters: [block], path: "/exact?a", status: 200),
        SocketCase(
            testDescription: "request-block: expression",
            filters: [block],
            path: "/v12",
            status: 403,
            details: "request-block.url_blocked"
        ),
        SocketCase(
            testDescription: "request-block: a field",
            filters: [block],
            fields: ["X-EVIL-y: 1"],
            status: 403,
            details: "request-block.header_blocked"
        ),
        SocketCase(
            testDescription: "request-block: a body",
            filters: [block],
            method: "POST",
            body: "oh hello",
            status: 403,
            details: "request-block.body_blocked"
        ),
        SocketCase(
            testDescription: "request-block: another body",
            filters: [block],
            method: "POST",
            body: "oh",
            status: 200
        ),
        SocketCase(
            testDescription: "request-block: a long body",
            filters: [block],
            method: "POST",
            body: String(repeating: "x", count: 65),
            status: 413,
            details: "request-block.body_too_large"
        ),
        SocketCase(
            testDescription: "bot-detect: a crawler",
            filters: ["{ filter: bot-detect, config: { blocked_code: 401, blocked_message: no } }"],
            fields: ["User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)"],
            status: 401,
            text: "no",
            details: "bot-detect.blocked"
        ),
        SocketCase(
            testDescription: "bot-detect: a browser",
            filters: ["{ filter: bot-detect }"],
            fields: ["User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"],
            status: 200
        ),
        SocketCase(
            testDescription: "bot-detect: an agent that is allowed",
            filters: [#"{ filter: bot-detect, config: { allow: ["Googlebot"] } }"#],
            fields: ["User-Agent: Googlebot/2.1"],
            status: 200
        ),
        SocketCase(testDescription: "bot-detect: no agent", filters: ["{ filter: bot-detect }"], status: 200),
        SocketCase(
            testDescription: "skip-header: a filter is skipped",
            filters: [skip, key],
            fields: ["X-Inner: 1"],
            status: 200,
            text: "ok"
        ),
        SocketCase(
            testDescription: "skip-header: another value",
            filters: [skip, key],
            fields: ["X-Inner: 11"],
            status: 401,
            details: "key-auth.unauthorized"
        ),
        SocketCase(
            testDescription: "skip-header: one of two fields",
            filters: [skip, key],
            fields: ["X-Inner: 0", "x-inner: 1"],
            status: 200
        ),
        SocketCase(
            testDescription: "skip-header: no field",
            filters: [skip, key],
            status: 401,
            details: "key-auth.unauthorized"
        ),
        SocketCase(
            testDescription: "custom-response: another status",
            filters: ["{ filter: custom-response, config: { status_code: 418, enable_on_status: [404], body: tea } }"],
            status: 200,
            text: "ok"
        ),
        SocketCase(
            testDescription: "custom-response: every request",
            filters: [#"{ filter: custom-response, config: { status_code: 201, headers: ["x-a=b=c"], body: "{}" } }"#],
            status: 201,
            answer: ["x-a": "b=c", "content-type": "application/json; charset=utf-8", "content-length": "2"],
            text: "{}",
            details: "custom-response.fixed"
        ),
        SocketCase(
            testDescription: "custom-response: in place of a status",
            filters: ["{ filter: custom-response, config: { status_code: 418, enable_on_status: [200], body: tea } }"],
            status: 418,
            answer: ["x-answer": nil],
            text: "tea",
            details: "custom-response.replaced"
        ),
        SocketCase(
            testDescription: "custom-response: HEAD",
            filters: ["{ filter: custom-response, config: { body: tea } }"],
            method: "HEAD",
            status: 200,
            answer: ["content-length": "3"],
            text: "",
            details: "custom-response.fixed"
        ),
        SocketCase(
            testDescription: "headers: of a response",
            filters: [
                "{ filter: headers, config: { response: { set: { x-answer: new }, add: { x-b: c }, remove: [date] } } }"
            ],
            status: 200,
            answer: ["x-answer": "new", "x-b": "c"]
        ),
        SocketCase(
            testDescription: "request-id: the client's own is not believed",
            filters: ["{ filter: request-id }"],
            fields: ["X-Request-Id: mine"],
            status: 200
        ),
    ]

    @Test(arguments: cases)
    func requests(_ example: SocketCase) async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(headers: ["x-answer": "yes"], body: "ok") }
        let filters = example.filters.map { "  - \($0)" }.joined(separator: "\n")
        let configuration = proxying(to: upstream, extra: "filters:\n\(log.entry)\n\(filters)")
        try await GatewayFixture.run(configuration) { gateway in
            let answer = try await ReceivedAnswer.of(gateway.port, example.request)
            #expect(answer.status == example.status)
            for (name, value) in example.answer { #expect(answer[name] == value, "\(name)") }
            if let text = example.text { #expect(answer.body == text) }
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == example.status && line.details == example.details)
            #expect(upstream.requests.count == (line.string("upstream_host") == nil ? 0 : 1))
            if example.testDescription.hasPrefix("request-id") {
                #expect(answer["x-request-id"] == line.string("request_id") && answer["x-request-id"] != "mine")
                #expect(upstream.requests.first?.headers["x-request-id"].first == answer["x-request-id"])
            }
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("headers: of a request, and what they route to")
    func requestHeaders() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: "\($0.headers["host"]) \($0.headers["x-a"])") }
        let filters = """
            filters:
              - filter: headers
                config: { request: { set: { host: inner.example, x-a: new }, remove: [x-b] } }
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            let answer = try await get(gateway.port, "/", "x-a: old\r\nx-b: 1\r\n")
            #expect(answer.hasSuffix(#"["inner.example"] ["new"]"#), "\(answer)")
            #expect(upstream.requests.first?.headers["x-b"] == [])
        }
        await upstream.stop()
    }
}
