import FilterAPI
import FilterRuntime
import Upstream

/// Metrics in the text form that Prometheus reads.
///
/// Source: Prometheus, "Exposition formats", text format 0.0.4.
enum PrometheusText {
    static func render(
        _ registry: MetricRegistry,
        census: [GatewayLoop.Census],
        process: ProcessCensus,
        services: [String: ServiceStatus],
        reloads: ReloadRecord,
        hash: String
    ) -> String {
        var text = ""
        for family in registry.snapshot { self.render(family, into: &text) }
        self.render(census, into: &text)
        self.render(services, into: &text)
        self.render(process, shed: census.reduce(0) { $0 + $1.shed }, into: &text)
        self.render(reloads, hash: hash, into: &text)
        return text
    }

    private static func render(_ family: MetricRegistry.Family, into text: inout String) {
        self.header(family.name, family.help, family.kind.rawValue, into: &text)
        for (labels, metric) in family.members {
            switch metric {
            case let counter as Counter: text += "\(family.name)\(braced(labels)) \(counter.value)\n"
            case let gauge as Gauge: text += "\(family.name)\(braced(labels)) \(gauge.value)\n"
            case let histogram as Histogram:
                self.render(histogram.counts, sum: histogram.sum, family.name, labels, into: &text)
            default: break
            }
        }
    }

    private static func render(
        _ counts: [Int],
        sum: Int,
        _ name: String,
        _ labels: String,
        into text: inout String
    ) {
        var count = 0
        let prefix = labels.isEmpty ? "" : labels + ","
        for (bound, inBucket) in zip(Histogram.bounds, counts) {
            count += inBucket
            text += "\(name)_bucket{\(prefix)le=\"\(Double(bound) / 1_000_000_000)\"} \(count)\n"
        }
        let total = counts.reduce(0, +)
        text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(total)\n"
        text += "\(name)_sum\(braced(labels)) \(Double(sum) / 1_000_000_000)\n"
        text += "\(name)_count\(braced(labels)) \(total)\n"
    }

    private static func render(_ ended: StreamStatistics, into text: inout String) {
        self.header("sluice_requests_total", "Streams that ended, by class of status.", "counter", into: &text)
        for (digit, count) in ended.requests.enumerated() {
            text += "sluice_requests_total{code=\"\(digit == 0 ? "none" : "\(digit)xx")\"} \(count)\n"
        }
        let name = "sluice_request_duration_seconds"
        self.header(name, "Time from a request's head to the end of its stream.", "histogram", into: &text)
        self.render(ended.durations, sum: ended.totalDuration, name, "", into: &text)
    }

    private static func render(_ census: [GatewayLoop.Census], into text: inout String) {
        let ended = census.reduce(StreamStatistics()) { $0 + $1.ended }
        self.render(ended, into: &text)
        self.render(filters: ended, into: &text)
        let gauges: [(String, String, (GatewayLoop.Census) -> Int)] = [
            ("sluice_downstream_connections", "Open connections of clients.", { $0.connections }),
            ("sluice_live_streams", "Streams that have begun and not ended.", { $0.streams }),
            ("sluice_live_tunnels", "Streams that are tunnels, such as WebSockets.", { $0.tunnels }),
            ("sluice_live_filter_operations", "Operations that filters wait for.", { $0.operations }),
            ("sluice_live_detached_operations", "Work of filters that outlives its stream.", { $0.detached }),
        ]
        for (name, help, value) in gauges {
            self.header(name, help, "gauge", into: &text)
            text += "\(name) \(census.reduce(0) { $0 + value($1) })\n"
        }
        self.renderServices(census, into: &text)
    }

    private static func renderServices(_ census: [GatewayLoop.Census], into text: inout String) {
        var all: [String: ServiceCounters] = [:]
        for loop in census {
            for (name, counters) in loop.services { all[name] = (all[name] ?? ServiceCounters()) + counters }
        }
        let families: [(String, String, String, (ServiceCounters) -> Int)] = [
            ("sluice_upstream_requests_total", "Requests sent to a service.", "counter", { $0.requests }),
            ("sluice_upstream_active_requests", "Requests that a service has not answered.", "gauge", { $0.active }),
            ("sluice_upstream_idle_connections", "Connections that wait for a request.", "gauge", { $0.idle }),
            ("sluice_upstream_connects_total", "Connections opened.", "counter", { $0.connects }),
            (
                "sluice_upstream_connect_failures_total", "Connections that failed to open.", "counter",
                { $0.connectFailures }
            ),
            ("sluice_upstream_retries_total", "Requests sent again.", "counter", { $0.retries }),
        ]
        for (name, help, kind, value) in families where !all.isEmpty {
            self.header(name, help, kind, into: &text)
            for (service, counters) in all.sorted(by: { $0.key < $1.key }) {
                text += "\(name){service=\"\(service)\"} \(value(counters))\n"
            }
        }
    }

    static func header(_ name: String, _ help: String, _ kind: String, into text: inout String) {
        text += "# HELP \(name) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
        text += "# TYPE \(name) \(kind)\n"
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }
}
