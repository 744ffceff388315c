import FilterAPI
import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

/// Does wrong in the way that the field `x-do` asks for.
private final class Unruly: Filter, RequestHeadHook, RequestCollectHook, ResponseHeadHook, ResponseCollectHook {
    static let name = "unruly"
    static let summary = "Does wrong on demand."

    struct Failure: Error {}

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) throws -> FilterAction {
        switch stream.request.headers["x-do"] {
        case "fail": throw Failure()
        case "collect": return .collect(limit: 4)
        case "no-path": stream.request.path = ""
        case "break-off":
            var isFirst = true
            let body = LocalResponse.Body.stream {
                defer { isFirst = false }
                if isFirst { return ByteBuffer(string: "part") }
                throw Failure()
            }
            return .respond(LocalResponse(status: 200, body: body, detail: "unruly.answer"))
        default: break
        }
        return .continue
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction { .continue }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard case .upstream = stream.responseOrigin else { return .continue }
        switch stream.request.headers["x-do"] {
        case "collect-response": return .collect(limit: 4)
        case "no-status": stream.response.status = 0
        default: break
        }
        return .continue
    }

    func responseCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction { .continue }
}

/// A way to end that is not in the table of requests.
struct Ending: Sendable, CustomTestStringConvertible {
    let details: String
    let flags: String
    let code: Int
    let request: String

    var testDescription: String { self.details }

    private init(_ details: String, _ flags: String, _ code: Int, _ request: String) {
        self.details = details
        self.flags = flags
        self.code = code
        self.request = request
    }

    private static func get(_ path: String, _ deed: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\nx-do: \(deed)\r\n\r\n"
    }

    private static func post(_ path: String, _ deed: String, _ body: String, length: Int? = nil) -> String {
        "POST \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\nx-do: \(deed)\r\n"
            + "Content-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)"
    }

    static let all = [
        Ending("filter_error{unruly}", "-", 500, get("/ok", "fail")),
        Ending("unruly.body_too_large", "-", 413, post("/ok", "collect", "too long")),
        Ending("unruly.response_too_large", "-", 500, get("/ok", "collect-response")),
        Ending("required_header_missing{:path,unruly}", "-", 400, get("/ok", "no-path")),
        Ending("required_header_missing{:status,unruly}", "-", 502, get("/ok", "no-status")),
        Ending("local_response_failed", "-", 200, get("/ok", "break-off")),
        Ending("rewrite_failed", "-", 400, get("/rewritten/.x.", "nothing")),
        Ending("overload", "UO", 503, get("/bounded", "nothing")),
        Ending("upstream_timeout", "UT", 504, get("/hanging", "nothing")),
        Ending("stream_idle_timeout", "SI", 408, post("/ok", "nothing", "abc", length: 9)),
    ]
}

@Suite("The access log tells every end of a stream")
struct EndingTests {
    /// - Parameter idleTimeout: Short only where it is what ends the stream.
    private func run(
        idleTimeout: String = "1h",
        _ body: (GatewayFixture, AccessLogFile, ManualUpstream) async throws -> Void
    ) async throws {
        let log = try AccessLogFile()
        let good = try await ScriptedUpstream.start { _ in .init(body: "a long answer") }
        let hanging = try await ManualUpstream.start()
        let text = """
            admin: { address: "127.0.0.1:0" }
            drainTimeout: 100ms
            limits: { streamIdleTimeout: \(idleTimeout) }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
              - { name: ok, type: static, domain: "\(good.endpoint)" }
              - { name: hanging, type: static, domain: "\(hanging.endpoint)" }
              - name: bounded
                type: static
                domain: "\(good.endpoint)"
                circuitBreaker: { maxPending: 0 }
            routes:
              - { name: ok, match: { path: { prefix: /ok } }, service: ok.static }
              - { name: bounded, match: { path: { prefix: /bounded } }, service: bounded.static }
              - { name: hanging, match: { path: { prefix: /hanging } }, service: hanging.static }
              - name: rewritten
                match: { path: { prefix: /rewritten } }
                service: ok.static
                rewrite: { regex: "^/rewritten/(.)x(.)$", substitution: "/$1$2/" }
            filters:
            \(log.entry)
              - filter: unruly
            """
        try await GatewayFixture.run(text, filters: [Unruly.self]) { try await body($0, log, hanging) }
        await good.stop()
        await hanging.stop()
    }

