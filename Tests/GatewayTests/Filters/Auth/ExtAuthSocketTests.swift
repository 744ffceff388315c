import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("ext-auth over a socket")
struct ExtAuthSocketTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var options = ""
        /// Milliseconds; few only where the time is what is tested.
        var timeout = 60_000
        let request: String
        let status: Int
        let details: String

        init(
            _ description: String,
            with options: String = "",
            timeout: Int = 60_000,
            _ status: Int,
            _ details: String,
            _ request: String
        ) {
            self.testDescription = description
            self.options = options
            self.timeout = timeout
            self.request = request
            self.status = status
            self.details = details
        }
    }

    private static let good = [("Authorization", "good"), ("x-user-id", "admin"), ("x-mse-consumer", "admin")]

    static let cases: [Case] = [
        Case("valid", 200, "via_upstream", requestText("GET", "/a?b=1", good)),
        Case("absent", 401, "ext-auth.unauthorized", requestText("GET", "/", [])),
        Case("wrong", 401, "ext-auth.unauthorized", requestText("GET", "/", [("Authorization", "bad")])),
        Case("not allowed", 403, "ext-auth.unauthorized", requestText("GET", "/secret", good)),
        Case("unasked", 200, "via_upstream", requestText("GET", "/public/x", good)),
        Case("a failing authority", 403, "ext-auth.unavailable", requestText("GET", "/fail", good)),
        Case("a slow authority", timeout: 300, 403, "ext-auth.unavailable", requestText("GET", "/slow", good)),
        Case(
            "a failing authority with a status",
            with: "status_on_error: 503",
            503,
            "ext-auth.unavailable",
            requestText("GET", "/fail", good)
        ),
        Case(
            "a failing authority that may be missed",
            with: "failure_mode_allow: true",
            200,
            "via_upstream",
            requestText("GET", "/fail", good)
        ),
        Case("a body", 200, "via_upstream", requestText("POST", "/body", good, body: "good body")),
        Case("another body", 403, "ext-auth.unauthorized", requestText("POST", "/body", good, body: "bad body")),
        Case(
            "oversize",
            413,
            "ext-auth.body_too_large",
            requestText("POST", "/body", good, body: String(repeating: "x", count: 100))
        ),
    ]

    @Test(arguments: cases)
    func theAuthorityDecides(_ example: Case) async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let authority = try await ScriptedUpstream.start { await Self.decide($0) }
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: "\(upstream.endpoint)" }
              - { name: authority, type: static, domain: "\(authority.endpoint)" }
            routes:
              - { name: all, service: up.static }
            filters:
            \(log.entry)
              - filter: ext-auth
                config:
                  http_service:
                    endpoint: { service_name: authority.static, path_prefix: /check }
                    timeout: \(example.timeout)
                    authorization_request: { with_request_body: true, max_request_body_bytes: 64 }
                    authorization_response: { allowed_upstream_headers: [{ exact: x-user-id }] }
                  match_list: [{ match_rule_path: /public/, match_rule_type: prefix }]
                  \(example.options)
            """
        try await GatewayFixture.run(configuration) { gateway in
            let answer = try await ReceivedAnswer.of(gateway.port, example.request)
            #expect(answer.status == example.status, "\(answer.body)")
            #expect(try await log.lines(1).first?.details == example.details)
            #expect(upstream.requests.count == (example.status == 200 ? 1 : 0))
            if let sent = upstream.requests.first {
                let isSaid = example.options.isEmpty && !sent.uri.hasPrefix("/public")
                #expect(sent.headers["x-user-id"] == (isSaid ? ["u-1"] : []))
                #expect(sent.headers["x-mse-consumer"] == [])
                #expect(sent.uri.hasPrefix("/check") == false)
            }
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
        await authority.stop()
    }

    private static func decide(_ request: ScriptedUpstream.Request) async -> ScriptedUpstream.Answer {
        guard request.headers["authorization"] == ["good"] else {
            return .init(status: 401, headers: ["www-authenticate": "Custom"], body: "who are you?")
        }
        switch request.uri {
        case "/check/secret": return .init(status: 403, body: "no")
        case "/check/fail": return .init(status: 500, body: "oops")
        case "/check/slow":
            // Longer than the filter waits; the connection is closed then.
            try? await Task.sleep(for: .seconds(600))
            return .init(body: "")
        case "/check/body" where request.body != "good body": return .init(status: 403, body: "no")
        default: return .init(headers: ["x-user-id": "u-1"], body: "")
        }
    }

    @Test func aDeadAuthorityLetsNothingPass() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let refusing = try RefusingPort()
        let filters = """
            filters:
              - filter: ext-auth
                config: { http_service: { endpoint: { service_name: authority.static, path_prefix: / } } }
            """
        let configuration = proxying(to: upstream, extra: filters).replacing(
            "services:",
            with: "services:\n  - { name: authority, type: static, domain: \"127.0.0.1:\(refusing.port)\" }"
        )
        try await GatewayFixture.run(configuration) { gateway in
            let answer = try await ReceivedAnswer.of(gateway.port, requestText("GET", "/", []))
            #expect(answer.status == 403)
            #expect(upstream.requests.isEmpty)
        }
        await upstream.stop()
    }
}
