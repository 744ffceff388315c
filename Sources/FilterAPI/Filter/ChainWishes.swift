/// What the `before` and `after` of a chain's entries ask for, all together.
struct ChainWishes: Sendable {
    /// Entries that wish something about another entry of their phase.
    private(set) var wishing: Set<Int> = []
    private(set) var conflicts: [ChainOrder.Conflict] = []
    /// For each entry those that have to run after it, directly or by way of others.
    private var later: [Set<Int>] = []

    init(_ places: [ChainOrder.Place]) {
        var direct = [Set<Int>](repeating: [], count: places.count)
        for (index, place) in places.enumerated() {
            for (side, names) in [(ChainOrder.Side.before, place.before), (.after, place.after)] {
                for (item, name) in names.enumerated() {
                    let wish = ChainOrder.Wish(entry: index, side: side, item: item)
                    self.take(wish, ChainWishes.entries(called: name, in: places), places, &direct)
                }
            }
        }
        guard !self.wishing.isEmpty else { return }
        self.later = direct.indices.map { ChainWishes.reached(from: $0, direct) }
        self.findCycles(direct)
    }

    /// Whether `one` has to run after `other`.
    func follows(_ one: Int, _ other: Int) -> Bool { !self.later.isEmpty && self.later[other].contains(one) }

    /// Entries of that name, else entries of that filter.
    private static func entries(called name: String, in places: [ChainOrder.Place]) -> [Int] {
        let named = places.indices.filter { places[$0].name == name }
        return named.isEmpty ? places.indices.filter { places[$0].filter == name } : named
    }

    private mutating func take(
        _ wish: ChainOrder.Wish,
        _ found: [Int],
        _ places: [ChainOrder.Place],
        _ direct: inout [Set<Int>]
    ) {
        let others = found.filter { $0 != wish.entry }
        guard !others.isEmpty else {
            self.conflicts.append(found.isEmpty ? .unknown(wish) : .itself(wish))
            return
        }
        for other in others {
            let (first, second) = wish.side == .before ? (wish.entry, other) : (other, wish.entry)
            if places[first].phase > places[second].phase {
                self.conflicts.append(.phase(wish, other: other))
            } else if places[first].phase == places[second].phase {
                direct[first].insert(second)
                self.wishing.insert(wish.entry)
            }
        }
    }

    private static func reached(from start: Int, _ direct: [Set<Int>]) -> Set<Int> {
        var reached: Set<Int> = []
        var next = Array(direct[start])
        while let entry = next.popLast() {
            if reached.insert(entry).inserted { next += direct[entry] }
        }
        return reached
    }

    /// Each cycle once, beginning with the entry that stands first in the file.
    private mutating func findCycles(_ direct: [Set<Int>]) {
        var known: Set<Int> = []
        for start in direct.indices where self.later[start].contains(start) && !known.contains(start) {
            let cycle = ChainWishes.shortestCycle(from: start, direct)
            known.formUnion(cycle)
            self.conflicts.append(.cycle(cycle))
        }
    }

    private static func shortestCycle(from start: Int, _ direct: [Set<Int>]) -> [Int] {
        var earlier: [Int: Int] = [:]
        var waiting = [start][...]
        while let entry = waiting.popFirst() {
            for next in direct[entry].sorted() where earlier[next] == nil {
                earlier[next] = entry
                waiting.append(next)
            }
        }
        var cycle = [start]
        while let last = cycle.last, let entry = earlier[last], entry != start { cycle.append(entry) }
        return [start] + cycle.dropFirst().reversed()
    }
}
