import FilterAPI

/// What is told of the memory in which labels are pooled.
struct PoolMetrics: Sendable {
    private let scopes: Gauge
    private let bytes: Gauge
    private let evictions: Counter

    init(_ registry: MetricRegistry) {
        self.scopes = registry.gauge(
            "ai_cache_label_scopes",
            "Scopes of which is known what their entries' labels say together."
        )
        self.bytes = registry.gauge("ai_cache_label_bytes", "Memory that the labels of scopes take.")
        self.evictions = registry.counter(
            "ai_cache_label_scope_evictions_total",
            "Scopes whose labels made room for those of others."
        )
    }

    func note(_ growth: ScopedPools.Growth) {
        if growth.scopes != 0 { self.scopes.add(growth.scopes) }
        if growth.bytes != 0 { self.bytes.add(growth.bytes) }
        if growth.evictions != 0 { self.evictions.increment(by: growth.evictions) }
    }
}
