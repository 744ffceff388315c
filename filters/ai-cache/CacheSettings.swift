import FilterAPI

/// The store with what keys and entries in it look like: `cache`, or `redis` of the legacy form.
struct CacheSettings: Sendable {
    static let defaultKeyPrefix = "higress-ai-cache:"
    /// Longer than anybody waits, and short enough to be counted in nanoseconds.
    static let longestTimeToLive = Duration.seconds(50 * 365 * 86400)

    /// Opens the store; `nil` when the configuration has errors.
    var open: CacheStoreOpener?
    var keyPrefix = defaultKeyPrefix
    /// How long an answer is kept; `nil` for ever.
    var timeToLive: Duration?

    init() {}

    /// Reads `cache`.
    init(_ fields: ConfigurationFields) {
        let variants = cacheProviders.map { provider in ConfigurationVariant(provider.type) { provider.read($0) } }
        self.open = fields.variant("type", of: variants, help: "The kind of store.")?.value
        self.readKeyPrefix(fields)
        self.readTimeToLive(fields)
    }

    /// Reads `redis` of the legacy form; prefix and time to live stand beside it there.
    init(legacy fields: ConfigurationFields) {
        self.open = RedisCache.read(fields, defaultTimeout: .seconds(1), takesDatabase: false)
    }

    mutating func readKeyPrefix(_ fields: ConfigurationFields) {
        self.keyPrefix = fields.string(
            "cacheKeyPrefix",
            default: Self.defaultKeyPrefix,
            help: "What every key in the store begins with."
        )
    }

    mutating func readTimeToLive(_ fields: ConfigurationFields) {
        let time = fields.duration(
            "cacheTTL",
            bareUnit: .seconds,
            in: .zero...Self.longestTimeToLive,
            default: .zero,
            help: "How long an answer is kept; 0 for ever."
        )
        self.timeToLive = time == .zero ? nil : time
    }
}
