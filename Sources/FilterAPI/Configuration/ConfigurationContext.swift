/// What the readers of one configuration share: the issues, the secrets' places, and the declared services.
public struct ConfigurationContext: Sendable {
    /// Where mistakes are left.
    public let issues: ConfigurationIssues
    /// Which places of the file hold a secret.
    public let secrets: ConfigurationSecrets
    /// The declared services; without it every well-formed service name is taken.
    public let services: (any ServiceLookup)?

    /// A context; each part that is left out starts empty.
    public init(
        issues: ConfigurationIssues = ConfigurationIssues(),
        secrets: ConfigurationSecrets = ConfigurationSecrets(),
        services: (any ServiceLookup)? = nil
    ) {
        self.issues = issues
        self.secrets = secrets
        self.services = services
    }

    /// The same context with issues of its own, which nobody reads.
    var muted: ConfigurationContext {
        ConfigurationContext(issues: ConfigurationIssues(), secrets: secrets, services: services)
    }
}
