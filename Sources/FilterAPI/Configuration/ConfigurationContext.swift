/// What the readers of one configuration share: the issues, the secrets' places, and the declared services.
public struct ConfigurationContext: Sendable {
    /// Where mistakes are left.
    public let issues: ConfigurationIssues
    /// Which places of the file hold a secret.
    public let secrets: ConfigurationSecrets
    /// The declared services; without it every well-formed service name is taken.
    public let services: (any ServiceLookup)?
    /// The names that a filter may call another filter of the chain by; without them every name is taken.
    public let chain: ChainNames?

    /// A context; each part that is left out starts empty.
    public init(
        issues: ConfigurationIssues = ConfigurationIssues(),
        secrets: ConfigurationSecrets = ConfigurationSecrets(),
        services: (any ServiceLookup)? = nil,
        chain: ChainNames? = nil
    ) {
        self.issues = issues
        self.secrets = secrets
        self.services = services
        self.chain = chain
    }

    /// The same context with issues of its own, which nobody reads.
    var muted: ConfigurationContext {
        ConfigurationContext(issues: ConfigurationIssues(), secrets: secrets, services: services, chain: chain)
    }
}
