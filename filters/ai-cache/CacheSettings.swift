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
        let type = fields.requiredType
        for provider in cacheProviders where fields.mayMean(provider, type: type) {
            self.open = provider.read(fields)
        }
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

extension ConfigurationFields {
    /// Whether to read a provider's keys; those of a mapping without a valid type are guessed, so that only the type is
    /// reported.
    fileprivate func mayMean(_ provider: any CacheProvider.Type, type: String?) -> Bool {
        if self.isDescribing { return true }
        if let type { return provider.type == type }
        return provider.requiredKey.map { self.has($0) } ?? true
    }

    fileprivate var requiredType: String? {
        let help = "The kind of store."
        let types = cacheProviders.map { $0.type }
        guard self.has("type") || self.isDescribing else {
            self.error("missing key \"type\" (one of \(types.joined(separator: ", ")))")
            return self.choice("type", spellings: types.map { ($0, $0) }, help: help)
        }
        return self.choice("type", spellings: types.map { ($0, $0) }, help: help)
    }
}
