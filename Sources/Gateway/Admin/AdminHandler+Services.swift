import Upstream

// What operators see of one service.
extension AdminHandler {
    static func services(
        _ definitions: [ServiceDefinition],
        _ census: [GatewayLoop.Census],
        _ statuses: [String: ServiceStatus]
    ) -> AdminAnswer {
        let services = definitions.map { service -> [String: Any] in
            let counters = census.reduce(ServiceCounters()) { $0 + ($1.services[service.name] ?? ServiceCounters()) }
            let status = statuses[service.name]
            var entry: [String: Any] = [
                "name": service.name, "protocol": service.wireProtocol.rawValue, "requests": counters.requests,
                "active": counters.active, "idle": counters.idle, "connects": counters.connects,
                "connect_failures": counters.connectFailures, "retries": counters.retries,
                "policy": service.loadBalancing.name, "endpoints": (status?.endpoints ?? []).map(self.entry),
            ]
            if let breaker = status?.breaker { entry["circuit_breaker"] = self.entry(breaker) }
            return entry
        }
        return AdminAnswer(json: ["services": services])
    }

    private static func entry(_ endpoint: EndpointStatus) -> [String: Any] {
        [
            "address": endpoint.address, "weight": endpoint.weight, "healthy": endpoint.isHealthy,
            "ejected": endpoint.isEjected, "ejections": endpoint.ejections, "avoided": endpoint.isAvoided,
            "active": endpoint.active, "idle": endpoint.idle, "requests": endpoint.requests,
            "errors": endpoint.errors,
        ]
    }

    private static func entry(_ breaker: CircuitBreaker) -> [String: Any] {
        var entry: [String: Any] = [:]
        for measure in CircuitBreaker.Measure.allCases {
            entry[measure.rawValue] = [
                "now": breaker.count(of: measure), "open": breaker.isOpen(for: measure),
                "refused": breaker.refusals(of: measure),
            ]
        }
        return entry
    }
}

extension BalancingPolicy {
    /// As the configuration says it.
    var name: String {
        switch self {
        case .roundRobin: "roundRobin"
        case .leastRequest: "leastRequest"
        case .random: "random"
        case .ringHash: "ringHash"
        }
    }
}
