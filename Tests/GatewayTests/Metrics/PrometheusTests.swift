import Foundation
import TestSupport
import Testing

@Suite("A real Prometheus", .serialized)
struct PrometheusTests {
    @Test("finds nothing to complain about")
    func promtool() async throws {
        try await MetricsFixture.run { fixture in
            let text = try await fixture.metrics().body
            let checked = try await ChildProcess.run(try Tools.found("promtool"), ["check", "metrics"], input: text)
            #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
            #expect(checked.errors.isEmpty && checked.output.isEmpty, "\(checked.output)\(checked.errors)")
        }
    }

    @Test("prefers OpenMetrics, and has the samples")
    func scrapesOpenMetrics() async throws {
        try await MetricsFixture.run { fixture in
            try await self.expectSamples(of: fixture, at: try fixture.gateway.adminPort())
        }
    }

    /// A gateway in between asks for the other form, since not every Prometheus can be told to.
    @Test("has the samples of the text form as well")
    func scrapesText() async throws {
        try await MetricsFixture.run { fixture in
            let text = routing(
                [("metrics", ["127.0.0.1:\(try fixture.gateway.adminPort())"])],
                route: "service: metrics.static\nrequestHeaders: { set: { accept: text/plain } }"
            )
            try await GatewayFixture.run(text) { gateway in
                try await self.expectSamples(of: fixture, at: gateway.port)
            }
        }
    }

    private func expectSamples(of fixture: MetricsFixture, at port: Int) async throws {
        let server = try await PrometheusServer.start(scraping: port)
        defer { server.stop() }
        let calls = #"sluice_filter_calls_total{filter="obliging"}"#
        try await server.expect(calls, 7)
        try await server.expect(#"sum(sluice_requests_total)"#, 8)
        try await server.expect(#"sluice_upstream_response_seconds_count{service="up.static"}"#, 5)
        let quantile = "histogram_quantile(0.99, sum by (le) (sluice_request_duration_seconds_bucket)) > 0"
        #expect(try await eventually { try await server.value(of: quantile) != nil })
        try await server.expect(#"up{job="sluice"}"#, 1)
    }

    @Test("understands every query of the documentation")
    func documentedQueries() async throws {
        let page = try String(contentsOf: Tools.root.appendingPathComponent("docs/observability.md"), encoding: .utf8)
        let rows = page.components(separatedBy: "## Useful queries")[1].components(separatedBy: "## Traces")[0]
            .split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("`") }
        #expect(rows.count >= 15)
        try await MetricsFixture.run { fixture in
            let server = try await PrometheusServer.start(scraping: try fixture.gateway.adminPort())
            let known = try await fixture.families().names
            for row in rows {
                let query = String(row.split(separator: "`")[1]).replacingOccurrences(of: "\\|", with: "|")
                let answer = try await server.ask(query)
                #expect(answer["status"] as? String == "success", "\(query): \(answer)")
                for name in query.matches(of: /(sluice|process)_[a-z_]+/).map({ String($0.output.0) }) {
                    let family = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) && !known.contains(name) }
                    #expect(known.contains(String(name.dropLast(family?.count ?? 0))), "\(name)")
                }
            }
            server.stop()
        }
    }
}

/// A Prometheus that scrapes a gateway.
private struct PrometheusServer {
    private let process: ChildProcess
    private let port: Int

    static func start(scraping target: Int) async throws -> PrometheusServer {
        let directory = try TemporaryDirectories.shared.make()
        let text = """
            scrape_configs:
              - job_name: sluice
                scrape_interval: 2s
                scrape_timeout: 2s
                static_configs: [{ targets: ["127.0.0.1:\(target)"] }]
            """
        let file = directory.appendingPathComponent("prometheus.yml").path
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let port = try FreePort.find()
        let process = try ChildProcess.start(
            try Tools.found("prometheus"),
            [
                "--config.file=\(file)", "--storage.tsdb.path=\(directory.path)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ]
        )
        let server = PrometheusServer(process: process, port: port)
        let isUp = await eventually {
            let answer = try? await server.ask(#"up{job="sluice"} == 1"#)
            return ((answer?["data"] as? [String: Any])?["result"] as? [Any])?.isEmpty == false
        }
        try #require(isUp, "\(process.errors)")
        return server
    }

    func stop() { self.process.signal(SIGKILL) }

    func ask(_ query: String) async throws -> [String: Any] {
        let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        let encoded = try #require(query.addingPercentEncoding(withAllowedCharacters: unreserved))
        let request = "GET /api/v1/query?query=\(encoded) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        return try await ReceivedAnswer.of(self.port, request).object
    }

    /// The only value of a query; `nil` when there is none, or more than one.
    func value(of query: String) async throws -> Double? {
        let result = (try await self.ask(query)["data"] as? [String: Any])?["result"] as? [[String: Any]]
        guard let result, result.count == 1 else { return nil }
        return (result[0]["value"] as? [Any])?.last.flatMap { $0 as? String }.flatMap { Double($0) }
    }

    /// Waits until a query has this value and no other: after a scrape that took too long there is none for a while.
    func expect(_ query: String, _ value: Double, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var found: Double?
        let isThere = try await eventually {
            found = try await self.value(of: query)
            return found == value
        }
        #expect(isThere, "\(query): \(found.map { "\($0)" } ?? "none")", sourceLocation: sourceLocation)
    }
}
