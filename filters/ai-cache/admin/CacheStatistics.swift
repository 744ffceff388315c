import FilterAPI
import NIOCore

/// How the caches of the process do.
struct CacheStatistics {
    private let caches: [AICache]
    private let now: NIODeadline

    init(_ caches: [AICache], at now: NIODeadline) {
        self.caches = caches
        self.now = now
    }

    /// A JSON object.
    var json: String {
        var writer = JSONWriter()
        writer.object { object in
            if let metrics = self.caches.first?.metrics { self.write(metrics, into: &object) }
            if let shadow = self.caches.lazy.compactMap(\.shadow).first?.metrics { self.write(shadow, into: &object) }
            object.member("caches") { $0.array { self.writeCaches(into: &$0) } }
        }
        return String(buffer: writer.bytes)
    }

    /// The counters, which all caches share.
    private func write(_ metrics: AICacheMetrics, into object: inout JSONWriter) {
        object.member("entries", metrics.memory.entries)
        object.member("bytes", metrics.memory.bytes)
        object.member("evictions", metrics.memory.evictions)
        object.member("stored", metrics.stored.value)
        object.member("tokens_saved", metrics.tokensSaved.value)
        object.member("lookups") { lookups in
            lookups.object { object in
                for result in AICacheMetrics.Lookup.allCases {
                    object.member(result.rawValue, metrics.value(of: result))
                }
            }
        }
        let hits = metrics.value(of: .exactHit) + metrics.value(of: .semanticHit)
        let misses = [.miss, .error, .coalesced].reduce(0) { $0 + metrics.value(of: $1) }
        object.member("hit_rate") { $0.decimal(hits + misses == 0 ? 0 : Double(hits) / Double(hits + misses)) }
        let comparisons = self.caches.lazy.compactMap(\.comparison).first?.metrics.counts
        if let comparisons {
            object.member("comparisons") { member in
                member.object { object in
                    object.member("same", comparisons.same)
                    object.member("different", comparisons.different)
                    object.member("undecided", comparisons.undecided)
                    object.member("dropped", comparisons.dropped)
                }
            }
        }
        if let verified = self.caches.lazy.compactMap(\.verified).first?.metrics {
            object.member("verified") { member in
                member.object { object in
                    object.member("explored", verified.explored.value)
                    object.member("exploited", verified.exploited.value)
                    object.member("quarantines", verified.quarantines.value)
                }
            }
        }
    }

    /// What caches in `mode: shadow` would have answered, and how often that would have been right.
    private func write(_ shadow: ShadowMetrics, into object: inout JSONWriter) {
        object.member("shadow") { member in
            member.object { object in
                object.member("lookups") { lookups in
                    lookups.object { object in
                        for result in ShadowMetrics.Result.allCases {
                            object.member(result.rawValue, shadow.value(of: result))
                        }
                    }
                }
                for tier in [ShadowMetrics.Result.exact, .semantic] { self.write(tier, of: shadow, into: &object) }
                object.member("observations", self.caches.keptObservations.reduce(0) { $0 + $1.count })
                object.member("lost", shadow.lost.value)
                object.member("skipped", shadow.skipped.value)
            }
        }
    }

    private func write(_ tier: ShadowMetrics.Result, of shadow: ShadowMetrics, into object: inout JSONWriter) {
        let agreed = shadow.value(of: tier, .agreed)
        let disagreed = shadow.value(of: tier, .disagreed)
        object.member(tier.rawValue) { member in
            member.object { object in
                object.member("agreed", agreed)
                object.member("disagreed", disagreed)
                object.member("unknown", shadow.value(of: tier, .unknown))
                object.member("precision") { value in
                    let compared = agreed + disagreed
                    if compared > 0 { value.decimal(Double(agreed) / Double(compared)) } else { value.null() }
                }
            }
        }
    }

    private func writeCaches(into array: inout JSONWriter) {
        for cache in self.caches {
            array.object { object in
                object.member("name", cache.entryName)
                object.member("mode", cache.configuration.mode.rawValue)
                object.member("under_way", cache.flights.count)
                if let ledger = cache.verified?.ledger {
                    object.member("labelled", ledger.count)
                    object.member("quarantined", ledger.quarantined)
                    let pooled = ledger.pooled
                    object.member("label_scopes", pooled.scopes)
                    object.member("label_bytes", pooled.bytes)
                }
                object.member("providers") { $0.array { self.writeProviders(of: cache, into: &$0) } }
            }
        }
    }

    private func writeProviders(of cache: AICache, into array: inout JSONWriter) {
        if cache.store != nil { self.write(.cache, cache.storeHealth, into: &array) }
        guard let tier = cache.semantic else { return }
        self.write(.embedding, tier.embeddingHealth, into: &array)
        self.write(.vector, tier.vectorHealth, into: &array)
        if let comparison = cache.comparison { self.write(.comparison, comparison.health, into: &array) }
    }

    private func write(_ tier: AICacheMetrics.Tier, _ health: ProviderHealth, into array: inout JSONWriter) {
        array.object { object in
            object.member("tier", tier.rawValue)
            object.member("breaker", health.condition(at: self.now).rawValue)
            object.member("errors", health.errorCount)
        }
    }
}
