public import FilterAPI
import FilterRuntime

/// An entry of the chain, as one item of `filters:` in the configuration file.
public struct TestFilter: Sendable {
    /// What an error inside the filter does to the stream.
    public enum FailStrategy: Sendable, Hashable {
        /// The stream is answered with 500.
        case close
        /// The stream goes on as if the filter were absent.
        case open
    }

    let type: any Filter.Type
    let name: String
    let phase: FilterPhase
    let priority: Int
    let failStrategy: FailStrategy
    let config: ConfigurationNode?
    let rules: [TestRule]
    /// The filter, when the test made it.
    let made: BoundFilter?
    /// Who sees what the filter does.
    var watch: FilterWatch?

    /// An entry.
    ///
    /// - Parameters:
    ///   - type: The filter.
    ///   - name: The entry's name; default the filter's.
    ///   - phase: The phase; default the filter's own.
    ///   - priority: The priority; default the filter's own.
    ///   - failStrategy: What an error inside the filter does; default ``FailStrategy/close``.
    ///   - config: The `config` as a literal; default none.
    ///   - matchRules: The `matchRules`; default none.
    public init<F: Filter>(
        _ type: F.Type,
        name: String? = nil,
        phase: FilterPhase? = nil,
        priority: Int? = nil,
        failStrategy: FailStrategy = .close,
        config: ConfigurationNode? = nil,
        matchRules: [TestRule] = []
    ) {
        self.type = type
        self.name = name ?? F.name
        self.phase = phase ?? F.phase
        self.priority = priority ?? F.priority
        self.failStrategy = failStrategy
        self.config = config
        self.rules = matchRules
        self.made = nil
    }

    /// An entry of a filter that the test made itself, without a configuration.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - name: The entry's name; default the filter's.
    ///   - phase: The phase; default the filter's own.
    ///   - priority: The priority; default the filter's own.
    ///   - failStrategy: What an error inside the filter does; default ``FailStrategy/close``.
    public init<F: Filter>(
        _ filter: F,
        name: String? = nil,
        phase: FilterPhase? = nil,
        priority: Int? = nil,
        failStrategy: FailStrategy = .close
    ) {
        self.type = F.self
        self.name = name ?? F.name
        self.phase = phase ?? F.phase
        self.priority = priority ?? F.priority
        self.failStrategy = failStrategy
        self.config = nil
        self.rules = []
        self.made = BoundFilter(filter)
    }
}

/// One match rule of an entry; all conditions that are given must hold.
public struct TestRule: Sendable {
    let domains: [String]
    let routes: [String]
    let services: [String]
    let config: ConfigurationNode?
    let isDisabled: Bool

    /// A rule.
    ///
    /// - Parameters:
    ///   - domains: Hosts: `chat.example.com`, `*.example.com`, `*`.
    ///   - routes: Names of routes.
    ///   - services: Addresses of services.
    ///   - config: The configuration there; `nil` for the entry's own.
    ///   - disabled: Whether the filter is left out there.
    public init(
        domains: [String] = [],
        routes: [String] = [],
        services: [String] = [],
        config: ConfigurationNode? = nil,
        disabled: Bool = false
    ) {
        self.domains = domains
        self.routes = routes
        self.services = services
        self.config = config
        self.isDisabled = disabled
    }
}
