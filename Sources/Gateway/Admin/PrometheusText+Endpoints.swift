import Upstream

// Endpoints and circuit breakers of services.
extension PrometheusText {
    /// How many endpoints of one service have series of their own; what is behind them is summed up as `other`.
    static let endpointsPerService = 50
    /// How many endpoints have series of their own altogether.
    static let endpointsAltogether = 1000

    static func render(_ statuses: [String: ServiceStatus], into text: inout String) {
        self.renderEndpoints(statuses, into: &text)
        self.renderBreakers(statuses, into: &text)
    }

    private static func renderEndpoints(_ statuses: [String: ServiceStatus], into text: inout String) {
        let rows = self.rows(statuses)
        guard !rows.isEmpty else { return }
        let families: [(String, String, String, (EndpointSum) -> Int)] = [
            (
                "sluice_upstream_endpoint_requests_total", "Requests sent to an endpoint, each try counted.", "counter",
                { $0.requests }
            ),
            (
                "sluice_upstream_endpoint_errors_total", "Answers with 5xx, broken and refused connections, timeouts.",
                "counter", { $0.errors }
            ),
            ("sluice_upstream_endpoint_active_requests", "Requests that it has in hand.", "gauge", { $0.active }),
            ("sluice_upstream_endpoint_healthy", "1 unless it fails its checks.", "gauge", { $0.healthy }),
            ("sluice_upstream_endpoint_ejected", "1 while it is left out for its errors.", "gauge", { $0.ejected }),
            ("sluice_upstream_endpoint_ejections_total", "How often it was left out.", "counter", { $0.ejections }),
        ]
        for (name, help, kind, value) in families {
            self.header(name, help, kind, into: &text)
            for row in rows {
                text += "\(name){service=\"\(row.service)\",endpoint=\"\(row.endpoint)\"} \(value(row))\n"
            }
        }
    }

    private static func rows(_ statuses: [String: ServiceStatus]) -> [EndpointSum] {
        var left = self.endpointsAltogether
        var rows: [EndpointSum] = []
        for (service, status) in statuses.sorted(by: { $0.key < $1.key }) {
            let count = min(left, self.endpointsPerService, status.endpoints.count)
            left -= count
            for endpoint in status.endpoints.prefix(count) {
                var row = EndpointSum(service: service, endpoint: endpoint.address)
                row.add(endpoint)
                rows.append(row)
            }
            guard count < status.endpoints.count else { continue }
            var other = EndpointSum(service: service, endpoint: "other")
            for endpoint in status.endpoints.dropFirst(count) { other.add(endpoint) }
            rows.append(other)
        }
        return rows
    }

    private static func renderBreakers(_ statuses: [String: ServiceStatus], into text: inout String) {
        let breakers = statuses.compactMap { service, status in status.breaker.map { (service, $0) } }
            .sorted { $0.0 < $1.0 }
        guard !breakers.isEmpty else { return }
        let families: [(String, String, String, (CircuitBreaker, CircuitBreaker.Measure) -> Int)] = [
            (
                "sluice_upstream_circuit_breaker_open", "1 while one more would be too many.", "gauge",
                { $0.isOpen(for: $1) ? 1 : 0 }
            ),
            (
                "sluice_upstream_circuit_breaker_refused_total", "What the circuit breaker refused.", "counter",
                { $0.refusals(of: $1) }
            ),
        ]
        for (name, help, kind, value) in families {
            self.header(name, help, kind, into: &text)
            for (service, breaker) in breakers {
                for measure in CircuitBreaker.Measure.allCases {
                    text += "\(name){service=\"\(service)\",limit=\"\(measure.rawValue)\"} "
                    text += "\(value(breaker, measure))\n"
                }
            }
        }
    }
}

/// One endpoint in the metrics, or several as one.
private struct EndpointSum {
    let service: String
    let endpoint: String
    var requests = 0
    var errors = 0
    var active = 0
    var healthy = 0
    var ejected = 0
    var ejections = 0

    init(service: String, endpoint: String) {
        self.service = service
        self.endpoint = endpoint
    }

    mutating func add(_ status: EndpointStatus) {
        self.requests += status.requests
        self.errors += status.errors
        self.active += status.active
        self.healthy += status.isHealthy ? 1 : 0
        self.ejected += status.isEjected ? 1 : 0
        self.ejections += status.ejections
    }
}
