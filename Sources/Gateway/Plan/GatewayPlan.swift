import Downstream
public import FilterAPI
import FilterRuntime
import Foundation
package import GatewayConfiguration
public import Logging
import Upstream

/// A configuration with everything built from it that event loops share: what a snapshot of the gateway is made of.
public struct GatewayPlan: Sendable {
    package let configuration: GatewayConfiguration
    let registry: FilterRegistry
    let chain: FilterChain
    let definitions: [FilterDefinition]
    let routes: RouteTable
    let services: [ServiceDefinition]
    /// The certificates of each listener, in the configuration's order; `nil` for one in clear text.
    let certificates: [TLSCertificates?]

    /// What outlives one configuration, so that a reload keeps it.
    public struct Surroundings: Sendable {
        /// The log of the program.
        public let logger: Logger
        /// The metrics of the process.
        public let metrics: MetricRegistry
        /// State that filters keep over reloads.
        public let shared: SharedFilterState

        /// Makes surroundings; each part that is left out starts empty.
        public init(
            logger: Logger,
            metrics: MetricRegistry = MetricRegistry(),
            shared: SharedFilterState = SharedFilterState()
        ) {
            self.logger = logger
            self.metrics = metrics
            self.shared = shared
        }

        /// Has every log file opened anew, after it was moved away.
        public func reopenLogs() { self.shared.reopenAll() }
    }

    /// Reads, checks and builds a configuration file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - registry: The filters it may name.
    ///   - surroundings: What filters get when they are built.
    /// - Returns: The plan, `nil` when there is any error; and all errors and warnings in the file's order.
    public static func load(
        path: String,
        registry: FilterRegistry,
        surroundings: Surroundings
    ) -> (plan: GatewayPlan?, issues: [ConfigurationIssue]) {
        let (configuration, issues) = GatewayConfiguration.load(path: path, filters: registry.descriptions)
        return self.build(configuration, issues, registry, surroundings)
    }

    /// Reads, checks and builds a configuration in memory; `file` names it in messages.
    public static func load(
        text: String,
        file: String,
        registry: FilterRegistry,
        surroundings: Surroundings
    ) -> (plan: GatewayPlan?, issues: [ConfigurationIssue]) {
        let (configuration, issues) = GatewayConfiguration.load(
            text: text,
            file: file,
            environment: ProcessInfo.processInfo.environment,
            filters: registry.descriptions
        )
        return self.build(configuration, issues, registry, surroundings)
    }

    private static func build(
        _ configuration: GatewayConfiguration?,
        _ issues: [ConfigurationIssue],
        _ registry: FilterRegistry,
        _ surroundings: Surroundings
    ) -> (GatewayPlan?, [ConfigurationIssue]) {
        guard let configuration else { return (nil, issues) }
        let found = ConfigurationIssues()
        let plan = GatewayPlan(configuration, registry, surroundings, found)
        let fresh = found.all.filter { !issues.contains($0) }
        return (plan, issues + fresh)
    }

    private init?(
        _ configuration: GatewayConfiguration,
        _ registry: FilterRegistry,
        _ surroundings: Surroundings,
        _ issues: ConfigurationIssues
    ) {
        let building = FilterBuilding(
            context: ConfigurationContext(
                issues: issues,
                secrets: configuration.secrets,
                services: configuration.catalog
            ),
            logger: surroundings.logger,
            metrics: surroundings.metrics,
            shared: surroundings.shared
        )
        self.configuration = configuration
        self.registry = registry
        self.definitions = configuration.filters.map { FilterDefinition($0, routes: configuration.routes) }
        var entries: [ChainEntry] = []
        for (definition, entry) in zip(self.definitions, configuration.filters) {
            guard let type = registry.filter(named: entry.filter) else { return nil }
            if let built = building.entry(of: type, definition) { entries.append(built) }
        }
        self.services = configuration.services.map { ServiceDefinition($0) }
        self.certificates = configuration.listeners.map { TLSCertificates.load($0, issues) }
        guard let routes = RouteTable(configuration.routes, issues), !issues.containsErrors else { return nil }
        self.routes = routes
        guard entries.count <= FilterMask.capacity else {
            issues.error(
                at: configuration.source.position,
                .root.key("filters"),
                "found \(entries.count) filters; expected at most \(FilterMask.capacity)"
            )
            return nil
        }
        self.chain = FilterChain(entries)
    }
}
