import FilterAPI
import Synchronization

/// Verified semantic hits of one cache: asks the policy, rolls the dice, and notes what comparisons found.
final class VerifiedHits: Sendable {
    let ledger: LabelLedger
    let metrics: VerifiedMetrics
    private let policy: VerifiedPolicy
    private let chance: Mutex<ChanceSource>

    init(_ settings: VerificationSettings, _ ledger: LabelLedger, _ registry: MetricRegistry) {
        self.policy = VerifiedPolicy(settings)
        self.ledger = ledger
        self.metrics = VerifiedMetrics(registry)
        self.chance = Mutex(ChanceSource(seed: settings.seed))
    }

    /// What a neighbour whose answer is not served this time is explored for; `nil` when it is served.
    ///
    /// - Parameters:
    ///   - key: The neighbour's key.
    ///   - score: How near it is; greater is nearer.
    func explores(_ key: CacheKey, at score: Double) -> VerifiedDecision? {
        let decision = self.ledger.decide(key.id, in: key.scope, at: score, self.policy)
        let isServed = decision.share > 0 && self.chance.withLock { $0.draw() } < decision.share
        (isServed ? self.metrics.exploited : self.metrics.explored).increment()
        return isServed ? nil : decision
    }

    /// Notes a lookup of a scope that no neighbour might answer.
    func noteUnanswerable(in scope: String?) {
        if self.policy.settings.shared { self.ledger.noteUnanswerable(in: scope) }
    }

    /// Notes what the comparison of a neighbour's answer with the upstream's found.
    ///
    /// - Returns: What that changed; `nil` when the comparison found nothing.
    func learn(_ verdict: AnswerVerdict, _ explored: AICacheStream.Explored) -> EntryHistory.Change? {
        if case .undecided = verdict { return nil }
        let change = self.ledger.add(
            explored.key.id,
            score: explored.score,
            isRight: verdict == .same,
            as: explored.decision.standing,
            in: explored.key.scope,
            self.policy
        )
        if change == .quarantined { self.metrics.quarantines.increment() }
        return change
    }
}

/// What is counted of verified semantic hits.
struct VerifiedMetrics: Sendable {
    /// Neighbours whose answers were served.
    let exploited: Counter
    /// Neighbours in whose place the upstream was asked.
    let explored: Counter
    /// Entries that went into quarantine.
    let quarantines: Counter

    init(_ registry: MetricRegistry) {
        let counter = { (decision: String) in
            let help =
                "Similar questions under an error bound: answered from the cache (exploited), or by the upstream (explored)."
            return registry.counter("ai_cache_verified_total", help, labels: [("decision", decision)])
        }
        self.exploited = counter("exploited")
        self.explored = counter("explored")
        self.quarantines = registry.counter(
            "ai_cache_quarantines_total",
            "Stored answers that were found wrong where they were believed to be right."
        )
    }
}

extension VerifiedHits {
    /// - Returns: nil when there is no error bound.
    convenience init?(_ tier: SemanticTier, _ environment: FilterEnvironment) {
        guard let settings = tier.settings.verification else { return nil }
        let ledger =
            switch tier.vectors {
            case .local(let store): store.labels
            case .remote:
                environment.shared.object("ai-cache.labels.\(environment.name)") {
                    LabelLedger(metrics: PoolMetrics(environment.metrics))
                }
            }
        self.init(settings, ledger, environment.metrics)
    }
}
