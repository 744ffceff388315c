/// The links of a hierarchical navigable small world: who is near whom, on levels of which each holds fewer nodes.
///
/// Nodes are numbers of rows. Links in both directions are known, so that a node can be taken out for good: no link
/// ever leads to a node that is not there. Changes come in two steps: a plan, which only reads and takes most of the time,
/// and its execution, which is short.
///
/// Source: Malkov, Yashunin: "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
/// Small World graphs" (arXiv 1603.09320).
struct NeighbourGraph {
    /// Where a node's links lead to, and whence links lead to it, on one level.
    struct Links: Equatable {
        var outgoing: ContiguousArray<UInt32> = []
        var incoming: ContiguousArray<UInt32> = []
    }

    /// The links that a node is to have on a level.
    struct NewLinks {
        var node: Int
        var level: Int
        var outgoing: ContiguousArray<UInt32>
    }

    /// How the graph is to change.
    struct Change {
        enum Kind {
            case insert(level: Int)
            case remove
        }

        var node: Int
        var kind: Kind
        var links: [NewLinks] = []
    }

    /// No node is on a higher level; with `M` 2 a million million nodes get there.
    static let highestLevel = 40

    let settings: GraphSettings
    /// The highest level of each node; -1 for none.
    private(set) var levels: ContiguousArray<Int8> = []
    private(set) var entry: Int?
    private(set) var count = 0
    private var bottom: ContiguousArray<Links> = []
    /// Of the nodes above the bottom: their links from level 1 upwards.
    private var upper: [Int: ContiguousArray<Links>] = [:]

    init(_ settings: GraphSettings) { self.settings = settings }

    func contains(_ node: Int) -> Bool { node < self.levels.count && self.levels[node] >= 0 }

    /// The level of the entry; -1 when there is none.
    var top: Int { self.entry.map { Int(self.levels[$0]) } ?? -1 }

    /// The links of a node that is on that level.
    @inline(__always)
    func outgoing(_ node: Int, _ level: Int) -> ContiguousArray<UInt32> {
        if level == 0 { return self.bottom[node].outgoing }
        return self.upper[node]?[level - 1].outgoing ?? []
    }

    /// The nodes that link to a node, which is on that level.
    func incoming(_ node: Int, _ level: Int) -> ContiguousArray<UInt32> {
        if level == 0 { return self.bottom[node].incoming }
        return self.upper[node]?[level - 1].incoming ?? []
    }

    /// Makes a change that was planned for the graph as it is.
    mutating func execute(_ change: Change) {
        switch change.kind {
        case .insert(let level):
            self.add(change.node, level: level)
            for links in change.links { self.set(links) }
        case .remove:
            for links in change.links { self.set(links) }
            self.remove(change.node)
        }
    }

    private mutating func add(_ node: Int, level: Int) {
        while self.levels.count <= node {
            self.levels.append(-1)
            self.bottom.append(Links())
        }
        self.levels[node] = Int8(level)
        if level > 0 { self.upper[node] = ContiguousArray(repeating: Links(), count: level) }
        self.count += 1
        if level > self.top { self.entry = node }
    }

    private mutating func remove(_ node: Int) {
        for level in 0...Int(self.levels[node]) {
            self.set(NewLinks(node: node, level: level, outgoing: []))
        }
        self.levels[node] = -1
        self.bottom[node] = Links()
        self.upper[node] = nil
        self.count -= 1
        guard self.entry == node else { return }
        self.entry =
            self.upper.keys.max { (self.levels[$0], $1) < (self.levels[$1], $0) }
            ?? self.levels.firstIndex { $0 >= 0 }
    }

    private mutating func set(_ new: NewLinks) {
        let old = self.outgoing(new.node, new.level)
        let source = UInt32(new.node)
        for target in old where !new.outgoing.contains(target) {
            self.change(Int(target), new.level) { links in links.incoming.removeAll { $0 == source } }
        }
        for target in new.outgoing where !old.contains(target) {
            self.change(Int(target), new.level) { $0.incoming.append(source) }
        }
        self.change(new.node, new.level) { $0.outgoing = new.outgoing }
    }

    private mutating func change(_ node: Int, _ level: Int, _ body: (inout Links) -> Void) {
        if level == 0 { body(&self.bottom[node]) } else { body(&self.upper[node, default: []][level - 1]) }
    }
}

/// How a graph is built and searched.
struct GraphSettings: Sendable, Hashable {
    /// Links of a node on a level above the bottom, at most; twice as many there. The paper's `M`.
    var links = 24
    /// How many candidates a new node chooses its links from. The paper's `efConstruction`.
    var buildWidth = 100
    /// How many candidates a search keeps. The paper's `ef`.
    var searchWidth = 48
    /// How many a second search keeps, when the first has found nothing that is near enough.
    var thoroughWidth: Int { self.searchWidth * 6 }

    /// How many links a node may have on a level.
    func limit(onLevel level: Int) -> Int { level == 0 ? self.links * 2 : self.links }
}
