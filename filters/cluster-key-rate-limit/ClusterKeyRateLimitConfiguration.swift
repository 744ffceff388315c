import FilterAPI

/// The configuration of `cluster-key-rate-limit`.
struct ClusterKeyRateLimitConfiguration: FilterConfiguration {
    let rules: LimitRules
    /// `nil` only in a configuration that is not used.
    let target: RedisTarget?
    let refusal: Refusing
    let showsQuota: Bool

    init(_ fields: ConfigurationFields) {
        self.rules = LimitRules(fields, .requests)
        self.showsQuota = fields.bool(
            "show_limit_quota_header",
            default: false,
            help: "Whether responses carry X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset."
        )
        self.refusal = Refusing(limitedIn: fields)
        self.target = fields.redisTarget(.underscores)
    }
}
