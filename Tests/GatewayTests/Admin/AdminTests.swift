import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("The operators' listener")
struct AdminTests {
    @Test("says that the gateway lives and is ready")
    func health() async throws {
        try await self.run { gateway, port in
            let health = try await self.get(port, "/healthz")
            let ready = try await self.get(port, "/readyz")
            #expect(health.status == 200 && ready.status == 200)
        }
    }

    @Test("gives metrics that Prometheus can read")
    func metrics() async throws {
        try await self.run { gateway, port in
            _ = try await ChatQuestion(question: "q", fields: "x-key: s3cret-key\r\n").ask(gateway.port)
            _ = try await ChatQuestion(question: "q", fields: "x-key: s3cret-key\r\n").ask(gateway.port)
            let answer = try await self.get(port, "/metrics")
            #expect(answer["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            let families = try PrometheusFamilies(answer.body)
            #expect(
                families.names.allSatisfy { $0.hasPrefix("sluice_") || $0.hasPrefix("process_") },
                "\(families.names)"
            )
            #expect(families.samples[#"sluice_upstream_requests_total{service="llm.static"}"#] == 1)
            #expect(families.samples[#"sluice_ai_cache_lookups_total{result="exact_hit"}"#] == 1)
            #expect(families.samples[#"sluice_ai_cache_lookups_total{result="miss"}"#] == 1)
            #expect(families.samples["sluice_live_streams"] == 0)
            #expect(families.samples[#"sluice_filter_local_responses_total{filter="ai-cache"}"#] == 1)
            #expect(families.samples[#"sluice_filter_errors_total{filter="ai-cache"}"#] == 0)
        }
    }

    @Test("counts requests and their time")
    func requestMetrics() async throws {
        try await self.run { gateway, port in
            _ = try await ChatQuestion(question: "q", fields: "x-key: s3cret-key\r\n").ask(gateway.port)
            let families = try PrometheusFamilies(try await self.get(port, "/metrics").body)
            #expect(families.names.contains("sluice_requests_total"))
            #expect(families.names.contains("sluice_request_duration_seconds"))
        }
    }

    @Test("shows the configuration without secrets")
    func configuration() async throws {
        try await self.run { _, port in
            let answer = try await self.get(port, "/config")
            #expect(answer["content-type"] == "application/json")
            #expect(answer.object["listeners"] != nil && answer.object["filters"] != nil)
            for path in ["/config", "/routes", "/services", "/filters", "/metrics"] {
                let text = try await self.get(port, path).body
                for secret in ["s3cret-key", "redis-pass", "t0ken"] { #expect(!text.contains(secret), "\(path)") }
            }
        }
    }

    @Test("lists routes, services and filters as JSON")
    func lists() async throws {
        try await self.run { _, port in
            for (path, key, name) in [
                ("/routes", "routes", "chat"), ("/services", "services", "llm.static"),
                ("/filters", "filters", "key-auth"),
            ] {
                let answer = try await self.get(port, path)
                #expect(answer["content-type"] == "application/json")
                let names = (answer.object[key] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
                #expect(names.contains(name), "\(path): \(names)")
            }
            let filters = try await self.get(port, "/filters").object["filters"] as? [[String: Any]]
            #expect(
                filters?.compactMap { $0["name"] as? String } == ["key-auth", "ai-cache", "redis-cache"],
                "in their order"
            )
        }
    }

    @Test(
        "refuses other methods and knows no other paths",
        arguments: ["/healthz", "/readyz", "/metrics", "/config", "/routes", "/services", "/filters"]
    )
    func methods(_ path: String) async throws {
        try await self.run { _, port in
            let post = try await self.get(port, path, method: "POST")
            #expect(post.status == 405 && post["allow"]?.contains("GET") == true)
            let unknown = try await self.get(port, path + "x")
            #expect(unknown.status == 404)
            let query = try await self.get(port, path + "?x=1")
            #expect(query.status == 200)
        }
    }

    @Test("asks for its token, but not for health")
    func token() async throws {
        try await self.run(token: true) { _, port in
            for path in ["/metrics", "/config", "/routes", "/services", "/filters"] {
                for fields in [
                    "", "Authorization: Bearer wrong\r\n", "Authorization: t0ken\r\n",
                    "Authorization: Bearer t0kenx\r\n", "Authorization: Bearer T0KEN\r\n",
                ] {
                    let refused = try await self.get(port, path, fields: fields)
                    #expect(refused.status == 401, "\(path) \(fields)")
                    #expect(refused["www-authenticate"] == "Bearer realm=\"sluice\"")
                    #expect(!refused.body.contains("sluice_"))
                }
                for scheme in ["Bearer", "bearer", "BEARER"] {
                    let allowed = try await self.get(port, path, fields: "Authorization: \(scheme) t0ken\r\n")
                    #expect(allowed.status == 200, "\(path) \(scheme)")
                }
            }
            for path in ["/healthz", "/readyz", "/healthz?x", "/readyz?x=1"] {
                let probe = try await self.get(port, path)
                #expect(probe.status == 200, "\(path)")
            }
            let other = try await self.get(port, "/healthzx")
            #expect(other.status == 401)
        }
    }

    private func get(_ port: Int, _ path: String, method: String = "GET", fields: String = "") async throws
        -> ReceivedAnswer
    {
        try await ReceivedAnswer.of(port, "\(method) \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n")
    }

    private func run(token: Bool = false, _ body: (GatewayFixture, Int) async throws -> Void) async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let refusing = try RefusingPort()
        let admin = "admin: { address: \"127.0.0.1:0\"\(token ? ", token: t0ken" : "") }"
        let text = """
            \(admin)
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
              - { name: llm, type: static, domain: "\(model.endpoint)" }
              - { name: store, type: static, domain: "127.0.0.1:\(refusing.port)" }
            routes: [{ name: chat, match: { path: { prefix: /v1/ } }, service: llm.static }]
            filters:
              - filter: key-auth
                config: { keys: [x-key], consumers: [{ name: a, credential: s3cret-key }] }
              - filter: ai-cache
                config: { cache: { type: memory } }
              - filter: ai-cache
                name: redis-cache
                matchRules:
                  - domain: [never.example]
                    config: { cache: { type: redis, serviceName: store.static, password: redis-pass } }
            """
        try await GatewayFixture.run(text) { gateway in
            try await body(gateway, try #require(gateway.server.adminAddress?.port))
        }
        await model.stop()
    }
}

