import FilterAPI

/// The configuration of `ai-quota`.
struct AIQuotaConfiguration: FilterConfiguration {
    /// What a consumer's key in Redis begins with.
    let keyPrefix: String
    /// Who may ask for and change quotas.
    let adminConsumer: String
    /// What comes after the path of chat completions for that.
    let adminPath: String
    let redis: RedisTarget?
    /// The most bytes of an answer that is read.
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        self.keyPrefix = fields.string(
            "redis_key_prefix",
            default: "chat_quota:",
            help: "What keys in Redis begin with."
        )
        self.adminConsumer = fields.requiredString("admin_consumer", help: "The consumer who manages quotas.")
        self.adminPath = fields.string(
            "admin_path",
            default: "/quota",
            help: "The path of the management, after that of chat completions."
        )
        self.redis = fields.redisTarget(.underscores)
        self.maximumBodyBytes = fields.size(
            "max_body_bytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of an answer, or of one event, that is read."
        )
        if !fields.isDescribing, !self.adminPath.hasPrefix("/") {
            fields.error(at: "admin_path", "expected a path that begins with /")
        }
    }
}
