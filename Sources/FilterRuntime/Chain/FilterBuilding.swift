package import FilterAPI
package import Logging
import Upstream

/// Builds the filters of an entry: reads each configuration, makes the filter, binds its hooks.
package struct FilterBuilding: Sendable {
    /// The declared services, the secrets' places, and where mistakes are left.
    package let context: ConfigurationContext
    package let logger: Logger
    package let metrics: MetricRegistry
    package let shared: SharedFilterState
    /// The filters of the configuration before; those that would come out the same are taken over as they are.
    private let previous: [BuiltFilter]

    package init(
        context: ConfigurationContext,
        logger: Logger,
        metrics: MetricRegistry,
        shared: SharedFilterState,
        reusing previous: [BuiltFilter] = []
    ) {
        self.context = context
        self.logger = logger
        self.metrics = metrics
        self.shared = shared
        self.previous = previous
    }

    /// Builds an entry's filters: that of its own `config`, one a match rule, one a route's say.
    ///
    /// - Parameter built: Gets the filters with what they were built from.
    /// - Returns: `nil` when something is wrong; all mistakes are then in the context's issues.
    package func entry(
        of type: any Filter.Type,
        _ definition: FilterDefinition,
        into built: inout [BuiltFilter]
    ) -> ChainEntry? {
        self.makeEntry(type, definition, &built)
    }

    /// The same for a chain that no reload follows.
    package func entry(of type: any Filter.Type, _ definition: FilterDefinition) -> ChainEntry? {
        var built: [BuiltFilter] = []
        let entry = self.makeEntry(type, definition, &built)
        for filter in built { filter.shared.nowInForce() }
        return entry
    }

    fileprivate func known(_ entry: String) -> [BuiltFilter] { self.previous.filter { $0.entry == entry } }

    private func makeEntry<F: Filter>(
        _ type: F.Type,
        _ definition: FilterDefinition,
        _ built: inout [BuiltFilter]
    ) -> ChainEntry? {
        var builder = EntryBuilder<F>(building: self, definition: definition)
        defer { built += builder.built }
        let base = builder.base()
        let rules = definition.rules.map { rule in
            ChainEntry.Rule(
                domains: rule.domains.map { DomainPattern($0) ?? .exact($0) },
                routes: Set(rule.routes),
                services: Set(rule.services),
                say: builder.say(rule.say)
            )
        }
        let routes = definition.routes.sorted { $0.value.position < $1.value.position }
            .map { ($0.key, builder.say($0.value)) }
        guard !builder.hasFailed else { return nil }
        return ChainEntry(
            name: definition.name,
            filter: F.name,
            phase: definition.phase,
            priority: definition.priority,
            failsOpen: definition.failsOpen,
            base: base,
            rules: rules,
            routes: Dictionary(routes, uniquingKeysWith: { first, _ in first })
        )
    }
}

/// Builds the filters of one entry, and goes on after a mistake, so that all of them are found.
private struct EntryBuilder<F: Filter> {
    let building: FilterBuilding
    let definition: FilterDefinition
    var hasFailed = false
    /// What was wrong with the entry's own `config`; a rule that stands on it does not say so again.
    private var ownIssues: [ConfigurationIssue] = []
    /// Those of the configuration before that nobody has taken over yet.
    private var known: [BuiltFilter]
    private(set) var built: [BuiltFilter] = []

    init(building: FilterBuilding, definition: FilterDefinition) {
        self.building = building
        self.definition = definition
        self.known = building.known(definition.name)
    }

    mutating func base() -> BoundFilter? {
        guard self.definition.hasBase else { return nil }
        return self.make(
            self.definition.config,
            scope: .entry(hasRules: self.definition.hasRules),
            position: self.definition.position,
            location: self.definition.location
        )
    }

    mutating func say(_ say: FilterDefinition.Say) -> ChainEntry.Say {
        guard !say.isDisabled else { return .disabled }
        let config = self.definition.config(of: say, ruleKeys: F.ruleKeys)
        let filter = self.make(config, scope: .rule, position: say.position, location: say.location)
        return filter.map { .run($0) } ?? .disabled
    }

    private mutating func make(
        _ config: ConfigurationNode?,
        scope: FilterScope,
        position: SourcePosition,
        location: ConfigurationLocation
    ) -> BoundFilter? {
        let shared = self.building.context
        let issues = ConfigurationIssues()
        let services = shared.services.map { RecordedServiceLookup($0) }
        let context = ConfigurationContext(issues: issues, secrets: shared.secrets, services: services)
        let location = location.key("config")
        let configuration = ConfigurationFields.read(config, position: position, location: location, context: context) {
            F.Configuration($0)
        }
        let answers = services?.answers ?? [:]
        let known = issues.containsErrors ? nil : self.takeKnown(scope, config, answers)
        let made =
            known ?? self.build(configuration, scope, issues, config?.position ?? position, location)
        if let made {
            let filter = BuiltFilter(
                type: F.self,
                entry: self.definition.name,
                scope: scope,
                config: config,
                services: answers,
                filter: made.filter,
                shared: made.shared
            )
            self.built.append(filter)
        }
        let found = issues.all
        for issue in found where !self.isKnown(issue) { shared.issues.add(issue) }
        if case .entry = scope { self.ownIssues = found }
        if made == nil { self.hasFailed = true }
        return made?.filter
    }

    /// The filter of the configuration before that this one would be equal to; each is taken once.
    private mutating func takeKnown(
        _ scope: FilterScope,
        _ config: ConfigurationNode?,
        _ services: [ServiceQuestion: ServiceQuestion.Answer]
    ) -> (filter: BoundFilter, shared: SharedFilterState)? {
        let name = self.definition.name
        let index = self.known.firstIndex {
            $0.isCurrent(for: F.self, entry: name, scope: scope, config: config, services: services)
        }
        return index.map { self.known.remove(at: $0) }.map { ($0.filter, $0.shared) }
    }

    private func isKnown(_ issue: ConfigurationIssue) -> Bool {
        self.ownIssues.contains { $0.position == issue.position && $0.message == issue.message }
    }

    private func build(
        _ configuration: F.Configuration,
        _ scope: FilterScope,
        _ issues: ConfigurationIssues,
        _ position: SourcePosition,
        _ location: ConfigurationLocation
    ) -> (filter: BoundFilter, shared: SharedFilterState)? {
        guard !issues.containsErrors else { return nil }
        var logger = self.building.logger
        logger[metadataKey: "filter"] = "\(self.definition.name)"
        let state = self.building.shared.forBuild()
        let environment = FilterEnvironment(
            name: self.definition.name,
            scope: scope,
            logger: logger,
            metrics: self.building.metrics,
            shared: state
        )
        do {
            return (BoundFilter(try F(configuration, environment)), state)
        } catch {
            issues.error(at: position, location, "\(error)")
            return nil
        }
    }
}
