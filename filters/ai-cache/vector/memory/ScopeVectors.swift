/// The vectors of one scope: looked through one by one while they are few, along a graph when they are many.
///
/// Every scope has vectors of its own, so that a search never meets those of others. Vectors come into the graph some
/// time after they came in here; a search looks through those that are not in it yet.
struct ScopeVectors {
    /// What a row stands for.
    struct Owner {
        /// The entry.
        var entry: Int
        /// When it stops counting, in seconds since 1970; `Int.max` for never.
        var expiresAt: Int
        /// On which level of the graph it is to be.
        var level: Int
    }

    /// A row that was found.
    struct Match {
        var entry: Int
        /// The cosine.
        var similarity: Float
    }

    let limits: ScopeLimits
    private let rows: VectorRows
    private var owners: ContiguousArray<Owner?> = []
    private var vacant: [Int] = []
    private var graph: NeighbourGraph
    /// The rows that are not in the graph yet, in the order in which they came.
    private var waiting: ContiguousArray<Int> = []
    /// How many of the first of them have come into it since.
    private var passed = 0

    init(rowLength: Int, limits: ScopeLimits) {
        self.limits = limits
        self.rows = VectorRows(rowLength: rowLength)
        self.graph = NeighbourGraph(limits.graph)
    }

    var count: Int { self.owners.count - self.vacant.count }
    /// How many vectors are in the graph.
    var linkedCount: Int { self.graph.count }
    /// The numbers of all entries.
    var entries: [Int] { self.owners.compactMap { $0?.entry } }
    /// The graph, for tests.
    var links: NeighbourGraph { self.graph }

    /// Takes a vector in.
    ///
    /// - Returns: Its row.
    mutating func add(_ vector: UnitVector, _ owner: Owner) -> Int {
        let row = self.vacant.popLast() ?? self.owners.count
        self.rows.write(vector, at: row)
        if row == self.owners.count { self.owners.append(owner) } else { self.owners[row] = owner }
        self.waiting.append(row)
        return row
    }

    /// The first numbers of a row.
    func numbers(of row: Int, count: Int) -> [Float] {
        let blocks = self.rows.view[row]
        return (0..<min(count, self.rows.rowLength * 16)).map { blocks[$0 / 16][$0 % 16] }
    }

    /// Whether a row holds that vector.
    func holds(_ vector: UnitVector, at row: Int) -> Bool {
        let blocks = UnsafeBufferPointer(start: self.rows.view[row], count: self.rows.rowLength)
        return blocks.elementsEqual(vector.blocks)
    }

    mutating func setExpiry(_ expiresAt: Int, of row: Int) { self.owners[row]?.expiresAt = expiresAt }

    /// The nearest vectors that have not expired, nearest first.
    ///
    /// - Parameter enough: The similarity for lack of which the graph is searched more thoroughly.
    func nearest(
        to vector: UnitVector,
        count wanted: Int,
        at secondsSince1970: Int,
        enough: Double? = nil
    ) -> [Match] {
        vector.blocks.withUnsafeBufferPointer { blocks in
            guard let start = blocks.baseAddress else { return [] }
            let found =
                self.count <= self.limits.exactCount
                ? self.scan(self.owners.indices, start, wanted, at: secondsSince1970)
                : self.walk(start, wanted, at: secondsSince1970, enough: enough)
            return found.prefix(wanted).compactMap { candidate in
                guard let owner = self.owners[candidate.node] else { return nil }
                let similarity = UnitVector.dot(start, self.rows.view[candidate.node], self.rows.rowLength)
                return Match(entry: owner.entry, similarity: min(1, max(-1, similarity)))
            }
        }
    }
}

extension ScopeVectors {
    /// Whether vectors wait that should come into the graph: it is built in good time before it is needed.
    var wantsLinking: Bool {
        self.passed < self.waiting.count && (self.count > self.limits.exactCount / 2 || self.graph.count > 0)
    }

    /// The next change that brings a vector into the graph; `nil` when there is nothing to do.
    func planLinking() -> NeighbourGraph.Change? {
        self.passed < self.waiting.count ? self.planLinking(of: self.waiting[self.passed]) : nil
    }

