public import FilterAPI

/// What the reader of configurations has to know about one registered filter.
public struct FilterDescription: Sendable {
    /// One configuration of a filter, to be checked.
    public struct Candidate: Sendable {
        /// Where in the file a filter's configuration stands.
        public enum Use: Sendable, Hashable {
            /// The `config` of an entry.
            case entry
            /// The `config` of one of an entry's match rules.
            case rule
            /// The `config` in a route's `filters`.
            case route
        }

        /// The node, or nil when there is no `config`.
        public let node: ConfigurationNode?
        /// Where to report what is missing when there is no node.
        public let position: SourcePosition
        /// The place in words.
        public let location: ConfigurationLocation
        /// Where in the file it stands.
        public let use: Use
        /// The entry's own `config`, for filters whose rules stand on it.
        public let base: ConfigurationNode?
    }

    /// The name that `filter:` takes.
    public let name: String
    /// The phase of entries that name none.
    public let defaultPhase: FilterPhase
    /// The priority of entries that name none.
    public let defaultPriority: Int
    /// What the filter does, in one line.
    public let summary: String
    /// The keys of its configuration.
    public let keys: [ConfigurationKey]
    /// Keys that a match rule or a route may give alone.
    public let ruleKeys: Set<String>
    /// Reads one configuration and leaves its mistakes in the context.
    public let validate: @Sendable (Candidate, ConfigurationContext) -> Void

    /// A filter.
    public init(
        name: String,
        defaultPhase: FilterPhase = .unspecified,
        defaultPriority: Int = 0,
        summary: String = "",
        keys: [ConfigurationKey] = [],
        ruleKeys: Set<String> = [],
        validate: @escaping @Sendable (Candidate, ConfigurationContext) -> Void
    ) {
        self.name = name
        self.defaultPhase = defaultPhase
        self.defaultPriority = defaultPriority
        self.summary = summary
        self.keys = keys
        self.ruleKeys = ruleKeys
        self.validate = validate
    }

    /// A filter whose configurations are all read by `Configuration`.
    public init(
        name: String,
        defaultPhase: FilterPhase = .unspecified,
        defaultPriority: Int = 0,
        configuration: (some FilterConfiguration).Type
    ) {
        self.init(
            name: name,
            defaultPhase: defaultPhase,
            defaultPriority: defaultPriority,
            keys: ConfigurationFields.describe(configuration)
        ) { candidate, context in
            ConfigurationFields.read(
                candidate.node,
                position: candidate.position,
                location: candidate.location,
                context: context
            ) { _ = configuration.init($0) }
        }
    }
}
