/// The order in which a request passes the entries of a chain.
///
/// Phase first, then priority from high to low, then the order of the file. Within its phase an entry with `before` or
/// `after` leaves the place of its priority as far as it has to; entries without them keep theirs.
package struct ChainOrder: Sendable {
    /// What decides an entry's place.
    package struct Place: Sendable {
        package let name: String
        package let filter: String
        package let phase: FilterPhase
        package let priority: Int
        /// Names of entries or filters that the entry runs before.
        package let before: [String]
        /// Names of entries or filters that the entry runs after.
        package let after: [String]

        package init(
            name: String,
            filter: String,
            phase: FilterPhase,
            priority: Int,
            before: [String] = [],
            after: [String] = []
        ) {
            self.name = name
            self.filter = filter
            self.phase = phase
            self.priority = priority
            self.before = before
            self.after = after
        }
    }

    /// On which side of another entry one wants to run.
    package enum Side: String, Sendable, Hashable {
        case before, after
    }

    /// An item of an entry's `before` or `after`.
    package struct Wish: Sendable, Hashable {
        /// The entry that has it.
        package let entry: Int
        package let side: Side
        /// The item (from 0) of the list.
        package let item: Int
    }

    /// Why the wishes cannot all be had.
    package enum Conflict: Sendable, Hashable {
        /// The item names no entry and no filter of the chain.
        case unknown(Wish)
        /// The item names the entry itself.
        case itself(Wish)
        /// The other entry's phase says the opposite.
        case phase(Wish, other: Int)
        /// Entries that each have to run before the next one, and the last before the first.
        case cycle([Int])
        /// The entry has to run after one entry and before another, which the priorities have the other way round.
        case between(Int, after: Int, before: Int)
    }

    /// The entries, by their places in the file, in the order in which they run.
    package let order: [Int]
    /// Why not all wishes are met; empty for a chain that may be used.
    package let conflicts: [Conflict]
    /// Entries that do not run where their priority alone would put them.
    package let moved: Set<Int>
    private let wishes: ChainWishes

    package init(_ places: [Place]) {
        let wishes = ChainWishes(places)
        var placing = ChainPlacing(places, wishes)
        for phase in FilterPhase.allCases { placing.place(phase) }
        self.order = placing.order
        self.moved = placing.moved
        self.conflicts = wishes.conflicts + placing.conflicts
        self.wishes = wishes
    }

    /// Whether `before` and `after` alone say which of two entries runs first.
    package func isDecided(_ one: Int, _ other: Int) -> Bool {
        self.wishes.follows(one, other) || self.wishes.follows(other, one)
    }
}

/// Puts the entries of one phase after the other in order.
private struct ChainPlacing {
    let places: [ChainOrder.Place]
    let wishes: ChainWishes
    var order: [Int] = []
    var moved: Set<Int> = []
    var conflicts: [ChainOrder.Conflict] = []

    init(_ places: [ChainOrder.Place], _ wishes: ChainWishes) {
        self.places = places
        self.wishes = wishes
    }

    mutating func place(_ phase: FilterPhase) {
        let members = self.places.indices.filter { self.places[$0].phase == phase }.sorted { self.precedes($0, $1) }
        let hasCycle = members.contains { self.wishes.follows($0, $0) }
        guard !hasCycle else { return self.order += members }
        // Who wishes nothing stands still; the others find their places between.
        var placed = members.filter { !self.wishes.wishing.contains($0) }
        for member in members where self.wishes.wishing.contains(member) { self.insert(member, into: &placed) }
        self.order += placed
    }

    private mutating func insert(_ member: Int, into placed: inout [Int]) {
        let natural = placed.firstIndex { self.precedes(member, $0) } ?? placed.count
        let last = placed.lastIndex { self.wishes.follows(member, $0) }
        let first = placed.firstIndex { self.wishes.follows($0, member) }
        let least = last.map { $0 + 1 } ?? 0
        let most = first ?? placed.count
        if let last, let first, least > most {
            self.conflicts.append(.between(member, after: placed[last], before: placed[first]))
            return placed.insert(member, at: natural)
        }
        let position = min(max(natural, least), most)
        if position != natural { self.moved.insert(member) }
        placed.insert(member, at: position)
    }

    /// By priority, then by the file.
    private func precedes(_ one: Int, _ other: Int) -> Bool {
        let (left, right) = (self.places[one].priority, self.places[other].priority)
        return left == right ? one < other : left > right
    }
}
