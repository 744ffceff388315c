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
    /// The filters with what they were built from.
    let built: [BuiltFilter]
    /// Where it was read from; `nil` for a text in memory, which cannot be read again.
    private(set) var origin: ConfigurationOrigin?

    /// What outlives one configuration, so that a reload keeps it.
    public struct Surroundings: Sendable {
        /// The log of the program; its level can be changed on the admin listener.
        public let logger: Logger
        let logLevel: LogLevelDial
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
            self.logLevel = LogLevelDial(logger.logLevel)
            self.logger = self.logLevel.wrap(logger)
            self.metrics = metrics
            self.shared = shared
        }

        /// Has every log file opened anew, after it was moved away.
        public func reopenLogs() { self.shared.reopenAll() }
    }

    /// What its filters keep over reloads.
    var sharedKeys: Set<String> { self.built.reduce(into: []) { $0.formUnion($1.shared.keys) } }

    /// Has its filters change what the configuration before used too.
    func nowInForce() {
        for filter in self.built { filter.shared.nowInForce() }
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
        let (plan, issues, _) = self.load(path: path, registry: registry, surroundings: surroundings, reusing: nil)
        return (plan, issues)
    }

    /// The same; filters that would come out as they are in `previous` are taken over from there.
    ///
    /// - Returns: What was read as well, also when there are errors.
    static func load(
        path: String,
        registry: FilterRegistry,
        surroundings: Surroundings,
        reusing previous: GatewayPlan?
    ) -> (plan: GatewayPlan?, issues: [ConfigurationIssue], origin: ConfigurationOrigin) {
        let files = FilesRead()
        // Taken before the file is read: a change while it is being read is seen later.
        let stamp = FileStamp(path)
        let (configuration, issues) = GatewayConfiguration.load(
            path: path,
            filters: registry.descriptions,
            files: files
        )
        let origin = ConfigurationOrigin(path: path, stamp: stamp, files: files)
        var (plan, all) = self.build(configuration, issues, registry, surroundings, previous)
        plan?.origin = origin
        return (plan, all, origin)
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
        return self.build(configuration, issues, registry, surroundings, nil)
    }

    private static func build(
        _ configuration: GatewayConfiguration?,
        _ issues: [ConfigurationIssue],
        _ registry: FilterRegistry,
        _ surroundings: Surroundings,
        _ previous: GatewayPlan?
    ) -> (GatewayPlan?, [ConfigurationIssue]) {
        guard let configuration else { return (nil, issues) }
        let found = ConfigurationIssues()
        let plan = GatewayPlan(configuration, registry, surroundings, previous, found)
        let fresh = found.all.filter { !issues.contains($0) }
        return (plan, issues + fresh)
    }

    private init?(
        _ configuration: GatewayConfiguration,
        _ registry: FilterRegistry,
        _ surroundings: Surroundings,
        _ previous: GatewayPlan?,
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
            shared: surroundings.shared,
            reusing: previous?.built ?? []
        )
        self.configuration = configuration
        self.registry = registry
        self.definitions = configuration.filters.map { FilterDefinition($0, routes: configuration.routes) }
        var entries: [ChainEntry] = []
        var built: [BuiltFilter] = []
        for (definition, entry) in zip(self.definitions, configuration.filters) {
            guard let type = registry.filter(named: entry.filter) else { return nil }
            if let entry = building.entry(of: type, definition, into: &built) { entries.append(entry) }
        }
        self.built = built
        self.services = configuration.services.map { ServiceDefinition($0) }
        for service in configuration.services { issues.checkFiles(of: service) }
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
        self.chain = FilterChain(entries, order: configuration.filterOrder)
    }
}
