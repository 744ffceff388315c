import FilterAPI
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("Filters over a socket")
struct FilterChainTests {
    private static let testFilters: [any Filter.Type] = [
        ResponseStamp.self, OrderMark.self, Breaking.self, Rerouting.self, Stuck.self,
    ]

    @Test("run in the order of phase and priority, and back in the reverse")
    func order() async throws {
        let filters = """
            filters:
              - { filter: order-mark, name: e, config: { mark: e } }
              - { filter: order-mark, name: c, phase: STATS, config: { mark: c } }
              - { filter: order-mark, name: b, phase: AUTHZ, config: { mark: b } }
              - { filter: order-mark, name: d, priority: 5, config: { mark: d } }
              - { filter: order-mark, name: a, phase: AUTHN, priority: 1, config: { mark: a } }
              - { filter: order-mark, name: A, phase: AUTHN, priority: 2, config: { mark: A } }
              - { filter: order-mark, name: f, config: { mark: f } }
            """
        try await self.run(filters) { gateway, upstream in
            let answer = try await get(gateway.port)
            #expect(answer.contains("\r\nx-order: fedcbaA\r\n"))
            #expect(upstream.requests.first?.headers["x-order"] == ["Aabcdef"])
        }
    }

    @Test(
        "see the answer of another one that does not let the request pass",
        arguments: [("", 401, "unauthorized"), ("x-key: k2\r\n", 403, "forbidden"), ("x-key: k1\r\n", 200, "ok")],
        ["AUTHN", "UNSPECIFIED"]
    )
    func localResponse(_ given: (fields: String, status: Int, body: String), phase: String) async throws {
        let filters = """
            filters:
              - { filter: response-stamp, phase: \(phase) }
              - filter: key-auth
                config:
                  keys: [x-key]
                  consumers: [{ name: one, credential: k1 }, { name: two, credential: k2 }]
                matchRules: [{ route: [all], config: { allow: [one] } }]
            """
        try await self.run(filters) { gateway, upstream in
            let answer = try await get(gateway.port, "/", given.fields)
            #expect(answer.hasPrefix("HTTP/1.1 \(given.status) "))
            #expect(answer.components(separatedBy: "access-control-allow-origin: *").count == 2, "once")
            #expect(answer.contains(given.body))
            #expect(answer.contains(given.status == 200 ? "x-origin: upstream" : #"x-origin: filter("key-auth")"#))
            #expect(answer.lowercased().contains("www-authenticate: key realm=") == (given.status != 200))
            #expect(upstream.requests.count == (given.status == 200 ? 1 : 0))
        }
    }

    @Test("also see the answers of the gateway itself")
    func gatewayResponse() async throws {
        try await self.run("filters: [{ filter: response-stamp }]") { gateway, _ in
            for request in ["GET /none HTTP/1.1\r\nHost: none\r\nConnection: close\r\n\r\n", "nonsense\r\n\r\n"] {
                let client = try await RawClient.connect(port: gateway.port)
                try await client.send(request)
                let answer = try await client.readToEnd()
                #expect(answer.contains("access-control-allow-origin: *\r\nx-origin: gateway\r\n"), "\(answer)")
                await client.close()
            }
        }
    }

    private static let places = ["request-head", "request-body", "response-head"]