    /// How a row comes into the graph; `nil` when it is there, or when there is no graph yet.
    func planLinking(of row: Int) -> NeighbourGraph.Change? {
        guard self.wantsLinking, self.isWaiting(row), let owner = self.owners[row] else { return nil }
        return self.graph.planInsertion(of: row, level: owner.level, self.rows.view)
    }

    /// Brings a vector into the graph as it was planned.
    mutating func link(_ change: NeighbourGraph.Change) {
        self.graph.execute(change)
        self.noLongerWaits(change.node)
    }

    /// Nearly always it is the first or the last one of those that wait.
    private mutating func noLongerWaits(_ row: Int) {
        if self.waiting.last == row {
            self.waiting.removeLast()
        } else if self.waiting.indices.contains(self.passed), self.waiting[self.passed] == row {
            self.passed += 1
        } else if let place = self.waiting[self.passed...].firstIndex(of: row) {
            self.waiting.remove(at: place)
        }
        guard self.passed == self.waiting.count else { return }
        self.waiting.removeAll()
        self.passed = 0
    }

    /// How a row can go.
    func planRemoval(of row: Int) -> NeighbourGraph.Change {
        self.graph.planRemoval(of: row, self.rows.view)
    }

    /// Lets a row go as it was planned.
    mutating func remove(_ change: NeighbourGraph.Change) {
        if self.graph.contains(change.node) { self.graph.execute(change) } else { self.noLongerWaits(change.node) }
        self.owners[change.node] = nil
        self.vacant.append(change.node)
    }

    private func isWaiting(_ row: Int) -> Bool { self.owners[row] != nil && !self.graph.contains(row) }

    private func isAlive(_ row: Int, at secondsSince1970: Int) -> Bool {
        self.owners[row].map { $0.expiresAt > secondsSince1970 } ?? false
    }

    /// Looks through rows one by one.
    private func scan(
        _ candidates: some Sequence<Int>,
        _ vector: UnsafePointer<UnitVector.Block>,
        _ wanted: Int,
        at secondsSince1970: Int
    ) -> [GraphCandidate] {
        let view = self.rows.view
        var nearest = NearestCandidates(limit: wanted)
        for row in candidates where self.isAlive(row, at: secondsSince1970) {
            nearest.offer(GraphCandidate(row, distance: view.distance(vector, row)))
        }
        return nearest.sorted
    }

    /// Walks through the graph, and looks through the newest rows that are not in it yet.
    private func walk(
        _ vector: UnsafePointer<UnitVector.Block>,
        _ wanted: Int,
        at secondsSince1970: Int,
        enough: Double?
    ) -> [GraphCandidate] {
        let settings = self.limits.graph
        var linked = self.walk(vector, width: max(settings.searchWidth, wanted), at: secondsSince1970)
        if let enough, !self.isNear(linked.first, to: vector, enough) {
            linked = self.walk(vector, width: max(settings.thoroughWidth, wanted), at: secondsSince1970)
        }
        let waiting = self.waiting[self.passed...].suffix(self.limits.exactCount)
        guard !waiting.isEmpty else { return linked }
        return (linked + self.scan(waiting, vector, wanted, at: secondsSince1970)).sorted()
    }
}

extension ScopeVectors {
    private func walk(
        _ vector: UnsafePointer<UnitVector.Block>,
        width: Int,
        at secondsSince1970: Int
    ) -> [GraphCandidate] {
        self.graph.nearest(to: vector, width: width, self.rows.view)
            .filter { self.isAlive($0.node, at: secondsSince1970) }
    }

    private func isNear(
        _ candidate: GraphCandidate?,
        to vector: UnsafePointer<UnitVector.Block>,
        _ enough: Double
    ) -> Bool {
        guard let candidate else { return false }
        return Double(UnitVector.dot(vector, self.rows.view[candidate.node], self.rows.rowLength)) >= enough
    }
}

/// When vectors of a scope are looked through one by one, and how their graph is built.
struct ScopeLimits: Sendable, Hashable {
    /// Up to so many vectors are looked through one by one; so are as many of those that are not in the graph yet.
    var exactCount = 2000
    /// Up to how many vectors an event loop searches itself; a search among more misses the processor's caches so often
    /// that other streams would notice.
    var mostSearchedOnLoop = 10_000
    var graph = GraphSettings()
}
