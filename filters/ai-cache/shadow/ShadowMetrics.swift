import FilterAPI

/// What is counted in `mode: shadow`.
struct ShadowMetrics: Sendable {
    /// What would have answered a lookup, with the configured threshold.
    enum Result: String, Sendable, CaseIterable {
        case exact, semantic, none
    }

    private let lookups: [Result: Counter]
    private let answers: [Result: [Observation.Outcome: Counter]]
    /// Observations that could not be written to the file.
    let lost: Counter
    /// Requests that were not looked up, because too many lookups were under way.
    let skipped: Counter

    init(_ registry: MetricRegistry) {
        self.lookups = Dictionary(
            uniqueKeysWithValues: Result.allCases.map { result in
                let help = "Lookups in shadow mode, by what would have answered them."
                let labels = [("result", result.rawValue)]
                return (result, registry.counter("ai_cache_shadow_lookups_total", help, labels: labels))
            }
        )
        self.answers = Dictionary(
            uniqueKeysWithValues: [Result.exact, .semantic].map { ($0, Self.answers(of: $0, registry)) }
        )
        self.lost = Self.lost(registry)
        self.skipped = registry.counter(
            "ai_cache_shadow_skipped_total",
            "Requests that were not looked up in shadow mode, because too many lookups were under way."
        )
    }

    /// Observations that could not be written to their file, whoever made them.
    static func lost(_ registry: MetricRegistry) -> Counter {
        registry.counter("ai_cache_observations_lost_total", "Observations that could not be written to their file.")
    }

    private static func answers(of tier: Result, _ registry: MetricRegistry) -> [Observation.Outcome: Counter] {
        Dictionary(
            uniqueKeysWithValues: [Observation.Outcome.agreed, .disagreed, .unknown].map { outcome in
                let help = "Answers that would have been given, by how they compare with the fresh ones."
                let labels = [("tier", tier.rawValue), ("outcome", outcome.rawValue)]
                return (outcome, registry.counter("ai_cache_shadow_answers_total", help, labels: labels))
            }
        )
    }

    func count(_ result: Result) { self.lookups[result]?.increment() }

    func count(_ tier: Result, _ outcome: Observation.Outcome) { self.answers[tier]?[outcome]?.increment() }

    func value(of result: Result) -> Int { self.lookups[result]?.value ?? 0 }

    func value(of tier: Result, _ outcome: Observation.Outcome) -> Int { self.answers[tier]?[outcome]?.value ?? 0 }
}
