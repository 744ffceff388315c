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
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(1, words)) { seen in
            seen.initialize(repeating: 0)
            var nearest = NearestCandidates(limit: width)
            var waiting = BinaryHeap<GraphCandidate>(capacity: width * 2)
            for start in starts {
                seen[start.node >> 6] |= 1 << UInt64(start.node & 63)
                nearest.offer(start)
                waiting.push(start)
            }
            while let candidate = waiting.pop(), candidate.distance <= nearest.reach {
                for neighbour in self.outgoing(candidate.node, level) {
                    let node = Int(neighbour)
                    let bit: UInt64 = 1 << UInt64(node & 63)
                    guard seen[node >> 6] & bit == 0 else { continue }
                    seen[node >> 6] |= bit
                    let distance = rows.distance(vector, node)
                    guard distance < nearest.reach else { continue }
                    let next = GraphCandidate(node, distance: distance)
                    nearest.offer(next)
                    waiting.push(next)
                }
            }
            return nearest.sorted
        }
    }
}
