import FilterAPI
import FilterRuntime
import GatewayConfiguration

extension FilterDefinition {
    /// An entry of the file with what the routes say about it.
    init(_ entry: FilterEntryConfiguration, routes: [RouteConfiguration]) {
        var says: [String: Say] = [:]
        for route in routes {
            for say in route.filters where say.entry == entry.name { says[route.name] = Say(say) }
        }
        self.init(
            name: entry.name,
            phase: entry.phase,
            priority: entry.priority,
            failsOpen: entry.failStrategy == .open,
            config: entry.config,
            rules: entry.matchRules.map { Rule($0) },
            routes: says,
            position: entry.position,
            location: entry.location
        )
    }
}

extension FilterDefinition.Rule {
    fileprivate init(_ rule: MatchRuleConfiguration) {
        self.init(
            domains: rule.domains,
            routes: rule.routes,
            services: rule.services,
            say: FilterDefinition.Say(
                config: rule.config,
                isDisabled: rule.isDisabled,
                position: rule.position,
                location: rule.location
            )
        )
    }
}

extension FilterDefinition.Say {
    fileprivate init(_ say: RouteFilterConfiguration) {
        self.init(config: say.config, isDisabled: say.isDisabled, position: say.position, location: say.location)
    }
}
