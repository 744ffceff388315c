package import FilterAPI

/// One entry of `filters:` before its filters are built: nodes with their places.
package struct FilterDefinition: Sendable {
    /// What a rule or a route says about the entry.
    package struct Say: Sendable {
        /// The configuration that it gives; `nil` for none.
        package let config: ConfigurationNode?
        /// Whether the filter is left out there.
        package let isDisabled: Bool
        /// Where to report what is missing.
        package let position: SourcePosition
        /// What the place is called in messages.
        package let location: ConfigurationLocation

        package init(
            config: ConfigurationNode?,
            isDisabled: Bool,
            position: SourcePosition,
            location: ConfigurationLocation
        ) {
            self.config = config
            self.isDisabled = isDisabled
            self.position = position
            self.location = location
        }
    }

    /// One match rule.
    package struct Rule: Sendable {
        package let domains: [String]
        package let routes: [String]
        package let services: [String]
        package let say: Say

        package init(domains: [String] = [], routes: [String] = [], services: [String] = [], say: Say) {
            self.domains = domains
            self.routes = routes
            self.services = services
            self.say = say
        }
    }

    package let name: String
    package let phase: FilterPhase
    package let priority: Int
    package let failsOpen: Bool
    /// The entry's own configuration; `nil` when the file gives none.
    package let config: ConfigurationNode?
    package let rules: [Rule]
    /// What routes say, by their names.
    package let routes: [String: Say]
    /// Where the entry stands.
    package let position: SourcePosition
    /// What the entry is called in messages.
    package let location: ConfigurationLocation

    package init(
        name: String,
        phase: FilterPhase,
        priority: Int,
        failsOpen: Bool,
        config: ConfigurationNode?,
        rules: [Rule] = [],
        routes: [String: Say] = [:],
        position: SourcePosition,
        location: ConfigurationLocation
    ) {
        self.name = name
        self.phase = phase
        self.priority = priority
        self.failsOpen = failsOpen
        self.config = config
        self.rules = rules
        self.routes = routes
        self.position = position
        self.location = location
    }
}

extension FilterDefinition {
    /// Whether some rule or route gives the filter a configuration, beside those that only leave it out.
    package var hasRules: Bool {
        self.rules.contains { !$0.say.isDisabled } || self.routes.values.contains { !$0.isDisabled }
    }

    /// Whether the filter runs where no rule and no route speaks.
    ///
    /// Without `config` a match rule says where the filter runs. Rules that only leave it out do not, nor do routes:
    /// such an entry runs everywhere else with the defaults.
    package var hasBase: Bool {
        self.config != nil || !self.rules.contains { !$0.say.isDisabled }
    }

    /// The configuration of a rule or a route, merged with the entry's.
    ///
    /// A say without `config` means the entry's own. One that gives nothing but keys of `ruleKeys` is laid over the
    /// entry's; any other replaces it.
    package func config(of say: Say, ruleKeys: Set<String>) -> ConfigurationNode? {
        FilterDefinition.merged(say.config, over: self.config, ruleKeys: ruleKeys)
    }

    package static func merged(
        _ own: ConfigurationNode?,
        over base: ConfigurationNode?,
        ruleKeys: Set<String>
    ) -> ConfigurationNode? {
        guard let own, !own.isNull else { return base }
        guard !ruleKeys.isEmpty, let added = own.entries, added.allSatisfy({ ruleKeys.contains($0.key) }),
            let kept = base?.entries
        else { return own }
        let names = Set(added.map(\.key))
        return ConfigurationNode(.mapping(kept.filter { !names.contains($0.key) } + added), position: own.position)
    }
}
