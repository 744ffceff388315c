import FilterAPI
import Upstream

// Services, their endpoints, and their circuit breakers.
extension MetricCensus {
    /// How many endpoints of one service have series of their own; what is behind them is summed up as `other`.
    static let endpointsPerService = 50
    /// How many endpoints have series of their own altogether.
    static let endpointsAltogether = 1000

    var serviceFamilies: [MetricFamily] {
        var all: [String: ServiceCounters] = [:]
        for loop in self.loops { all.merge(loop.services, uniquingKeysWith: +) }
        let services = all.sorted { $0.key < $1.key }
        let families: [(String, MetricFamily.Kind, String, (ServiceCounters) -> Int)] = [
            ("sluice_upstream_requests_total", .counter, "Requests sent to a service.", { $0.requests }),
            (
                "sluice_upstream_errors_total", .counter, "Answers with 5xx, broken and refused connections, timeouts.",
                { $0.errors }
            ),
            ("sluice_upstream_active_requests", .gauge, "Requests that a service has not answered.", { $0.active }),
            ("sluice_upstream_idle_connections", .gauge, "Connections that wait for a request.", { $0.idle }),
            ("sluice_upstream_connects_total", .counter, "Connections opened.", { $0.connects }),
            (
                "sluice_upstream_connect_failures_total", .counter, "Connections that failed to open.",
                { $0.connectFailures }
            ),
            (
                "sluice_upstream_descriptor_shortages_total", .counter,
                "Connections not made since no file descriptor was left.", { $0.descriptorShortages }
            ),
            ("sluice_upstream_retries_total", .counter, "Requests sent again.", { $0.retries }),
        ]
        let plain = families.map { name, kind, help, value in
            var family = MetricFamily(name, kind, help)
            for (service, counters) in services { family.add([("service", service)], .integer(value(counters))) }
            return family
        }
        var responses = MetricFamily(
            "sluice_upstream_responses_total",
            .counter,
            "Answers of a service, by class of status."
        )
        var times = MetricFamily(
            "sluice_upstream_response_seconds",
            .histogram,
            "Time from a try to the head of its answer."
        )
        for (service, counters) in services {
            for (digit, count) in counters.responses.enumerated() where digit > 0 {
                responses.add([("service", service), ("code", "\(digit)xx")], .integer(count))
            }
            times.add([("service", service)], .durations(counters.durations))
        }
        return plain + [responses, times]
    }

    var endpointFamilies: [MetricFamily] {
        let rows = self.endpointRows
        let families: [(String, MetricFamily.Kind, String, (EndpointStatus) -> MetricFamily.Value)] = [
            (
                "sluice_upstream_endpoint_requests_total", .counter, "Requests sent to an endpoint, each try counted.",
                { .integer($0.requests) }
            ),
            (
                "sluice_upstream_endpoint_errors_total", .counter,
                "Answers with 5xx, broken and refused connections, timeouts.", { .integer($0.errors) }
            ),
            (
                "sluice_upstream_endpoint_response_seconds", .histogram, "Time from a try to the head of its answer.",
                { .durations($0.durations) }
            ),
            (
                "sluice_upstream_endpoint_active_requests", .gauge, "Requests that it has in hand.",
                { .integer($0.active) }
            ),
            ("sluice_upstream_endpoint_idle_connections", .gauge, "Connections that wait.", { .integer($0.idle) }),
            (
                "sluice_upstream_endpoint_healthy", .gauge, "1 unless it fails its checks.",
                { .integer($0.isHealthy ? 1 : 0) }
            ),
            (
                "sluice_upstream_endpoint_ejected", .gauge, "1 while it is left out for its errors.",
                { .integer($0.isEjected ? 1 : 0) }
            ),
            (
                "sluice_upstream_endpoint_ejections_total", .counter, "How often it was left out.",
                { .integer($0.ejections) }
            ),
        ]
        return families.map { name, kind, help, value in
            var family = MetricFamily(name, kind, help)
            for row in rows {
                family.add([("service", row.service), ("endpoint", row.endpoint)], row.sum(value))
            }
            return family
        }
    }

    /// Single endpoints, then what is left of their service as one.
    private var endpointRows: [EndpointRow] {
        var left = MetricCensus.endpointsAltogether
        var rows: [EndpointRow] = []
        for (service, status) in self.services.sorted(by: { $0.key < $1.key }) {
            let count = min(left, MetricCensus.endpointsPerService, status.endpoints.count)
            left -= count
            for endpoint in status.endpoints.prefix(count) {
                rows.append(EndpointRow(service: service, endpoint: endpoint.address, parts: [endpoint]))
            }
            guard count < status.endpoints.count else { continue }
            rows.append(
                EndpointRow(service: service, endpoint: "other", parts: Array(status.endpoints.dropFirst(count)))
            )
        }
        return rows
    }

    var breakerFamilies: [MetricFamily] {
        let breakers = self.services.compactMap { service, status in status.breaker.map { (service, $0) } }
            .sorted { $0.0 < $1.0 }
        var open = MetricFamily("sluice_upstream_circuit_breaker_open", .gauge, "1 while one more would be too many.")
        var refused = MetricFamily(
            "sluice_upstream_circuit_breaker_refused_total",
            .counter,
            "What the circuit breaker refused."
        )
        for (service, breaker) in breakers {
            for measure in CircuitBreaker.Measure.allCases {
                let labels = [("service", service), ("limit", measure.rawValue)]
                open.add(labels, .integer(breaker.isOpen(for: measure) ? 1 : 0))
                refused.add(labels, .integer(breaker.refusals(of: measure)))
            }
        }
        return [open, refused]
    }
}

/// One endpoint in the metrics, or several as one.
private struct EndpointRow {
    let service: String
    let endpoint: String
    let parts: [EndpointStatus]

    /// The value of all parts together.
    func sum(_ value: (EndpointStatus) -> MetricFamily.Value) -> MetricFamily.Value {
        let values = self.parts.map(value)
        guard let first = values.first else { return .integer(0) }
        return values.dropFirst().reduce(first) { $0 + $1 }
    }
}

extension MetricFamily.Value {
    /// Both of one kind; the left one stays where they are not.
    fileprivate static func + (left: Self, right: Self) -> Self {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): .integer(left &+ right)
        case (.durations(let left), .durations(let right)): .durations(left + right)
        default: left
        }
    }
}
