import FilterAPI

/// The configuration of `cluster-key-rate-limit`.
struct ClusterKeyRateLimitConfiguration: FilterConfiguration {
    let rules: ClusterLimitRules
    /// `nil` only in a configuration that is not used.
    let target: RedisTarget?
    let refusal: Refusing
    let showsQuota: Bool

    init(_ fields: ConfigurationFields) {
        let name = fields.requiredString(
            "rule_name",
            help: "Name of the rule; gateways and entries with the same name and limits count together."
        )
        let global = fields.object("global_threshold", help: "A limit of all requests together.") { RateLimit($0) }
        let items = fields.objects(
            "rule_items",
            help: "Limits by header fields, parameters and so on; the first that says something about a request counts."
        ) { LimitRule($0) }
        self.rules = ClusterLimitRules(name: name, global: global ?? nil, rules: items.compactMap { $0 })
        self.showsQuota = fields.bool(
            "show_limit_quota_header",
            default: false,
            help: "Whether responses carry X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset."
        )
        self.refusal = Refusing(limitedIn: fields)
        self.target = fields.redisTarget(.underscores)
        guard !fields.isDescribing else { return }
        switch (fields.has("global_threshold"), fields.has("rule_items")) {
        case (true, true):
            fields.error(at: "rule_items", "found global_threshold and rule_items; expected exactly one of them")
        case (false, false):
            fields.error("found none of global_threshold, rule_items; expected exactly one")
        case (false, true) where items.isEmpty:
            fields.error(at: "rule_items", "found no rule; expected at least one")
        default: break
        }
    }
}
