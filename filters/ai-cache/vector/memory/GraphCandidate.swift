/// A node and how far it is from what is looked for; less is nearer, and equal distances go by the node's number.
///
/// One word: the bits of a number that is not negative are in the number's order.
struct GraphCandidate: Comparable, BitwiseCopyable, Sendable {
    private let word: UInt64

    @inline(__always)
    init(_ node: Int, distance: Float) {
        self.word = UInt64(distance.bitPattern) << 32 | UInt64(UInt32(truncatingIfNeeded: node))
    }

    @inline(__always)
    private init(word: UInt64) { self.word = word }

    var node: Int { Int(UInt32(truncatingIfNeeded: self.word)) }
    var distance: Float { Float(bitPattern: UInt32(truncatingIfNeeded: self.word >> 32)) }

    /// The same with the order turned round, for a queue that gives the farthest first; turning twice gives it back.
    var turned: GraphCandidate { GraphCandidate(word: ~self.word) }

    @inline(__always)
    static func < (first: GraphCandidate, second: GraphCandidate) -> Bool { first.word < second.word }
}

/// The nearest of the candidates that were offered, at most so many.
struct NearestCandidates {
    let limit: Int
    private var farthestFirst: BinaryHeap<GraphCandidate>

    init(limit: Int) {
        self.limit = max(1, limit)
        self.farthestFirst = BinaryHeap(capacity: self.limit + 1)
    }

    /// How far the farthest is; infinite while there is room.
    var reach: Float {
        guard self.farthestFirst.count >= self.limit, let farthest = self.farthestFirst.first else { return .infinity }
        return farthest.turned.distance
    }

    mutating func offer(_ candidate: GraphCandidate) {
        if self.farthestFirst.count < self.limit {
            self.farthestFirst.push(candidate.turned)
        } else if let farthest = self.farthestFirst.first, farthest < candidate.turned {
            self.farthestFirst.replaceFirst(candidate.turned)
        }
    }

    /// Nearest first.
    var sorted: [GraphCandidate] { self.farthestFirst.elements.map(\.turned).sorted() }
}
