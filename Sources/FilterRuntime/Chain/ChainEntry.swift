package import FilterAPI
package import Upstream

/// One entry of `filters:` with everything that decides whether and how it runs.
package struct ChainEntry: Sendable {
    /// What a rule or a route says about an entry.
    package enum Say: Sendable {
        case run(BoundFilter)
        case disabled
    }

    /// One match rule: all its conditions must hold.
    package struct Rule: Sendable {
        package let domains: [DomainPattern]
        package let routes: Set<String>
        package let services: Set<String>
        package let say: Say

        package init(domains: [DomainPattern], routes: Set<String>, services: Set<String>, say: Say) {
            self.domains = domains
            self.routes = routes
            self.services = services
            self.say = say
        }
    }

    package let name: String
    package let filter: String
    package let phase: FilterPhase
    package let priority: Int
    package let failsOpen: Bool
    /// The filter of the entry's own `config`; `nil` when it runs only where a rule or a route says so.
    package let base: BoundFilter?
    package let rules: [Rule]
    package let routes: [String: Say]

    package init(
        name: String,
        filter: String,
        phase: FilterPhase,
        priority: Int,
        failsOpen: Bool,
        base: BoundFilter?,
        rules: [Rule] = [],
        routes: [String: Say] = [:]
    ) {
        self.name = name
        self.filter = filter
        self.phase = phase
        self.priority = priority
        self.failsOpen = failsOpen
        self.base = base
        self.rules = rules
        self.routes = routes
    }

    /// Why an entry runs as it does for a request, for `sluice explain`.
    package enum Source: Sendable, Hashable {
        /// The entry's own `config`.
        case config
        /// The match rule of that index.
        case rule(Int)
        /// The route's say.
        case route(String)
        /// Neither: the entry has no `config` and no rule matches.
        case none
    }

    /// What runs for a route, a service and a host: a route's say first, then the first matching rule, then `config`.
    package func resolve(route: String?, service: String?, host: String) -> (filter: BoundFilter?, source: Source) {
        if let route, let say = self.routes[route] { return (say.filter, .route(route)) }
        for (index, rule) in self.rules.enumerated() where rule.matches(route: route, service: service, host: host) {
            return (rule.say.filter, .rule(index))
        }
        return (self.base, self.base == nil ? .none : .config)
    }

    fileprivate var dependsOnHost: Bool { self.rules.contains { !$0.domains.isEmpty } }
}

extension ChainEntry.Say {
    fileprivate var filter: BoundFilter? {
        switch self {
        case .run(let filter): filter
        case .disabled: nil
        }
    }
}

extension ChainEntry.Rule {
    fileprivate func matches(route: String?, service: String?, host: String) -> Bool {
        if !self.domains.isEmpty, !self.domains.contains(where: { $0.matches(host) }) { return false }
        if !self.routes.isEmpty, !(route.map(self.routes.contains) ?? false) { return false }
        if !self.services.isEmpty, !(service.map(self.services.contains) ?? false) { return false }
        return true
    }
}

extension FilterChain {
    /// Whether some rule asks for the host, so that a route alone does not decide what runs.
    static func dependsOnHost(_ entries: [ChainEntry]) -> Bool { entries.contains { $0.dependsOnHost } }
}
