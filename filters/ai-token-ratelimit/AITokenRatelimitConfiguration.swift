import FilterAPI

/// The configuration of `ai-token-ratelimit`.
struct AITokenRatelimitConfiguration: FilterConfiguration {
    let rules: LimitRules
    let refusal: Refusing
    /// `nil` only in a configuration that is not used.
    let redis: RedisTarget?
    /// The most bytes of an answer, or of one event, that is read.
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        self.rules = LimitRules(fields, .tokens)
        self.refusal = Refusing(limitedIn: fields)
        self.redis = fields.redisTarget(.underscores)
        self.maximumBodyBytes = fields.size(
            "max_body_bytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of an answer, or of one event, that is read."
        )
    }
}