    @Test(
        "that fail are answered for with 500 when they must not be missed",
        arguments: places + places.map { "suspended-\($0)" }
    )
    func failClose(_ place: String) async throws {
        let log = try AccessLogFile()
        let filters = "filters:\n\(log.entry)\n  - { filter: breaking, failStrategy: FAIL_CLOSE }"
        try await self.run(filters) { gateway, _ in
            let answer = try await self.post(gateway.port, "x-break: \(place)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 500 "), "\(answer)")
            #expect(answer.contains("filter_error"))
            #expect(try await log.lines(1).first?.details == "filter_error{breaking}")
            try await gateway.expectNothingAlive()
        }
    }

    @Test("that fail are left out when they may be missed", arguments: places + places.map { "suspended-\($0)" })
    func failOpen(_ place: String) async throws {
        try await self.run("filters: [{ filter: breaking, failStrategy: FAIL_OPEN }]") { gateway, upstream in
            let answer = try await self.post(gateway.port, "x-break: \(place)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("ok"), "\(answer)")
            #expect(upstream.requests.map(\.body) == ["body"])
            try await gateway.expectNothingAlive()
        }
    }

    @Test("that fail within an answer make it visibly incomplete, never a second head")
    func failWithinAnswer() async throws {
        try await self.run("filters: [{ filter: breaking, failStrategy: FAIL_CLOSE }]") { gateway, _ in
            let answer = try await self.post(gateway.port, "x-break: response-body\r\n")
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count <= 2)
            #expect(!answer.hasSuffix("ok"))
            try await gateway.expectNothingAlive()
        }
    }

    @Test("that hold a stream too long are named in the answer", arguments: ["FAIL_CLOSE", "FAIL_OPEN"])
    func watchdog(_ strategy: String) async throws {
        let filters = "limits: { filterTimeout: 200ms }\nfilters: [{ filter: stuck, failStrategy: \(strategy) }]"
        try await self.run(filters) { gateway, _ in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix(strategy == "FAIL_OPEN" ? "HTTP/1.1 200 " : "HTTP/1.1 500 "))
            #expect(answer.contains("filter_error{stuck}") == (strategy == "FAIL_CLOSE"))
            try await gateway.expectNothingAlive()
        }
    }

    @Test(
        "run where a rule or a route says so",
        arguments: [
            ("/", "one.example", "D"), ("/", "sub.one.example:8080", "S"), ("/", "SUB.ONE.EXAMPLE", "S"),
            ("/", "other", "C"),
            ("/r/", "other", "R"), ("/s/", "other", "V"), ("/off/", "other", ""), ("/say/", "other", "Y"),
            ("/silent/", "one.example", ""),
        ]
    )
    func rules(_ path: String, _ host: String, _ mark: String) async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.headers["x-order"].joined()) }
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: "\(upstream.endpoint)" }
              - { name: other, type: static, domain: "\(upstream.endpoint)" }
            routes:
              - { name: all, service: up.static }
              - { name: r, match: { path: { prefix: /r/ } }, service: up.static }
              - { name: s, match: { path: { prefix: /s/ } }, service: other.static }
              - { name: off, match: { path: { prefix: /off/ } }, service: up.static }
              - name: say
                match: { path: { prefix: /say/ } }
                service: up.static
                filters: { mark: { config: { mark: "Y" } } }
              - name: silent
                match: { path: { prefix: /silent/ } }
                service: up.static
                filters: { mark: { disabled: true } }
            filters:
              - filter: order-mark
                name: mark
                config: { mark: C }
                matchRules:
                  - { route: [off], disabled: true }
                  - { domain: [one.example], config: { mark: D } }
                  - { domain: ["*.one.example"], config: { mark: S } }
                  - { route: [r], config: { mark: R } }
                  - { service: [other.static], config: { mark: V } }
            """
        try await GatewayFixture.run(configuration, filters: Self.testFilters) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
            #expect(try await client.readToEnd().hasSuffix("\r\n\r\n\(mark)"))
        }
        await upstream.stop()
    }

    @Test("that another one takes out of a stream see neither its request nor its response")
    func skipping() async throws {
        let filters = """
            filters:
              - filter: skip-header
                config:
                  rules:
                    - { header: x-skip, value: on, filters: [one] }
                    - { header: x-skip, value: "yes", filters: [order-mark] }
              - { filter: order-mark, name: one, config: { mark: "1" } }
              - { filter: order-mark, name: two, config: { mark: "2" } }
            """
        try await self.run(filters) { gateway, upstream in
            for (fields, there, back) in [
                ("", "12", "21"), ("x-skip: on\r\n", "2", "2"), ("x-skip: ON\r\n", "12", "21"),
                ("X-Skip: yes\r\n", "", ""),
            ] {
                let answer = try await get(gateway.port, "/", fields)
                #expect(upstream.requests.last?.headers["x-order"].joined() == there, "\(fields)")
                #expect(answer.contains("x-order") == !back.isEmpty, "\(fields)")
                if !back.isEmpty { #expect(answer.contains("\r\nx-order: \(back)\r\n"), "\(fields)") }
            }
        }
    }

    struct Way: Sendable, CustomTestStringConvertible {
        let fields: String
        let expected: String
        var testDescription: String { self.expected + " by " + self.fields.debugDescription }
    }

    @Test(
        "that change where a request goes select its route anew, unless they pin it",
        arguments: [
            Way(fields: "", expected: "all"), Way(fields: "x-go-to-path: /new/x\r\n", expected: "path"),
            Way(fields: "x-go-to-host: other\r\n", expected: "host"),
            Way(fields: "x-go-to-model: gold\r\n", expected: "model"),
            Way(fields: "x-pin: 1\r\nx-go-to-path: /new/x\r\n", expected: "all"),
            Way(fields: "x-go-to-path: /nowhere\r\nx-go-to-host: nobody\r\n", expected: "404"),
        ]
    )
    func rerouting(_ way: Way) async throws {
        let log = try AccessLogFile()
        let routes = [
            ("path", "domains: [h], path: { prefix: /new/ }"), ("host", "domains: [other]"),
            ("model", "domains: [h], headers: [{ name: x-model, exact: gold }]"), ("all", "domains: [h]"),
        ].map { "  - { name: \($0), match: { \($1) }, response: { status: 200, body: \($0) } }" }
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            routes:
            \(routes.joined(separator: "\n"))
            filters:
            \(log.entry)
              - { filter: rerouting }
              - { filter: order-mark, matchRules: [{ route: [path], config: { mark: P } }] }
            """
        try await GatewayFixture.run(configuration, filters: Self.testFilters) { gateway in
            let answer = try await get(gateway.port, "/", way.fields)
            #expect(
                way.expected == "404" ? answer.hasPrefix("HTTP/1.1 404 ") : answer.hasSuffix("\r\n\r\n\(way.expected)")
            )
            #expect(answer.contains("x-order: P") == (way.expected == "path"), "later filters follow the new route")
            let line = try #require(try await log.lines(1).first)
            #expect(line.string("route_name") == (way.expected == "404" ? nil : way.expected))
            #expect(line.string("path") == "/", "the log shows what the client asked for")
        }
    }

    private func post(_ port: Int, _ fields: String) async throws -> String {
        let client = try await RawClient.connect(port: port)
        try await client.send(
            "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 4\r\n\(fields)\r\nbody"
        )
        let answer = try await client.readToEnd()
        await client.close()
        return answer
    }

    private func run(
        _ filters: String,
        _ body: (GatewayFixture, ScriptedUpstream) async throws -> Void
    ) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let configuration = proxying(to: upstream, extra: filters, route: "    match: { domains: [h] }")
        try await GatewayFixture.run(configuration, filters: Self.testFilters) { try await body($0, upstream) }
        await upstream.stop()
    }
}
