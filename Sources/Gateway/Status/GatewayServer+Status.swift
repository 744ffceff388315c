import FilterAPI
import FilterRuntime
import GatewayConfiguration
import Logging
import NIOCore
import Upstream

// The status of a running gateway.
extension GatewayServer {
    /// What operators see now.
    package func status() async -> GatewayStatus {
        let plan = self.plan
        let census = await self.census()
        let statuses = await self.serviceStatuses()
        let process = self.processCensus
        let now = SystemTime.fraction
        return GatewayStatus(
            state: self.isReady ? "ready" : self.isDraining ? "draining" : "starting",
            time: now,
            uptime: max(0, now - self.started),
            configuration: self.configurationStatus(plan, now),
            process: self.processStatus(process),
            traffic: GatewayStatus.Traffic(census),
            listeners: process.listeners.map { GatewayStatus.Listener($0) },
            routes: plan.routeStatuses,
            routeCount: plan.routes.routes.count,
            filters: plan.filterStatuses(census),
            services: plan.serviceStatuses(census, statuses),
            serviceCount: plan.services.count
        )
    }

    private func configurationStatus(_ plan: GatewayPlan, _ now: Double) -> GatewayStatus.Configuration {
        let reloads = self.reloads
        return GatewayStatus.Configuration(
            hash: plan.configuration.digest,
            file: plan.origin?.path,
            // The clock of reloads counts whole seconds.
            age: min(now - self.started, max(0, now - Double(reloads.applied))),
            isLastReloadRefused: !reloads.isLastGood,
            reloads: reloads.counts.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
        )
    }

    private func processStatus(_ process: ProcessCensus) -> GatewayStatus.Process {
        GatewayStatus.Process(
            workers: self.loops.count,
            residentMemory: process.residentMemory,
            memoryBudget: process.memoryBudget == Int.max ? nil : process.memoryBudget,
            isShedding: process.isShedding,
            processorTime: process.usage.processorSeconds,
            openDescriptors: process.usage.openDescriptors,
            logLevel: self.surroundings.logLevel.level.rawValue
        )
    }
}

extension GatewayStatus.Traffic {
    fileprivate init(_ census: [GatewayLoop.Census]) {
        let ended = census.reduce(StreamStatistics()) { $0 + $1.ended }
        var requests: [String: Int] = [:]
        for (digit, count) in ended.requests.enumerated() { requests[digit == 0 ? "none" : "\(digit)xx"] = count }
        self.init(
            connections: census.reduce(0) { $0 + $1.connections },
            streams: census.reduce(0) { $0 + $1.streams },
            requests: requests,
            bytesReceived: ended.bytesReceived,
            bytesSent: ended.bytesSent,
            durations: GatewayStatus.Durations(ended.durations)
        )
    }
}

extension GatewayStatus.Durations {
    fileprivate init(_ durations: DurationDistribution) {
        self.init(
            bounds: Histogram.bounds.map { Double($0) / 1_000_000_000 },
            counts: durations.counts,
            sum: Double(durations.sum) / 1_000_000_000
        )
    }
}

extension GatewayStatus.Listener {
    fileprivate init(_ listener: ListenerCensus) {
        self.init(
            name: listener.name,
            address: listener.address,
            isSecure: listener.isSecure,
            connections: listener.open,
            accepted: listener.accepted,
            refused: listener.refused.limit + listener.refused.overload + listener.refused.descriptors
        )
    }
}

extension GatewayPlan {
    fileprivate var routeStatuses: [GatewayStatus.Route] {
        zip(self.routes.routes, self.configuration.routes).prefix(GatewayStatus.shownRoutes).map { route, configured in
            let chain = self.chain.resolve(route: route.name, service: route.action.service, host: "")
            return GatewayStatus.Route(
                name: route.name,
                match: configured.match.summary,
                destination: route.action.summary,
                filters: zip(self.chain.entries, chain.filters).compactMap { $1 == nil ? nil : $0.name }
            )
        }
    }

    fileprivate func filterStatuses(_ census: [GatewayLoop.Census]) -> [GatewayStatus.Filter] {
        self.chain.entries.map { entry in
            let counts = census.reduce(FilterCounts()) { $0 + ($1.filters[entry.name] ?? FilterCounts()) }
            let timed = Double(counts.timedTime) / 1_000_000_000
            return GatewayStatus.Filter(
                name: entry.name,
                filter: entry.filter,
                phase: entry.phase.rawValue,
                priority: entry.priority,
                failStrategy: entry.failsOpen ? "FAIL_OPEN" : "FAIL_CLOSE",
                calls: counts.calls,
                localResponses: counts.localResponses,
                errors: counts.errors,
                callTime: counts.timedCalls > 0 ? timed / Double(counts.timedCalls) : nil,
                suspensions: counts.suspensions,
                suspendedTime: Double(counts.suspendedTime) / 1_000_000_000
            )
        }
    }

    fileprivate func serviceStatuses(
        _ census: [GatewayLoop.Census],
        _ statuses: [String: ServiceStatus]
    ) -> [GatewayStatus.Service] {
        self.services.prefix(GatewayStatus.shownServices).map { service in
            let counters = census.reduce(ServiceCounters()) { $0 + ($1.services[service.name] ?? ServiceCounters()) }
            let status = statuses[service.name]
            let open = status?.breaker.map { breaker in
                CircuitBreaker.Measure.allCases.filter { breaker.isOpen(for: $0) }.map(\.rawValue)
            }
            return GatewayStatus.Service(
                name: service.name,
                protocol: service.wireProtocol.rawValue,
                policy: service.loadBalancing.name,
                requests: counters.requests,
                errors: counters.errors,
                active: counters.active,
                idle: counters.idle,
                connects: counters.connects,
                connectFailures: counters.connectFailures,
                retries: counters.retries,
                durations: GatewayStatus.Durations(counters.durations),
                openLimits: open ?? [],
                endpoints: (status?.endpoints ?? []).prefix(MetricCensus.endpointsPerService).map {
                    GatewayStatus.Endpoint($0)
                }
            )
        }
    }
}

extension GatewayStatus.Endpoint {
    fileprivate init(_ endpoint: EndpointStatus) {
        self.init(
            address: endpoint.address,
            weight: endpoint.weight,
            isHealthy: endpoint.isHealthy,
            isEjected: endpoint.isEjected,
            isAvoided: endpoint.isAvoided,
            active: endpoint.active,
            requests: endpoint.requests,
            errors: endpoint.errors
        )
    }
}

extension MatchConfiguration {
    /// For people: `GET,POST chat.example.com /v1/*`.
    fileprivate var summary: String {
        var parts: [String] = []
        if !self.methods.isEmpty { parts.append(self.methods.joined(separator: ",")) }
        if !self.domains.isEmpty { parts.append(self.domains.joined(separator: ",")) }
        switch self.path {
        case .exact(let path): parts.append(path)
        case .prefix(let path): parts.append(path + "*")
        case .regex(let pattern): parts.append("~" + pattern)
        case nil: if parts.isEmpty { parts.append("*") }
        }
        // Values of fields and of the query may be secrets; their names are not.
        parts += self.headers.map { "header:\($0.name)" } + self.query.map { "query:\($0.name)" }
        return parts.joined(separator: " ")
    }
}

extension RouteAction {
    /// For people: a service, or several with their weights, or what the gateway answers.
    fileprivate var summary: String {
        switch self {
        case .service(let name): name
        case .services(let split): split.shares.map { "\($0.service) (\($0.weight))" }.joined(separator: ", ")
        case .redirect(let rule): "redirect \(rule.status)"
        case .response(let response): "response \(response.status)"
        }
    }
}
