/// What entries show together, by their scope: the labels of one tenant, model or prompt say nothing of another's.
///
/// Bounded: when there are too many scopes, one of those that have taught nothing gives way, or else the one that was looked up
/// longest ago. It begins anew when it is met again, and its entries are served for their own labels until then. Scopes that
/// are met once can so not drive those out that have labels.
struct ScopedPools: Sendable {
    /// How many scopes have a pool.
    static let mostScopes = 1024
    /// What a scope takes beside its labels and lookups, in bytes, about.
    private static let overhead = 256

    private struct Slot {
        let scope: String?
        var pool = PooledLabels()
        var lastUse = 0

        init(_ scope: String?) { self.scope = scope }

        var bytes: Int { ScopedPools.overhead + (self.scope?.utf8.count ?? 0) + self.pool.bytes }
        /// Those that come first give way first.
        var rank: (Int, Int) { (self.pool.labels.count > 0 ? 1 : 0, self.lastUse) }
    }

    /// How much the pools have become since it was asked for last.
    struct Growth: Sendable, Hashable {
        var scopes = 0
        var bytes = 0
        /// Scopes that gave way.
        var evictions = 0
    }

    private let mostScopes: Int
    private var slots: ContiguousArray<Slot> = []
    private var places: [String?: Int] = [:]
    private var uses = 0
    private var growth = Growth()
    /// The memory that all pools take, in bytes, about.
    private(set) var bytes = 0

    init(mostScopes: Int = mostScopes) { self.mostScopes = max(1, mostScopes) }

    /// How many scopes have a pool.
    var count: Int { self.slots.count }

    /// What the entries of a scope show together.
    func pool(of scope: String?) -> PooledLabels {
        self.places[scope].map { self.slots[$0].pool } ?? PooledLabels()
    }

    /// All pools with their scopes, those that were looked up longest ago first.
    var all: [(scope: String?, pool: PooledLabels)] {
        self.slots.sorted { $0.lastUse < $1.lastUse }.map { ($0.scope, $0.pool) }
    }
}

extension ScopedPools {
    /// How often an answer of a scope is served at a score; see ``VerifiedPolicy``.
    mutating func decision(
        _ policy: VerifiedPolicy,
        _ history: inout EntryHistory,
        in scope: String?,
        at score: Double
    ) -> VerifiedDecision {
        guard policy.settings.shared else { return policy.decision(&history, at: score) }
        return self.use(scope) { policy.decision(&history, &$0, at: score) }
    }

    /// Notes a lookup of a scope.
    mutating func note(_ lookup: PooledLabels.Lookup, in scope: String?) {
        self.use(scope) { $0.note(lookup) }
    }

    /// Takes a label of a scope in.
    mutating func add(_ label: PooledLabels.Label, in scope: String?, _ policy: VerifiedPolicy) {
        self.use(scope) { $0.add(label, policy) }
    }

    /// Takes back what a snapshot held of a scope.
    mutating func restore(_ pool: PooledLabels, of scope: String?) {
        self.use(scope) { $0 = pool }
    }

    /// How much the pools have become since it was asked for last.
    mutating func takeGrowth() -> Growth {
        defer { self.growth = Growth() }
        return self.growth
    }

    private mutating func use<Result>(_ scope: String?, _ body: (inout PooledLabels) -> Result) -> Result {
        let place = self.place(of: scope)
        self.uses += 1
        self.slots[place].lastUse = self.uses
        let before = self.slots[place].pool.bytes
        let result = body(&self.slots[place].pool)
        self.grow(by: self.slots[place].pool.bytes - before)
        return result
    }

    private mutating func place(of scope: String?) -> Int {
        if let known = self.places[scope] { return known }
        let slot = Slot(scope)
        if self.slots.count < self.mostScopes {
            self.places[scope] = self.slots.count
            self.slots.append(slot)
            self.growth.scopes += 1
        } else {
            let oldest = self.slots.indices.min { self.slots[$0].rank < self.slots[$1].rank } ?? 0
            self.grow(by: -self.slots[oldest].bytes)
            self.places[self.slots[oldest].scope] = nil
            self.places[scope] = oldest
            self.slots[oldest] = slot
            self.growth.evictions += 1
        }
        self.grow(by: slot.bytes)
        return self.places[scope] ?? 0
    }

    private mutating func grow(by bytes: Int) {
        self.bytes += bytes
        self.growth.bytes += bytes
    }
}
