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
        var pool = PooledLabels()
        var labels = 0
    }

    private let mostOfOneAge: Int
    private let state = Mutex(State())

    init(mostEntries: Int = mostEntries) { self.mostOfOneAge = max(1, mostEntries / 2) }

    /// What is to be done at a lookup near an entry.
    func decide(_ key: CacheKeyID, at score: Double, _ policy: VerifiedPolicy) -> VerifiedDecision {
        self.state.withLock { state in
            if state.young[key] != nil {
                return policy.decision(&state.young[key, default: EntryHistory()], &state.pool, at: score)
            }
            if state.old[key] != nil {
                return policy.decision(&state.old[key, default: EntryHistory()], &state.pool, at: score)
            }
            var unknown = EntryHistory()
            return policy.decision(&unknown, &state.pool, at: score)
        }
    }

    /// Notes a lookup that nothing stored might answer.
    func noteUnanswerable() {
        self.state.withLock { $0.pool.note(PooledLabels.Lookup(score: 0, standing: nil)) }
    }

    /// Notes whether the answer of an entry was right.
    ///
    /// - Parameters:
    ///   - key: The entry.
    ///   - score: How near the question was; greater is nearer.
    ///   - isRight: What the comparison said.
    ///   - standing: That of ``VerifiedDecision``, by which the label counts for others; `nil` for the entry alone.
    ///   - policy: What follows from it.
    func add(
        _ key: CacheKeyID,
        score: Double,
        isRight: Bool,
        as standing: EntryStanding? = nil,
        _ policy: VerifiedPolicy
    ) -> EntryHistory.Change {
        self.state.withLock { state in
            state.labels += 1
            if let standing, policy.settings.shared {
                let label = PooledLabels.Label(score: Float(score), standing: standing, isRight: isRight)
                state.pool.add(label, policy)
            }
            var history = state.old.removeValue(forKey: key) ?? state.young[key] ?? EntryHistory()
            let change = history.add(score: score, isRight: isRight, policy)
            self.keep(history, of: key, &state)
            return change
        }
    }

    /// Forgets an entry.
    func remove(_ key: CacheKeyID) {
        self.state.withLock { state in
            state.young[key] = nil
            state.old[key] = nil
        }
    }

    /// Forgets all entries; what they have shown together stays.
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

    /// What all entries show together.
    var pool: PooledLabels { self.state.withLock { $0.pool } }

    /// Takes back what a snapshot held of an entry.
    func restore(_ history: EntryHistory, of key: CacheKeyID) {
        self.state.withLock { self.keep(history, of: key, &$0) }
    }

    /// Takes back what a snapshot held of all entries together.
    func restore(_ pool: PooledLabels) {
        self.state.withLock { $0.pool = pool }
    }
}
