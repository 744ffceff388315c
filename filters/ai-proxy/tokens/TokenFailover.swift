import FilterAPI

/// When tokens are left out, and when they come back: `failover`.
struct TokenFailover: Sendable {
    /// How many failures in a row leave a token out.
    let failures: Int
    /// How many good health checks in a row bring it back.
    let successes: Int
    /// The time between two health checks of a token; without health checks, how long it is left out.
    let interval: Duration
    /// How long a health check may take.
    let timeout: Duration
    /// The model that health checks ask; `nil` for no health checks.
    let model: String?
    /// After which time a token comes back whatever health checks say; `nil` for never.
    let cooldown: Duration?
    /// The statuses that are failures.
    let statuses: StatusPatterns
}

extension TokenFailover {
    /// Reads `failover`; `nil` when it is off.
    init?(_ fields: ConfigurationFields) {
        let isOn = fields.bool("enabled", default: false, help: "Whether tokens that fail are left out.")
        self.failures = fields.integer(
            "failureThreshold",
            in: 1...1000,
            default: 3,
            help: "How many failures in a row."
        )
        self.successes = fields.integer(
            "successThreshold",
            in: 1...1000,
            default: 1,
            help: "How many good health checks in a row bring it back."
        )
        let times: ClosedRange<Duration> = .milliseconds(100)...(.seconds(3600))
        self.interval = fields.duration(
            "healthCheckInterval",
            bareUnit: .milliseconds,
            in: times,
            default: .seconds(5),
            help: "The time between two health checks; without healthCheckModel, how long it is left out."
        )
        self.timeout = fields.duration(
            "healthCheckTimeout",
            bareUnit: .milliseconds,
            in: times,
            default: .seconds(5),
            help: "How long a health check may take."
        )
        self.model = fields.string("healthCheckModel", help: "The model that health checks ask; default no checks.")
        let cooldown = fields.duration(
            "cooldownDuration",
            bareUnit: .milliseconds,
            in: .zero...(.seconds(86_400)),
            default: .zero,
            help: "When it comes back whatever health checks say; 0 for never."
        )
        self.cooldown = cooldown == .zero ? nil : cooldown
        self.statuses = StatusPatterns(
            "failoverOnStatus",
            fields,
            help: "Patterns of the statuses that are failures."
        )
        if self.model?.isEmpty == true {
            fields.error(at: "healthCheckModel", "found an empty text; expected the name of a model")
        }
        if !isOn { return nil }
    }
}
