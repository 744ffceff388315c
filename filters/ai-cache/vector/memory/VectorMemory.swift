import NIOCore

/// Questions by their vectors, in memory that is bounded: entries of all scopes in one order of use, vectors of each
/// scope apart.
///
/// A value without lock or clock; changes that take time come as a plan, which only reads, and its execution.
struct VectorMemory {
    let limits: ScopeLimits
    /// How many numbers vectors have: as many as the first one; free again when nothing is left.
    private(set) var dimensions: Int?
    private(set) var entries = EntryTable()
    private var scopes: [String?: ScopeVectors] = [:]

    init(limits: ScopeLimits) { self.limits = limits }

    var count: Int { self.entries.count }
    /// The memory that everything takes, in bytes, about.
    var bytes: Int { self.entries.bytes }
    var scopeCount: Int { self.scopes.count }
    /// The scope of all entries, which may be none; `nil` when there are several, or no entries.
    var onlyScope: String?? { self.scopes.count == 1 ? self.scopes.keys.first : nil }

    /// The vectors of a scope.
    func vectors(of scope: String?) -> ScopeVectors? { self.scopes[scope] }

    /// Whether vectors of so many numbers can be kept.
    func fits(_ dimensions: Int) -> Bool { self.dimensions == nil || self.dimensions == dimensions }

    /// The entry of a key.
    func entry(of key: CacheKeyID) -> EntryTable.Item? { self.entries.number(of: key).flatMap { self.entries[$0] } }

    /// An entry that was found.
    typealias Found = (number: Int, key: CacheKeyID, neighbour: Neighbour)

    /// The entries nearest to a vector that fits, nearest first.
    func nearest(to vector: UnitVector, _ query: VectorQuery) -> [Found] {
        guard let scope = self.scopes[query.scope], query.topK > 0 else { return [] }
        let matches = scope.nearest(
            to: vector,
            count: query.topK,
            at: query.secondsSince1970,
            enough: query.enough
        )
        return matches.compactMap { match in
            self.entries[match.entry].map { item in
                var neighbour = Neighbour(
                    question: item.question,
                    answer: item.answer,
                    score: Double(match.similarity)
                )
                neighbour.scope = item.scope
                neighbour.expiresAt = item.expiresAt
                return (match.entry, item.key, neighbour)
            }
        }
    }

    /// The memory that an entry takes, in bytes, about.
    func bytes(of entry: VectorEntry, _ vector: UnitVector) -> Int {
        let vector = vector.blocks.count * MemoryLayout<UnitVector.Block>.stride
        // Links in both directions, of which most nodes have about as many as they may.
        let links = self.limits.graph.limit(onLevel: 0) * 2 * MemoryLayout<UInt32>.stride
        let answer = entry.answer.map { max($0.storageCapacity, $0.readableBytes) } ?? 0
        return vector + links + entry.question.utf8.count + answer + EntryTable.overhead
    }

    /// Stores an entry whose key is new and whose vector fits.
    mutating func add(_ entry: VectorEntry, _ vector: UnitVector) {
        self.dimensions = vector.dimensions
        let owner = ScopeVectors.Owner(
            entry: self.entries.nextNumber,
            expiresAt: entry.expiresAt ?? Int.max,
            level: Self.level(of: entry.key, links: self.limits.graph.links)
        )
        if self.scopes[entry.scope] == nil {
            self.scopes[entry.scope] = ScopeVectors(rowLength: vector.blocks.count, limits: self.limits)
        }
        let row = self.scopes[entry.scope]?.add(vector, owner) ?? 0
        self.entries.add(
            EntryTable.Item(
                key: entry.key,
                question: entry.question,
                answer: entry.answer,
                scope: entry.scope,
                expiresAt: entry.expiresAt,
                row: row,
                bytes: self.bytes(of: entry, vector)
            )
        )
    }

    /// Gives the entry with the same key, scope and vector the other parts of this one; whether there is such an entry.
    mutating func update(_ entry: VectorEntry, _ vector: UnitVector) -> Bool {
        guard let number = self.entries.number(of: entry.key), let item = self.entries[number],
            item.scope == entry.scope, self.scopes[item.scope]?.holds(vector, at: item.row) == true
        else { return false }
        self.scopes[item.scope]?.setExpiry(entry.expiresAt ?? Int.max, of: item.row)
        self.entries.update(
            number,
            question: entry.question,
            answer: entry.answer,
            expiresAt: entry.expiresAt,
            bytes: self.bytes(of: entry, vector)
        )
        return true
    }

    /// Notes that entries were used.
    mutating func use(_ numbers: some Sequence<Int>) {
        for number in numbers { self.entries.use(number) }
    }

    /// The next entry whose time is over.
    mutating func expired(at secondsSince1970: Int) -> Int? { self.entries.expired(at: secondsSince1970) }
}

extension VectorMemory {
    /// How an entry can go.
    func planRemoval(of number: Int) -> NeighbourGraph.Change? {
        self.entries[number].flatMap { item in self.scopes[item.scope]?.planRemoval(of: item.row) }
    }

    /// Lets an entry go as it was planned.
    mutating func remove(_ number: Int, _ change: NeighbourGraph.Change) {
        guard let item = self.entries[number] else { return }
        self.scopes[item.scope]?.remove(change)
        if self.scopes[item.scope]?.count == 0 { self.scopes[item.scope] = nil }
        self.removeEntry(number)
    }

    /// Takes the vectors of a scope out, so that nothing of it is found any more.
    ///
    /// - Returns: The vectors, each of whose entries is still to be removed.
    mutating func removeVectors(of scope: String?) -> ScopeVectors? { self.scopes.removeValue(forKey: scope) }

    /// Lets an entry go whose vector has gone.
    mutating func removeEntry(_ number: Int) {
        self.entries.remove(number)
        if self.entries.count == 0 { self.dimensions = nil }
    }

    /// How the vector of an entry comes into its graph; `nil` when there is no such entry, or no graph yet.
    func planLinking(of key: CacheKeyID) -> NeighbourGraph.Change? {
        self.entry(of: key).flatMap { item in self.scopes[item.scope]?.planLinking(of: item.row) }
    }

    /// The scopes with vectors that should be brought into a graph.
    var scopesToLink: [String?] { self.scopes.filter { $0.value.wantsLinking }.map(\.key) }

    /// Brings a vector into the graph as it was planned.
    mutating func link(_ change: NeighbourGraph.Change, in scope: String?) { self.scopes[scope]?.link(change) }

    /// An entry as it was stored, with its vector scaled to length one.
    func stored(_ number: Int) -> (item: EntryTable.Item, vector: [Float])? {
        guard let item = self.entries[number], let vectors = self.scopes[item.scope], let dimensions else { return nil }
        return (item, vectors.numbers(of: item.row, count: dimensions))
    }

    /// The level of an entry: on each level there are `links` times fewer than on the one below, and a key is always on
    /// the same.
    private static func level(of key: CacheKeyID, links: Int) -> Int {
        var bits = (key.high ^ key.low) &* 0x9E37_79B9_7F4A_7C15
        bits ^= bits >> 32
        bits = bits &* 0xD6E8_FEB8_6659_FD93
        bits ^= bits >> 32
        var level = 0
        var rest = bits
        while level < NeighbourGraph.highestLevel, rest % UInt64(max(2, links)) == 0, rest != 0 {
            rest /= UInt64(max(2, links))
            level += 1
        }
        return level
    }
}
