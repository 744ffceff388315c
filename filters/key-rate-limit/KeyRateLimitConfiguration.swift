import FilterAPI

/// The configuration of `key-rate-limit`.
struct KeyRateLimitConfiguration: FilterConfiguration {
    /// `nil` only in a configuration that is not used.
    let rule: LimitRule?
    /// How many values are counted at once where each has a count of its own.
    let capacity: Int
    let refusal: Refusing

    init(_ fields: ConfigurationFields) {
        self.rule = LimitRule(fields)
        self.refusal = Refusing(limitedIn: fields)
        self.capacity = fields.integer(
            "max_keys",
            in: 512...(1 << 24),
            default: 1 << 16,
            help: "How many values are counted at once with limit_by_per_*; 16 bytes each."
        )
    }
}

extension Refusing {
    /// Reads the keys that filters which limit rates share: `rejected_code` and `rejected_msg`.
    init(limitedIn fields: ConfigurationFields) {
        self.init(
            status: fields.status("rejected_code", default: 429, help: "Status of the answer to a request too many."),
            message: fields.string("rejected_msg", default: "Too many requests", help: "Body of that answer.")
        )
    }
}
