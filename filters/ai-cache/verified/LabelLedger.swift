import Synchronization

/// What is known of stored answers, by their keys: bounded, shared by all event loops, and kept when the configuration is
/// reloaded.
///
/// The entries whose last label is longest ago make room, about: there are two generations, and the older one goes when the
/// younger one is full.
final class LabelLedger: Sendable {
    /// How many entries can have labels.
    static let mostEntries = 100_000

    private struct State {
        var young: [CacheKeyID: EntryHistory] = [:]
        var old: [CacheKeyID: EntryHistory] = [:]
        var pools: ScopedPools
        var labels = 0
    }

    private let mostOfOneAge: Int
    private let state: Mutex<State>
    private let metrics: PoolMetrics?

    /// - Parameters:
    ///   - mostEntries: How many entries can have labels.
    ///   - mostScopes: How many scopes can have labels together.
    ///   - metrics: Where the memory of scopes is told.
    init(
        mostEntries: Int = mostEntries,
        mostScopes: Int = ScopedPools.mostScopes,
        metrics: PoolMetrics? = nil
    ) {
        self.mostOfOneAge = max(1, mostEntries / 2)
        self.state = Mutex(State(pools: ScopedPools(mostScopes: mostScopes)))
        self.metrics = metrics
    }

    /// What is to be done at a lookup near an entry.
    ///
    /// - Parameters:
    ///   - key: The entry.
    ///   - scope: The digest of the entry's scope, which is that of the question; `nil` for none.
    ///   - score: How near it is; greater is nearer.
    ///   - policy: What follows from labels.
    func decide(
        _ key: CacheKeyID,
        in scope: String? = nil,
        at score: Double,
        _ policy: VerifiedPolicy
    ) -> VerifiedDecision {
        let (decision, growth) = self.state.withLock { state -> (VerifiedDecision, ScopedPools.Growth) in
            let decision: VerifiedDecision
            if state.young[key] != nil {
                decision = state.pools.decision(
                    policy,
                    &state.young[key, default: EntryHistory()],
                    in: scope,
                    at: score
                )
            } else if state.old[key] != nil {
                decision = state.pools.decision(policy, &state.old[key, default: EntryHistory()], in: scope, at: score)
            } else {
                var unknown = EntryHistory()
                decision = state.pools.decision(policy, &unknown, in: scope, at: score)
            }
            return (decision, state.pools.takeGrowth())
        }
        self.metrics?.note(growth)
        return decision
    }

    /// Notes a lookup of a scope that nothing stored might answer.
    func noteUnanswerable(in scope: String?) {
        let growth = self.state.withLock { state in
            state.pools.note(PooledLabels.Lookup(score: 0, standing: nil), in: scope)
            return state.pools.takeGrowth()
        }
        self.metrics?.note(growth)
    }

    /// Notes whether the answer of an entry was right.
    ///
    /// - Parameters:
    ///   - key: The entry.
    ///   - score: How near the question was; greater is nearer.
    ///   - isRight: What the comparison said.
    ///   - standing: That of ``VerifiedDecision``, by which the label counts for others; `nil` for the entry alone.
    ///   - scope: The digest of the entry's scope; only entries of the same one are those others.
    ///   - policy: What follows from it.
    func add(
        _ key: CacheKeyID,
        score: Double,
        isRight: Bool,
        as standing: EntryStanding? = nil,
        in scope: String? = nil,
        _ policy: VerifiedPolicy
    ) -> EntryHistory.Change {
        let (change, growth) = self.state.withLock { state -> (EntryHistory.Change, ScopedPools.Growth) in
            state.labels += 1
            if let standing, policy.settings.shared {
                let label = PooledLabels.Label(score: Float(score), standing: standing, isRight: isRight)
                state.pools.add(label, in: scope, policy)
            }
            var history = state.old.removeValue(forKey: key) ?? state.young[key] ?? EntryHistory()
            let change = history.add(score: score, isRight: isRight, policy)
            self.keep(history, of: key, &state)
            return (change, state.pools.takeGrowth())
        }
        self.metrics?.note(growth)
        return change
    }

    /// Forgets an entry.
    func remove(_ key: CacheKeyID) {
        self.state.withLock { state in
            state.young[key] = nil
            state.old[key] = nil
        }
    }

    /// Forgets all entries; what those of a scope have shown together stays.
    func removeAll() {
        self.state.withLock { state in
            state.young = [:]
            state.old = [:]
        }
    }

    private func keep(_ history: EntryHistory, of key: CacheKeyID, _ state: inout State) {
        if state.young[key] == nil, state.young.count >= self.mostOfOneAge {
            state.old = state.young
            state.young = [:]
        }
        state.young[key] = history
    }
}

extension LabelLedger {
    /// How many entries have labels.
    var count: Int { self.state.withLock { $0.young.count + $0.old.count } }

    /// How often something was noted.
    var changeCount: Int { self.state.withLock { $0.labels } }

    /// How many entries are in quarantine.
    var quarantined: Int {
        self.state.withLock { state in
            [state.young, state.old].reduce(0) { sum, part in sum + part.values.count { $0.isQuarantined } }
        }
    }

    /// What is known of an entry.
    func history(of key: CacheKeyID) -> EntryHistory? {
        self.state.withLock { $0.young[key] ?? $0.old[key] }
    }

    /// What the entries of a scope show together.
    func pool(of scope: String? = nil) -> PooledLabels { self.state.withLock { $0.pools.pool(of: scope) } }

    /// What the entries of each scope show together, those that were looked up longest ago first.
    var pools: [(scope: String?, pool: PooledLabels)] { self.state.withLock { $0.pools.all } }

    /// How many scopes have labels together, and the memory that these take in bytes, about.
    var pooled: (scopes: Int, bytes: Int) { self.state.withLock { ($0.pools.count, $0.pools.bytes) } }

    /// Takes back what a snapshot held of an entry.
    func restore(_ history: EntryHistory, of key: CacheKeyID) {
        self.state.withLock { self.keep(history, of: key, &$0) }
    }

    /// Takes back what a snapshot held of all entries of a scope together.
    func restore(_ pool: PooledLabels, of scope: String?) {
        let growth = self.state.withLock { state in
            state.pools.restore(pool, of: scope)
            return state.pools.takeGrowth()
        }
        self.metrics?.note(growth)
    }
}
