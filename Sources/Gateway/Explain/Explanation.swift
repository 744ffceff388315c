public import FilterAPI
import FilterRuntime
import GatewayConfiguration
import Upstream

/// Why a request goes where it goes: its route, and the filters that it would pass.
public struct Explanation: Sendable {
    /// A filter that would run.
    public struct RunningFilter: Sendable {
        /// The name of the entry.
        public let name: String
        /// The registered name.
        public let filter: String
        /// The phase.
        public let phase: FilterPhase
        /// The priority within the phase.
        public let priority: Int
        /// What the entry runs before and after whatever the priorities say, such as `before key-auth`; empty as a rule.
        public let order: String
        /// The configuration in force as JSON, without secrets.
        public let config: String
        /// Where it comes from: `config`, `matchRules[N]`, `route NAME`, or `default`.
        public let source: String
    }

    /// A filter that would not run.
    public struct SkippedFilter: Sendable {
        /// The name of the entry.
        public let name: String
        /// Why.
        public let reason: String
    }

    /// A route that was looked at and passed over.
    public struct PassedRoute: Sendable {
        /// The route's name.
        public let name: String
        /// Why.
        public let reason: String
    }

    /// What becomes of a request for another protocol.
    public struct Upgrade: Sendable {
        /// What the request names.
        public let offered: String
        /// The protocol that the service is asked for; `nil` when the request goes on without its `Upgrade`.
        public let chosen: String?
    }

    /// The route; `nil` when none matches, and the answer would be `route_not_found`.
    public let route: String?
    /// What becomes of the request there: the service's address, those of several with their weights, `redirect`, or `response STATUS`.
    public let destination: String?
    /// What becomes of the protocols that its `Upgrade` names; `nil` without one.
    public let upgrade: Upgrade?
    /// Routes that were passed over before it, in the order in which they were looked at.
    public let passedRoutes: [PassedRoute]
    /// The filters in the order in which the request passes them.
    public let filters: [RunningFilter]
    /// The filters that would not run.
    public let skipped: [SkippedFilter]
}

extension GatewayPlan {
    /// Explains a request without sending it.
    public func explain(_ request: RequestHead) -> Explanation {
        let route = self.routes.select(request)
        let service = route?.action.service
        let skips = self.skips(request, route: route?.name, service: service)
        var running: [Explanation.RunningFilter] = []
        var skipped: [Explanation.SkippedFilter] = []
        for entry in self.chain.entries {
            let (filter, source) = entry.resolve(route: route?.name, service: service, host: request.authority)
            let reason = skips.first { $0.filter == entry.name || $0.filter == entry.filter }?.reason
            if filter == nil {
                skipped.append(.init(name: entry.name, reason: source.reasonNotToRun))
            } else if let reason {
                skipped.append(.init(name: entry.name, reason: reason))
            } else {
                running.append(self.running(entry, source))
            }
        }
        return Explanation(
            route: route?.name,
            destination: route?.action.summary,
            upgrade: self.upgrade(request, on: route),
            passedRoutes: self.passedRoutes(request),
            filters: running,
            skipped: skipped
        )
    }

    private func upgrade(_ request: RequestHead, on route: Route?) -> Explanation.Upgrade? {
        guard let offered = request.headers[.upgrade] else { return nil }
        let offer = UpgradeOffer(field: offered)
        return .init(
            offered: offered,
            chosen: offer.choice(of: route?.upgrades ?? [], isGet: request.method == .get)
        )
    }

    private func running(_ entry: ChainEntry, _ source: ChainEntry.Source) -> Explanation.RunningFilter {
        let node = self.definitions.first { $0.name == entry.name }.flatMap { self.config(of: $0, source) }
        return Explanation.RunningFilter(
            name: entry.name,
            filter: entry.filter,
            phase: entry.phase,
            priority: entry.priority,
            order: self.configuration.filters.first { $0.name == entry.name }?.orderInWords ?? "",
            config: node?.redactedJSON(self.configuration.secrets) ?? "{}",
            source: node == nil ? "default" : source.text
        )
    }

    private func config(of definition: FilterDefinition, _ source: ChainEntry.Source) -> ConfigurationNode? {
        let ruleKeys = self.registry.filter(named: self.filterName(of: definition))?.ruleKeys ?? []
        switch source {
        case .config, .none: return definition.config
        case .rule(let index) where definition.rules.indices.contains(index):
            return definition.config(of: definition.rules[index].say, ruleKeys: ruleKeys)
        case .rule: return definition.config
        case .route(let name): return definition.routes[name].flatMap { definition.config(of: $0, ruleKeys: ruleKeys) }
        }
    }

    private func filterName(of definition: FilterDefinition) -> String {
        self.chain.entries.first { $0.name == definition.name }?.filter ?? definition.name
    }

    /// What filters that would run say about skipping others.
    private func skips(
        _ request: RequestHead,
        route: String?,
        service: String?
    ) -> [(filter: String, reason: String)] {
        self.chain.entries.flatMap { entry -> [(filter: String, reason: String)] in
            let bound = entry.resolve(route: route, service: service, host: request.authority).filter
            return bound?.explainer?.skips(for: request).map { ($0.filter, "\(entry.name): \($0.reason)") } ?? []
        }
    }

    private func passedRoutes(_ request: RequestHead) -> [Explanation.PassedRoute] {
        var passed: [Explanation.PassedRoute] = []
        for consideration in self.routes.explain(request) {
            switch consideration.outcome {
            case .selected: return passed
            case .passedOver(let mismatch):
                passed.append(.init(name: consideration.route.name, reason: mismatch.summary))
            case .lessSpecific: break
            }
        }
        return passed
    }
}

extension FilterEntryConfiguration {
    fileprivate var orderInWords: String {
        let wishes = [("before", self.before), ("after", self.after)].filter { !$0.1.isEmpty }
        return wishes.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: ", ")
    }
}

extension ChainEntry.Source {
    fileprivate var text: String {
        switch self {
        case .config: "config"
        case .rule(let index): "matchRules[\(index)]"
        case .route(let name): "route \(name)"
        case .none: "default"
        }
    }

    fileprivate var reasonNotToRun: String {
        switch self {
        case .rule(let index): "disabled by matchRules[\(index)]"
        case .route(let name): "disabled by route \(name)"
        case .config, .none: "no match rule applies and there is no config"
        }
    }
}

extension RouteAction {
    fileprivate var summary: String {
        switch self {
        case .service(let name): name
        case .services(let split): split.summary
        case .redirect: "redirect"
        case .response(let response): "response \(response.status)"
        }
    }
}

extension RouteMismatch {
    fileprivate var summary: String {
        switch self {
        case .host: "another host"
        case .path: "another path"
        case .method: "another method"
        case .header(let name): "header \(name.string) does not match"
        case .query(let name): "query parameter \(name) does not match"
        }
    }
}
