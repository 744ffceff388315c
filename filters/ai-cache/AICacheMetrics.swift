import FilterAPI

/// What the cache counts.
struct AICacheMetrics: Sendable {
    /// What became of a request in the cache.
    enum Lookup: String, Sendable, CaseIterable {
        case exactHit = "exact_hit"
        case miss, skip, bypass, error
    }

    let stored: Counter
    let providerErrors: Counter
    let tokensSaved: Counter
    let lookupTime: Histogram
    private let lookups: [Lookup: Counter]
    private let refusals: [Refusal: Counter]

    init(_ registry: MetricRegistry) {
        self.stored = registry.counter("ai_cache_stored_total", "Answers stored.")
        self.providerErrors = registry.counter("ai_cache_provider_errors_total", "Calls to a store that failed.")
        self.tokensSaved = registry.counter("ai_cache_tokens_saved_total", "Tokens of the answers that hits served.")
        self.lookupTime = registry.histogram("ai_cache_lookup_seconds", "Time that lookups took.")
        self.lookups = Dictionary(
            uniqueKeysWithValues: Lookup.allCases.map { result in
                let help = "Requests that could be cached, by what became of them."
                return (result, registry.counter("ai_cache_lookups_total", help, labels: [("result", result.rawValue)]))
            }
        )
        self.refusals = Dictionary(
            uniqueKeysWithValues: Refusal.allCases.map { reason in
                let help = "Answers that were not stored, by the reason."
                return (reason, registry.counter("ai_cache_refused_total", help, labels: [("reason", reason.rawValue)]))
            }
        )
    }

    func count(_ result: Lookup) { self.lookups[result]?.increment() }

    func count(_ reason: Refusal) { self.refusals[reason]?.increment() }
}
