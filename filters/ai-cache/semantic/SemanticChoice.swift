import NIOCore

/// Goes through neighbours, nearest first, to find the one that answers.
struct SemanticChoice {
    /// What to do next.
    enum Step {
        /// Try to answer with what the neighbour holds.
        case serve(Neighbour, ByteBuffer)
        /// Read the answer in the cache store, under the neighbour's wording.
        case read(Neighbour)
        /// Nothing serves; with the nearest question when the threshold alone refused it.
        case nothing(nearest: Neighbour?)
    }

    private var candidates: ArraySlice<Neighbour>
    private let nearest: Neighbour?

    /// - Parameters:
    ///   - neighbours: What the vector store gave.
    ///   - scope: The scope of the question; neighbours of others are not looked at.
    ///   - topK: How many of the right scope are looked at.
    ///   - threshold: How near they have to be.
    ///   - score: What scores mean.
    ///   - secondsSince1970: The time; expired neighbours are not looked at.
    init(
        _ neighbours: [Neighbour],
        scope: String?,
        topK: Int = Int.max,
        threshold: SimilarityThreshold,
        score: ScoreKind,
        at secondsSince1970: Int
    ) {
        let own = neighbours.filter { neighbour in
            neighbour.scope == scope && neighbour.score.isFinite
                && neighbour.expiresAt.map { $0 > secondsSince1970 } ?? true
        }
        let sorted = own.sorted { score.isNearer($0.score, than: $1.score) }.prefix(topK)
        self.candidates = sorted.filter { threshold.accepts($0.score) }[...]
        self.nearest = self.candidates.isEmpty ? sorted.first : nil
    }

    /// The next step; to be called again when the one before led to nothing.
    mutating func next() -> Step {
        guard let neighbour = self.candidates.popFirst() else { return .nothing(nearest: self.nearest) }
        return neighbour.answer.map { .serve(neighbour, $0) } ?? .read(neighbour)
    }
}
