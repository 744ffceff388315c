import FilterAPI
import FilterRuntime
import Logging
import NIOCore

/// Reads a test's filters the way the gateway reads those of a file.
struct ChainReading {
    let filters: [TestFilter]
    let routes: [TestRoute]
    let building: FilterBuilding

    init(
        filters: [TestFilter],
        routes: [TestRoute],
        services: [String]?,
        logger: Logger,
        metrics: MetricRegistry
    ) {
        self.filters = filters
        self.routes = routes
        self.building = FilterBuilding(
            context: ConfigurationContext(services: ScriptedServiceLookup(names: services)),
            logger: logger,
            metrics: metrics,
            shared: SharedFilterState()
        )
    }

    /// The chain.
    ///
    /// - Throws: ``TestConfigurationError`` with all mistakes.
    func chain() throws -> FilterChain {
        var entries: [ChainEntry] = []
        for (index, filter) in self.filters.enumerated() {
            let definition = self.definition(of: filter, index)
            let entry =
                filter.made.map { self.entry(of: $0, filter, definition) }
                ?? self.building.entry(of: filter.type, definition)
            if let entry { entries.append(filter.watch?.watching(entry) ?? entry) }
        }
        let errors = self.issues.filter { $0.severity == .error }
        guard errors.isEmpty else { throw TestConfigurationError(issues: errors.map(\.description)) }
        return FilterChain(entries)
    }

    /// The entry of a filter that the test made: routes may leave it out.
    private func entry(of made: BoundFilter, _ filter: TestFilter, _ definition: FilterDefinition) -> ChainEntry {
        ChainEntry(
            name: filter.name,
            filter: filter.type.name,
            phase: filter.phase,
            priority: filter.priority,
            failsOpen: definition.failsOpen,
            base: made,
            routes: definition.routes.mapValues { $0.isDisabled ? .disabled : .run(made) }
        )
    }

    /// What is wrong or doubtful, after ``chain()``.
    var issues: [ConfigurationIssue] { self.building.context.issues.all }

    private func definition(of filter: TestFilter, _ index: Int) -> FilterDefinition {
        let location = ConfigurationLocation.root.key("filters").item(index).named(filter.name)
        let file = "<\(filter.name)>"
        let nowhere = SourcePosition(file: file, line: 0, column: 0)
        var routes: [String: FilterDefinition.Say] = [:]
        for route in self.routes {
            guard let say = route.filters[filter.name] else { continue }
            let place = ConfigurationLocation(titled: "route \(quoted(route.name))").key(filter.name)
            routes[route.name] = say.definition(nowhere, place)
        }
        return FilterDefinition(
            name: filter.name,
            phase: filter.phase,
            priority: filter.priority,
            failsOpen: filter.failStrategy == .open,
            config: filter.config?.placed(file: file),
            rules: filter.rules.enumerated().map { index, rule in
                rule.definition(file, location.key("matchRules").item(index))
            },
            routes: routes,
            position: nowhere,
            location: location
        )
    }
}

extension TestRule {
    fileprivate func definition(_ file: String, _ location: ConfigurationLocation) -> FilterDefinition.Rule {
        FilterDefinition.Rule(
            domains: self.domains,
            routes: self.routes,
            services: self.services,
            say: FilterDefinition.Say(
                config: self.config?.placed(file: file),
                isDisabled: self.isDisabled,
                position: SourcePosition(file: file, line: 0, column: 0),
                location: location
            )
        )
    }
}

extension TestRoute.Say {
    fileprivate func definition(
        _ position: SourcePosition,
        _ location: ConfigurationLocation
    ) -> FilterDefinition.Say {
        switch self {
        case .disabled:
            FilterDefinition.Say(config: nil, isDisabled: true, position: position, location: location)
        case .config(let node):
            FilterDefinition.Say(
                config: node.placed(file: position.file),
                isDisabled: false,
                position: position,
                location: location
            )
        }
    }
}