/// Metrics in Prometheus' text form, read as strictly as `promtool check metrics` does.
struct PrometheusFamilies {
    private(set) var names: Set<String> = []
    private(set) var samples: [String: Double] = [:]

    init(_ text: String) throws {
        var helped: Set<String> = []
        var kinds: [String: String] = [:]
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                try #require(words.count == 4 && helped.insert(words[2]).inserted, "\(line)")
            } else if line.hasPrefix("# TYPE ") {
                try #require(words.count == 4 && kinds[words[2]] == nil && helped.contains(words[2]), "\(line)")
                try #require(["counter", "gauge", "histogram", "summary"].contains(words[3]), "\(line)")
                kinds[words[2]] = words[3]
            } else {
                try self.readSample(String(line), kinds)
            }
        }
        self.names = Set(kinds.keys)
        #expect(helped == self.names)
    }

    private mutating func readSample(_ line: String, _ kinds: [String: String]) throws {
        let pattern =
            /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*")*\})? ([^ ]+)/
        let match = try #require(try pattern.wholeMatch(in: line), "\(line)")
        let name = String(match.1)
        let family = ["_bucket", "_sum", "_count"].lazy
            .filter { name.hasSuffix($0) }
            .map { String(name.dropLast($0.count)) }
            .first { kinds[$0] == "histogram" || kinds[$0] == "summary" }
        try #require(kinds[family ?? name] != nil, "no TYPE before \(line)")
        let key = name + (match.2.map(String.init) ?? "")
        try #require(self.samples[key] == nil, "twice: \(line)")
        let value: Double? = Double(String(match.3))
        try #require(value != nil, "\(line)")
        self.samples[key] = value
    }
}