    @Test("with its detail and its mark", arguments: Ending.all)
    func ending(_ ending: Ending) async throws {
        let isIdle = ["upstream_timeout", "stream_idle_timeout"].contains(ending.details)
        try await self.run(idleTimeout: isIdle ? "400ms" : "1h") { gateway, log, _ in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(ending.request)
            _ = try await client.readToEnd()
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == ending.details)
            #expect(line.flags == ending.flags)
            #expect(line.code == ending.code)
            await client.close()
            let counted = await gateway.server.status().traffic.requests
            #expect(counted["\(ending.code / 100)xx"] == 1)
        }
    }

    @Test("also when the gateway ends the connection")
    func cutOff() async throws {
        try await self.run { gateway, log, hanging in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /hanging HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try await hanging.accept().readHead()
            #expect(await gateway.server.drain() == false)
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == "downstream_local_disconnect" && line.flags == "LR" && line.code == 0)
            await client.close()
        }
    }

    /// Frames that are an error of their stream alone, its code, and the detail.
    private static let violations: [([HTTP2TestFrame], UInt32, String)] = [
        ([.windowUpdate(1, 0)], 1, "http2.malformed_request"),
        ([.windowUpdate(1, 0x7FFF_FFFF)], 3, "http2.flow_control_error"),
        ([.headers(1, HTTP2Text.section([("a", "b")]))], 1, "http2.malformed_request"),
        ([.data(1, [], endsStream: true), .data(1, [1])], 5, "http2.malformed_request"),
    ]

    @Test("also when a client of HTTP/2 breaks the protocol for one stream", arguments: violations)
    func brokenStream(frames: [HTTP2TestFrame], code: UInt32, detail: String) async throws {
        try await self.run { gateway, log, hanging in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send([.headers(1, HTTP2Text.request(method: "POST", path: "/hanging"))])
            _ = try await hanging.accept().readHead()
            try await client.send(frames)
            #expect(try await client.resetCode(1) == code)
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == detail && line.flags == "DPE" && line.code == 0)
            await client.close()
        }
    }

    @Test("also when a client of HTTP/2 breaks the protocol for all its streams")
    func brokenConnection() async throws {
        try await self.run { gateway, log, hanging in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send([.headers(1, HTTP2Text.request(path: "/hanging"), endsStream: true)])
            _ = try await hanging.accept().readHead()
            // DATA belongs to a stream (RFC 9113, section 6.1).
            try await client.send([.data(0, Array("x".utf8))])
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == "http2.connection_error" && line.flags == "DPE" && line.code == 0)
            #expect(line.string("protocol") == "HTTP/2")
            await client.close()
        }
    }
}

@Suite("The documentation has every detail and mark that the access log shows")
struct DocumentedEndingTests {
    @Test func ofTheseTests() throws {
        let page = try String(contentsOf: Tools.root.appendingPathComponent("docs/observability.md"), encoding: .utf8)
        let logged = LoggedCase.answered + LoggedCase.failed + LoggedCase.refused
        let endings = logged.map { ($0.details, $0.flags) } + Ending.all.map { ($0.details, $0.flags) }
        for (details, flags) in endings {
            let general = details.replacingOccurrences(of: "unruly", with: "NAME")
            #expect(page.contains("`\(general)`"), "\(details)")
            for flag in flags.split(separator: ",") where flag != "-" {
                #expect(page.contains("| `\(flag)` |"), "\(flag)")
            }
        }
    }

    @Test func asKeysOfALine() throws {
        let page = try String(
            contentsOf: Tools.root.appendingPathComponent("docs/filters/access-log.md"),
            encoding: .utf8
        )
        let table = page.components(separatedBy: "## The line")[1].components(separatedBy: "## Files")[0]
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
            row.split(separator: "|")[0].matches(of: /`([a-z_]+)`/).map { String($0.1) }
        }
        let example = try #require(page.firstMatch(of: /\n(\{"start_time".*\})\n/)).1
        let line = try LogLine(String(example))
        #expect(line.keys == Set(rows) && rows.count == line.keys.count)
    }
}
