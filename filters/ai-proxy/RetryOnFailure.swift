import FilterAPI

/// When a call that failed is made again with another token: `retryOnFailure`.
struct RetryOnFailure: Sendable {
    /// How many further calls there are at most.
    let maximum: Int
    /// How long each may take.
    let timeout: Duration
    /// The statuses that are failures.
    let statuses: StatusPatterns
}

extension RetryOnFailure {
    /// Reads `retryOnFailure`; `nil` when it is off.
    init?(_ fields: ConfigurationFields) {
        let isOn = fields.bool("enabled", default: false, help: "Whether calls that fail are made again.")
        self.maximum = fields.integer("maxRetries", in: 1...10, default: 1, help: "How often, at most.")
        self.timeout = fields.duration(
            "retryTimeout",
            bareUnit: .milliseconds,
            in: .milliseconds(1)...(.seconds(600)),
            default: .seconds(30),
            help: "How long each of these calls may take; filterTimeout bounds all of them together."
        )
        self.statuses = StatusPatterns("retryOnStatus", fields, help: "Patterns of the statuses that are failures.")
        if !isOn { return nil }
    }
}
