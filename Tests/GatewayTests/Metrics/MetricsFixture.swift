import FilterAPI
import Foundation
import TestSupport
import Testing

/// Answers, fails or waits as the field `x-do` asks, and counts nothing itself.
final class Obliging: Filter, RequestHeadHook {
    static let name = "obliging"
    static let summary = "Does what a request asks for."

    struct Failure: Error {}

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) throws -> FilterAction {
        switch stream.request.headers["x-do"] {
        case "answer": .respond(LocalResponse(status: 418, text: "tea\n", detail: "obliging.answer"))
        case "fail": throw Failure()
        case "wait":
            .suspend {
                try await Task.sleep(for: .milliseconds(20))
                return .continue
            }
        default: .continue
        }
    }
}

/// A gateway that uses everything that has metrics.
struct MetricsFixture {
    let gateway: GatewayFixture
    let upstream: ScriptedUpstream

    /// Runs `body` after some requests of all kinds.
    static func run(_ body: (MetricsFixture) async throws -> Void) async throws {
        let upstream = try await ScriptedUpstream.start { request in
            request.uri == "/broken" ? .init(status: 502, body: "no") : .init(body: "ok")
        }
        let log = try AccessLogFile()
        let text = """
            admin: { address: "127.0.0.1:0" }
            tracing: { service: otel.static, sampling: 0 }
            limits: { memory: unlimited }
            listeners: [{ name: "a \\"quoted\\" one", address: "127.0.0.1:0" }]
            services:
              - name: up
                type: static
                domain: "\(upstream.endpoint)"
                circuitBreaker: { maxRequests: 10 }
              - { name: otel, type: static, domain: "\(upstream.endpoint)" }
            routes:
              - { name: all, service: up.static }
            filters:
            \(log.entry)
              - filter: obliging
              - filter: ai-cache
                config: { cache: { type: memory } }
                matchRules: [{ domain: [cached.example], config: { cache: { type: memory } } }]
            """
        try await GatewayFixture.run(text, filters: [Obliging.self], workers: 2) { gateway in
            let fixture = MetricsFixture(gateway: gateway, upstream: upstream)
            for path in ["/", "/a", "/broken"] { _ = try await fixture.get(path) }
            for deed in ["answer", "fail", "wait", "wait"] { _ = try await fixture.get("/", "x-do: \(deed)\r\n") }
            // One that cannot be read.
            _ = try await ReceivedAnswer.of(gateway.port, "GET / HTTP/1.1\r\n\r\n")
            try await body(fixture)
        }
        await upstream.stop()
    }

    func get(_ path: String, _ fields: String = "") async throws -> ReceivedAnswer {
        try await .of(self.gateway.port, "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n")
    }

    func metrics(_ accept: String = "") async throws -> ReceivedAnswer {
        let field = accept.isEmpty ? "" : "Accept: \(accept)\r\n"
        let request = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(field)\r\n"
        return try await .of(try self.gateway.adminPort(), request)
    }

    func families() async throws -> PrometheusFamilies { try PrometheusFamilies(try await self.metrics().body) }
}
