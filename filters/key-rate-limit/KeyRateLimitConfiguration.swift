import FilterAPI

/// The configuration of `key-rate-limit`.
struct KeyRateLimitConfiguration: FilterConfiguration {
    /// `nil` only in a configuration that is not used.
    let rule: LimitRule?
    /// How many values are counted at once where each has a count of its own.
    let capacity: Int
    let refusal: Refusing

    init(_ fields: ConfigurationFields) {
        self.rule = LimitRule(fields, .requests)
        self.refusal = Refusing(limitedIn: fields)
        self.capacity = fields.integer(
            "max_keys",
            in: 512...(1 << 24),
            default: 1 << 16,
            help: "How many values are counted at once with limit_by_per_*; 16 bytes each."
        )
    }
}
