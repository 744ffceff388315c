import FilterAPI

/// What the cache counts.
struct AICacheMetrics: Sendable {
    /// What became of a request in the cache.
    enum Lookup: String, Sendable, CaseIterable {
        case exactHit = "exact_hit"
        case semanticHit = "semantic_hit"
        case miss, skip, bypass, error, coalesced
    }

    /// What is asked, one after the other.
    enum Tier: String, Sendable {
        case cache, embedding, vector, comparison
    }

    let stored: Counter
    let uploaded: Counter
    let tokensSaved: Counter
    let lookupTime: Histogram
    private let registry: MetricRegistry
    private let lookups: [Lookup: Counter]
    private let refusals: [Refusal: Counter]
    private let guards: [Guard: Counter]

    init(_ registry: MetricRegistry) {
        self.registry = registry
        self.stored = registry.counter("ai_cache_stored_total", "Answers stored.")
        self.uploaded = registry.counter("ai_cache_uploaded_total", "Questions stored in the vector store.")
        self.tokensSaved = registry.counter("ai_cache_tokens_saved_total", "Tokens of the answers that hits served.")
        self.lookupTime = registry.histogram("ai_cache_lookup_seconds", "Time that lookups took.")
        self.lookups = Dictionary(
            uniqueKeysWithValues: Lookup.allCases.map { result in
                let help = "Requests that could be cached, by what became of them."
                return (result, registry.counter("ai_cache_lookups_total", help, labels: [("result", result.rawValue)]))
            }
        )
        self.guards = Dictionary(
            uniqueKeysWithValues: Guard.allCases.map { one in
                let help = "Similar questions that were near enough and asked something else, by what told them apart."
                let labels = [("guard", one.rawValue)]
                return (one, registry.counter("ai_cache_guard_refusals_total", help, labels: labels))
            }
        )
        self.refusals = Dictionary(
            uniqueKeysWithValues: Refusal.allCases.map { reason in
                let help = "Answers that were not stored, by the reason."
                return (reason, registry.counter("ai_cache_refused_total", help, labels: [("reason", reason.rawValue)]))
            }
        )
    }

    func count(_ refusal: Guard) { self.guards[refusal]?.increment() }

    func count(_ result: Lookup) { self.lookups[result]?.increment() }

    /// How often that became of a request.
    func value(of result: Lookup) -> Int { self.lookups[result]?.value ?? 0 }

    /// The gauges and the counter of the memory store.
    var memory: (entries: Int, bytes: Int, evictions: Int) {
        let metrics = MemoryMetrics(self.registry)
        return (metrics.entries.value, metrics.bytes.value, metrics.evictions.value)
    }

    /// The calls to a store or provider that failed.
    func failures(of tier: Tier) -> Counter {
        let help = "Calls to stores and providers that failed."
        return self.registry.counter("ai_cache_provider_errors_total", help, labels: [("tier", tier.rawValue)])
    }

    /// The time that calls to a store or provider took.
    func time(of tier: Tier) -> Histogram {
        let help = "Time that calls to stores and providers took."
        return self.registry.histogram("ai_cache_provider_seconds", help, labels: [("tier", tier.rawValue)])
    }

    func count(_ reason: Refusal) { self.refusals[reason]?.increment() }
}
