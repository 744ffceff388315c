import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test func tellWhatEachFilterDid() async throws {
        try await MetricsFixture.run { fixture in
            let samples = try await fixture.families().samples
            func value(_ family: String, _ filter: String) -> Double? { samples["\(family){filter=\"\(filter)\"}"] }
            #expect(value("sluice_filter_calls_total", "obliging") == 7)
            #expect(value("sluice_filter_local_responses_total", "obliging") == 1)
            #expect(value("sluice_filter_errors_total", "obliging") == 1)
            #expect(value("sluice_filter_suspensions_total", "obliging") == 2)
            let waited = try #require(value("sluice_filter_suspended_seconds_total", "obliging"))
            // Seconds: in milliseconds it would be 40 at least.
            #expect(waited >= 0.04 && waited < 39)
            // The access log has its one hook called for every stream.
            #expect(value("sluice_filter_calls_total", "access-log") == 8)
            // The first stream of each of the two event loops is timed.
            let timed = try #require(value("sluice_filter_call_seconds_count", "access-log"))
            #expect((1...2).contains(timed))
            #expect(try #require(value("sluice_filter_call_seconds_sum", "access-log")) > 0)
        }
    }

    @Test func tellWhatServicesAndEndpointsDid() async throws {
        try await MetricsFixture.run { fixture in
            let samples = try await fixture.families().samples
            let service = #"service="up.static""#
            let endpoint = #"\#(service),endpoint="\#(fixture.upstream.endpoint)""#
            #expect(samples["sluice_upstream_requests_total{\(service)}"] == 5)
            #expect(samples["sluice_upstream_errors_total{\(service)}"] == 1)
            #expect(samples[#"sluice_upstream_responses_total{\#(service),code="2xx"}"#] == 4)
            #expect(samples[#"sluice_upstream_responses_total{\#(service),code="5xx"}"#] == 1)
            #expect(samples["sluice_upstream_response_seconds_count{\(service)}"] == 5)
            #expect(samples["sluice_upstream_endpoint_response_seconds_count{\(endpoint)}"] == 5)
            #expect(try #require(samples["sluice_upstream_response_seconds_sum{\(service)}"]) > 0)
            #expect(samples["sluice_upstream_endpoint_errors_total{\(endpoint)}"] == 1)
            #expect(samples["sluice_upstream_endpoint_healthy{\(endpoint)}"] == 1)
        }
    }

    @Test func tellWhatListenersAndTheProcessHave() async throws {
        try await MetricsFixture.run { fixture in
            let samples = try await fixture.families().samples
            let listener = #"listener="a \"quoted\" one""#
            #expect(samples["sluice_listener_accepted_total{\(listener)}"] == 8)
            #expect(samples["sluice_memory_budget_bytes"] == .infinity)
            #expect(samples[#"sluice_requests_total{code="5xx"}"#] == 2)
            #expect(samples[#"sluice_response_flags_total{flag="DPE"}"#] == 1)
            #expect(samples["sluice_sent_body_bytes_total"].map { $0 > 0 } == true)
            let applied = try #require(samples["sluice_config_applied_timestamp_seconds"])
            #expect(abs(Date().timeIntervalSince1970 - applied) < 600)
        }
    }

    @Test func tellWhatBecameOfTheStreamsOfRoutesAndListeners() async throws {
        try await MetricsFixture.run { fixture in
            let samples = try await fixture.families().samples
            let classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"]
            let listener = #"listener="a \"quoted\" one""#
            let ofListener = classes.map { samples["sluice_listener_requests_total{\(listener),code=\"\($0)\"}"] }
            #expect(ofListener == [0, 0, 4, 0, 2, 2])
            // The one that cannot be read has no host, and so a route that takes all hosts.
            let ofRoute = classes.map { samples["sluice_route_requests_total{route=\"all\",code=\"\($0)\"}"] }
            #expect(ofRoute == [0, 0, 4, 0, 2, 2])
            #expect(samples[#"sluice_route_request_duration_seconds_count{route="all"}"#] == 8)
            // Two of them waited for 20 ms.
            let time = try #require(samples[#"sluice_route_request_duration_seconds_sum{route="all"}"#])
            #expect(time >= 0.04 && time < 39)
            let quick = try #require(samples[#"sluice_route_request_duration_seconds_bucket{route="all",le="0.01"}"#])
            #expect(quick <= 6)
        }
    }

    @Test func countARouteFromItsFirstStreamOn() async throws {
        let text = """
            admin: { address: "127.0.0.1:0" }
            listeners:
              - { name: one, address: "127.0.0.1:0" }
              - { name: two, address: "127.0.0.1:0" }
            routes:
              - { name: asked, match: { path: { prefix: /a } }, response: { status: 204 } }
              - { name: unasked, match: { path: { prefix: /b } }, response: { status: 204 } }
            """
        try await GatewayFixture.run(text) { gateway in
            for path in ["/a", "/a", "/none"] { _ = try await get(gateway.port, path) }
            let metrics = try await get(try gateway.adminPort(), "/metrics")
            #expect(metrics.contains("sluice_route_requests_total{route=\"asked\",code=\"2xx\"} 2\n"))
            #expect(!metrics.contains("route=\"unasked\"") && !metrics.contains("route=\"\""))
            #expect(metrics.contains("sluice_listener_requests_total{listener=\"one\",code=\"4xx\"} 1\n"))
            #expect(!metrics.contains("sluice_listener_requests_total{listener=\"two\""))
        }
    }

    @Test func countAgainOverAReload() async throws {
        try await ReloadFixture.run(self.filtered(500)) { fixture in
            _ = try await get(try fixture.port(), "/")
            #expect(try await fixture.reload(self.filtered(400)).result == .applied)
            _ = try await get(try fixture.port(), "/")
            let status = await fixture.server.status()
            #expect(status.filters.first { $0.name == "skip-header" }?.calls == 4)
            let metrics = try await get(try #require(fixture.server.adminAddress?.port), "/metrics")
            #expect(metrics.contains("sluice_route_requests_total{route=\"r\",code=\"4xx\"} 1\n"))
            #expect(metrics.contains("sluice_route_requests_total{route=\"r\",code=\"5xx\"} 1\n"))
        }
    }

    private func filtered(_ status: Int) -> String {
        """
        admin: { address: "127.0.0.1:0" }
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        routes: [{ name: r, response: { status: \(status) } }]
        filters: [{ filter: skip-header }]
        """
    }

    @Test func sayTheSameInOpenMetrics() async throws {
        try await MetricsFixture.run { fixture in
            let plain = try await fixture.metrics()
            let open = try await fixture.metrics("application/openmetrics-text; version=1.0.0")
            #expect(plain["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(open["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(open["vary"] == "accept")
            #expect(open.body.hasSuffix("# EOF\n") && !plain.body.contains("# EOF"))
            func names(_ text: String) -> [Substring] {
                text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.prefix { $0 != " " } }
            }
            #expect(names(plain.body) == names(open.body))
            #expect(open.body.contains("# TYPE sluice_requests counter\nsluice_requests_total{"))
            #expect(open.body.contains("# TYPE sluice_config info\nsluice_config_info{"))
            #expect(plain.body.contains("# TYPE sluice_config_info gauge\n"))
            // OpenMetrics lets no family stand twice, and none begin with another one's samples.
            let families = open.body.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
                .map { $0.split(separator: " ")[2] }
            #expect(Set(families).count == families.count)
        }
    }

    @Test func sumUpTheEndpointsBeyondTheFiftieth() async throws {
        let domains = (1...60).map { "\"127.0.1.\($0):9\"" }.joined(separator: ", ")
        let text = """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: many, type: static, domain: [\(domains)] }]
            routes: [{ name: all, service: many.static }]
            """
        try await GatewayFixture.run(text) { gateway in
            let request = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            let answer = try await ReceivedAnswer.of(try gateway.adminPort(), request)
            let samples = try PrometheusFamilies(answer.body).samples
            let healthy = samples.filter { $0.key.hasPrefix("sluice_upstream_endpoint_healthy{") }
            #expect(healthy.count == 51)
            let other = #"sluice_upstream_endpoint_healthy{service="many.static",endpoint="other"}"#
            #expect(healthy[other] == 10)
        }
    }

    /// How many series there are does not follow what clients send.
    @Test func haveNoMoreSeriesForMoreRequests() async throws {
        try await MetricsFixture.run { fixture in
            let before = try await fixture.families().samples.count
            for number in 0..<20 { _ = try await fixture.get("/\(number)?\(number)", "x-\(number): \(number)\r\n") }
            #expect(try await fixture.families().samples.count == before)
        }
    }
}
