public import Logging

/// What a filter gets when it is built.
public struct FilterEnvironment: Sendable {
    /// The name of the entry.
    public let name: String
    /// What this build of the filter is for.
    public let scope: FilterScope
    /// A log that names the entry.
    public let logger: Logger
    /// Where the filter registers its metrics; each name gets the prefix `sluice_`.
    public let metrics: MetricRegistry
    /// State that outlives the filter: see ``SharedFilterState``.
    public let shared: SharedFilterState

    /// Makes an environment.
    public init(
        name: String,
        scope: FilterScope = .entry(hasRules: false),
        logger: Logger,
        metrics: MetricRegistry = MetricRegistry(),
        shared: SharedFilterState = SharedFilterState()
    ) {
        self.name = name
        self.scope = scope
        self.logger = logger
        self.metrics = metrics
        self.shared = shared
    }
}

/// Which part of the configuration a filter is built for.
public enum FilterScope: Sendable, Hashable {
    /// The entry's own `config`: streams that no rule and no route speaks for.
    case entry(hasRules: Bool)
    /// One match rule, or one route's say.
    case rule
}

extension FilterScope {
    /// Whether an auth filter that is built for this part authenticates there: the rule that all auth filters share.
    ///
    /// - Parameter globalAuth: The key `global_auth`. Without it a filter authenticates everywhere when there are no
    ///   rules, else where one matches; `true` means everywhere, `false` only where a rule matches.
    public func authenticates(globalAuth: Bool?) -> Bool {
        switch self {
        case .rule: true
        case .entry(let hasRules): globalAuth ?? !hasRules
        }
    }
}
