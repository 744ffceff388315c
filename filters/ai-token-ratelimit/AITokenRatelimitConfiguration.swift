import FilterAPI

/// The configuration of `ai-token-ratelimit`.
struct AITokenRatelimitConfiguration: FilterConfiguration {
    /// Begins the keys in Redis: rules of one name share their counters.
    let ruleName: String
    /// One limit for everything.
    let threshold: TokenLimit?
    /// Limits by what a request says; the first that is for a request counts.
    let items: [LimitItem]
    let rejectedCode: Int
    let rejectedMessage: String
    let redis: RedisTarget?
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        self.ruleName = fields.requiredString(
            "rule_name",
            help: "The rule's name: rules of one name share their counters."
        )
        self.threshold =
            fields.object("global_threshold", help: "One limit for all requests.") { TokenLimit($0) } ?? nil
        self.items = fields.objects("rule_items", help: "Limits by what a request says.") { LimitItem($0) }.compactMap {
            $0
        }
        self.rejectedCode = fields.integer(
            "rejected_code",
            in: 200...599,
            default: 429,
            help: "The status of a refusal."
        )
        self.rejectedMessage = fields.string(
            "rejected_msg",
            default: "Too many requests",
            help: "The body of a refusal."
        )
        self.redis = fields.redisTarget(.underscores)
        self.maximumBodyBytes = fields.size(
            "max_body_bytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of an answer, or of one event, that is read."
        )
        guard !fields.isDescribing else { return }
        switch (fields.has("global_threshold"), fields.has("rule_items")) {
        case (false, false): fields.error("missing key \"global_threshold\" or \"rule_items\" (a limit)")
        case (true, true):
            fields.error(at: "rule_items", "found global_threshold and rule_items; expected one of them")
        default: break
        }
    }
}
