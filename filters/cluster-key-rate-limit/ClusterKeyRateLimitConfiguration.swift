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
        self.target = fields.requiredObject("redis", help: "Where the counts are kept.") { RedisTarget(limits: $0) }
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

extension RedisTarget {
    /// Reads the keys of `redis`; `nil` without a service.
    fileprivate init?(limits fields: ConfigurationFields) {
        let service = fields.service(
            "service_name",
            port: "service_port",
            defaultPort: 6379,
            help: "The Redis service, with its suffix."
        )
        let username = fields.string("username", help: "The ACL user; default: the default user.")
        let password = fields.secret("password", help: "The password; default: none.")
        let database = fields.integer("database", in: 0...65535, default: 0, help: "The database to SELECT.")
        let timeout = fields.duration(
            "timeout",
            bareUnit: .milliseconds,
            in: .milliseconds(1)...(.seconds(60)),
            default: .seconds(1),
            help: "How long one command may take, connecting included."
        )
        guard let service else { return nil }
        self.init(service: service, username: username, password: password, database: database, timeout: timeout)
    }
}
