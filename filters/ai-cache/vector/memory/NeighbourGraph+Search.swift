extension NeighbourGraph {
    /// The nodes nearest to a vector, nearest first, as well as a walk through the graph finds them.
    ///
    /// - Parameters:
    ///   - vector: The vector.
    ///   - width: How many are kept on the way and given back at most.
    ///   - rows: The nodes' vectors.
    func nearest(to vector: UnsafePointer<UnitVector.Block>, width: Int, _ rows: VectorRows.View) -> [GraphCandidate] {
        guard let entry else { return [] }
        let start = GraphCandidate(entry, distance: rows.distance(vector, entry))
        return self.nearest(to: vector, from: [self.descend(start, to: 0, vector, rows)], width: width, level: 0, rows)
    }

    /// Goes down from the entry, on each level to the node that is nearest there.
    func descend(
        _ start: GraphCandidate,
        to level: Int,
        _ vector: UnsafePointer<UnitVector.Block>,
        _ rows: VectorRows.View
    ) -> GraphCandidate {
        var best = start
        var current = self.top
        while current > level {
            var isCloser = false
            for neighbour in self.outgoing(best.node, current) {
                let candidate = GraphCandidate(Int(neighbour), distance: rows.distance(vector, Int(neighbour)))
                guard candidate < best else { continue }
                best = candidate
                isCloser = true
            }
            if !isCloser { current -= 1 }
        }
        return best
    }

    /// The paper's algorithm 2: the nearest nodes of one level, nearest first.
    func nearest(
        to vector: UnsafePointer<UnitVector.Block>,
        from starts: [GraphCandidate],
        width: Int,
        level: Int,
        _ rows: VectorRows.View
    ) -> [GraphCandidate] {
        let words = (self.levels.count + 63) / 64
        let most = self.settings.limit(onLevel: 0)
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(1, words)) { seen in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: most) { fresh in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: most) { distances in
                    seen.initialize(repeating: 0)
                    var walk = Walk(seen: seen, fresh: fresh, distances: distances, width: width)
                    for start in starts { walk.begin(at: start) }
                    while let node = walk.next() {
                        walk.look(at: self.outgoing(node, level), vector, rows)
                    }
                    return walk.nearest.sorted
                }
            }
        }
    }
}

/// A walk from node to node of one level, always on from the nearest that was not left yet.
private struct Walk {
    let seen: UnsafeMutableBufferPointer<UInt64>
    /// Room for the nodes of one step, and for how far they are.
    let fresh: UnsafeMutableBufferPointer<UInt32>
    let distances: UnsafeMutableBufferPointer<Float>
    var nearest: NearestCandidates
    private var waiting: BinaryHeap<GraphCandidate>

    init(
        seen: UnsafeMutableBufferPointer<UInt64>,
        fresh: UnsafeMutableBufferPointer<UInt32>,
        distances: UnsafeMutableBufferPointer<Float>,
        width: Int
    ) {
        self.seen = seen
        self.fresh = fresh
        self.distances = distances
        self.nearest = NearestCandidates(limit: width)
        self.waiting = BinaryHeap(capacity: width * 2)
    }

    mutating func begin(at start: GraphCandidate) {
        _ = self.isNew(start.node)
        self.nearest.offer(start)
        self.waiting.push(start)
    }

    /// The node to go on from; `nil` when none is nearer than those that were found.
    mutating func next() -> Int? {
        guard let candidate = self.waiting.pop(), candidate.distance <= self.nearest.reach else { return nil }
        return candidate.node
    }

    /// Looks at a node's neighbours that were not seen yet.
    @inline(__always)
    mutating func look(
        at neighbours: ContiguousArray<UInt32>,
        _ vector: UnsafePointer<UnitVector.Block>,
        _ rows: VectorRows.View
    ) {
        guard let distances = self.distances.baseAddress else { return }
        var count = 0
        for neighbour in neighbours where count < self.fresh.count && self.isNew(Int(neighbour)) {
            self.fresh[count] = neighbour
            count += 1
        }
        rows.distances(vector, UnsafeBufferPointer(rebasing: self.fresh[..<count]), into: distances)
        for place in 0..<count where distances[place] < self.nearest.reach {
            let candidate = GraphCandidate(Int(self.fresh[place]), distance: distances[place])
            self.nearest.offer(candidate)
            self.waiting.push(candidate)
        }
    }

    @inline(__always)
    private func isNew(_ node: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(node & 63)
        guard self.seen[node >> 6] & bit == 0 else { return false }
        self.seen[node >> 6] |= bit
        return true
    }
}
