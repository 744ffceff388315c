import FilterAPI

/// The configuration of `ai-history`.
struct AIHistoryConfiguration: FilterConfiguration {
    /// The header field that says whose dialogue it is.
    let identityHeader: HeaderName
    /// How many questions with their answers are kept, and filled in by default.
    let rounds: Int
    let keyPrefix: String
    /// How long a dialogue is kept; `nil` for ever.
    let timeToLive: Duration?
    let redis: RedisTarget?
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        self.identityHeader =
            fields.headerName(
                "identityHeader",
                "The header field that says whose dialogue it is; default Authorization."
            )
            ?? .authorization
        self.rounds = fields.integer(
            "fillHistoryCnt",
            in: 1...100,
            default: 3,
            help: "How many questions with their answers are kept, and filled in by default."
        )
        self.keyPrefix = fields.string(
            "cacheKeyPrefix",
            default: "higress-ai-history:",
            help: "What keys in Redis begin with."
        )
        let seconds = fields.integer(
            "cacheTTL",
            in: 0...(1 << 31),
            default: 0,
            help: "Seconds that a dialogue is kept after its last answer; 0 for ever."
        )
        self.timeToLive = seconds == 0 ? nil : .seconds(seconds)
        self.redis = fields.redisTarget(.camelCase)
        self.maximumBodyBytes = fields.maximumBodyBytes()
    }
}
