extension NeighbourGraph {
    /// How a node comes in: the paper's algorithm 1.
    ///
    /// - Parameters:
    ///   - node: The node, whose row is written.
    ///   - level: The highest level that it is to be on.
    ///   - rows: The nodes' vectors.
    func planInsertion(of node: Int, level: Int, _ rows: VectorRows.View) -> Change {
        let level = min(max(level, 0), Self.highestLevel)
        var change = Change(node: node, kind: .insert(level: level))
        guard let entry else { return change }
        let vector = rows[node]
        let start = GraphCandidate(entry, distance: rows.distance(vector, entry))
        var starts = [self.descend(start, to: level, vector, rows)]
        for current in stride(from: min(level, self.top), through: 0, by: -1) {
            starts = self.nearest(
                to: vector,
                from: starts,
                width: self.settings.buildWidth,
                level: current,
                rows
            )
            let chosen = self.choose(self.settings.links, among: starts, rows)
            change.links.append(NewLinks(node: node, level: current, outgoing: chosen))
            for neighbour in chosen {
                // The nearest one links back whatever it has, or else no walk would find the new node.
                let isNearest = neighbour == chosen.first
                change.links.append(
                    self.linking(Int(neighbour), to: node, keepingIt: isNearest, level: current, rows)
                )
            }
        }
        return change
    }

    /// How a node goes: whoever linked to it links to one of those that it linked to.
    func planRemoval(of node: Int, _ rows: VectorRows.View) -> Change {
        var change = Change(node: node, kind: .remove)
        guard self.contains(node) else { return change }
        for level in 0...Int(self.levels[node]) {
            change.links += self.planRemoval(of: node, level: level, rows)
        }
        return change
    }

    /// The paper's algorithm 4: of the candidates, nearest first, those that are nearer to the node at hand than to one
    /// that was chosen before, so that links go in all directions.
    ///
    /// - Parameter fixed: Candidates that are chosen whatever their distance.
    private func choose(
        _ limit: Int,
        among candidates: [GraphCandidate],
        fixed: ContiguousArray<UInt32> = [],
        _ rows: VectorRows.View
    ) -> ContiguousArray<UInt32> {
        var chosen = fixed
        for candidate in candidates {
            guard chosen.count < limit else { break }
            guard !chosen.contains(UInt32(candidate.node)) else { continue }
            if self.isDiverse(candidate, beside: chosen, rows) { chosen.append(UInt32(candidate.node)) }
        }
        return chosen
    }

    private func isDiverse(
        _ candidate: GraphCandidate,
        beside chosen: ContiguousArray<UInt32>,
        _ rows: VectorRows.View
    ) -> Bool {
        let vector = rows[candidate.node]
        return chosen.allSatisfy { rows.distance(vector, Int($0)) > candidate.distance }
    }

    /// The links of a node that gets one more.
    private func linking(
        _ node: Int,
        to new: Int,
        keepingIt isKept: Bool,
        level: Int,
        _ rows: VectorRows.View
    ) -> NewLinks {
        var outgoing = self.outgoing(node, level)
        let limit = self.settings.limit(onLevel: level)
        guard outgoing.count >= limit else {
            outgoing.append(UInt32(new))
            return NewLinks(node: node, level: level, outgoing: outgoing)
        }
        let vector = rows[node]
        // Nodes that nobody else links to stay, or else no walk would find them; the far ones first, as near ones are many
        // only where vectors are equal.
        var fixed = outgoing.filter { self.incoming(Int($0), level).count <= 1 }
            .map { GraphCandidate(Int($0), distance: rows.distance(vector, Int($0))) }
            .sorted { $1 < $0 }
            .prefix(limit - 2)
            .map { UInt32($0.node) }
        if isKept { fixed.append(UInt32(new)) }
        outgoing.append(UInt32(new))
        let candidates = outgoing.map { GraphCandidate(Int($0), distance: rows.distance(vector, Int($0))) }.sorted()
        return NewLinks(
            node: node,
            level: level,
            outgoing: self.choose(limit, among: candidates, fixed: ContiguousArray(fixed), rows)
        )
    }
}

extension NeighbourGraph {
    private func planRemoval(of node: Int, level: Int, _ rows: VectorRows.View) -> [NewLinks] {
        let heirs = self.outgoing(node, level)
        var planned = self.incoming(node, level).map {
            self.relinking(Int($0), without: node, heirs: heirs, level: level, rows)
        }
        for heir in heirs where self.isLost(Int(heir), without: node, planned, level) {
            self.rescue(Int(heir), from: node, level: level, &planned, rows)
        }
        return planned
    }

    /// The links of a node that loses one: the best of the heirs comes in its place.
    private func relinking(
        _ node: Int,
        without removed: Int,
        heirs: ContiguousArray<UInt32>,
        level: Int,
        _ rows: VectorRows.View
    ) -> NewLinks {
        var outgoing = self.outgoing(node, level).filter { $0 != UInt32(removed) }
        let vector = rows[node]
        let candidates = heirs.filter { $0 != UInt32(node) && !outgoing.contains($0) }
            .map { GraphCandidate(Int($0), distance: rows.distance(vector, Int($0))) }
            .sorted()
        let best = candidates.first { self.isDiverse($0, beside: ContiguousArray(outgoing), rows) }
        if let heir = best ?? (outgoing.isEmpty ? candidates.first : nil) { outgoing.append(UInt32(heir.node)) }
        return NewLinks(node: node, level: level, outgoing: ContiguousArray(outgoing))
    }

    /// Whether nobody would link to a node any more.
    private func isLost(_ node: Int, without removed: Int, _ planned: [NewLinks], _ level: Int) -> Bool {
        self.incoming(node, level).allSatisfy { $0 == UInt32(removed) }
            && !planned.contains { $0.outgoing.contains(UInt32(node)) }
    }

    /// Lets the nearest node that a lost one links to link back, in place of the link that is needed least.
    private func rescue(
        _ lost: Int,
        from removed: Int,
        level: Int,
        _ planned: inout [NewLinks],
        _ rows: VectorRows.View
    ) {
        let vector = rows[lost]
        let around = self.outgoing(lost, level) + self.outgoing(removed, level) + self.incoming(removed, level)
        let nearest = around.filter { $0 != UInt32(lost) && $0 != UInt32(removed) }
            .map { GraphCandidate(Int($0), distance: rows.distance(vector, Int($0))) }
            .min()
        guard let keeper = nearest?.node else { return }
        let place = planned.firstIndex { $0.node == keeper }
        var outgoing = place.map { planned[$0].outgoing } ?? self.outgoing(keeper, level)
        if outgoing.count >= self.settings.limit(onLevel: level) {
            let popular = outgoing.indices.max {
                self.incoming(Int(outgoing[$0]), level).count < self.incoming(Int(outgoing[$1]), level).count
            }
            if let popular { outgoing.remove(at: popular) }
        }
        outgoing.append(UInt32(lost))
        let links = NewLinks(node: keeper, level: level, outgoing: outgoing)
        if let place { planned[place] = links } else { planned.append(links) }
    }
}
