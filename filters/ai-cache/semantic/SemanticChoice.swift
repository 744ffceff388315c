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
    private let guards: Guards
    private let threshold: SimilarityThreshold
    private let question: GuardedText?
    /// What forbade a neighbour that was near enough, for each that was.
    private(set) var refusals: [Guard] = []

    /// - Parameters:
    ///   - neighbours: What the vector store gave.
    ///   - scope: The scope of the question; neighbours of others are not looked at.
    ///   - topK: How many of the right scope are looked at.
    ///   - threshold: How near they have to be.
    ///   - score: What scores mean.
    ///   - secondsSince1970: The time; expired neighbours are not looked at.
    ///   - question: The wording that was asked.
    ///   - guards: What else may forbid a neighbour.
    ///   - takesAll: Whether neighbours serve however far they are, for one who only wants to know.
    init(
        _ neighbours: [Neighbour],
        scope: String?,
        topK: Int = Int.max,
        threshold: SimilarityThreshold,
        score: ScoreKind,
        at secondsSince1970: Int,
        question: String = "",
        guards: Guards = Guards([]),
        takesAll: Bool = false
    ) {
        self.guards = guards
        self.threshold = threshold
        let own = neighbours.filter { neighbour in
            neighbour.scope == scope && neighbour.score.isFinite
                && neighbour.expiresAt.map { $0 > secondsSince1970 } ?? true
        }
        // Of those that are equally near the same words come first.
        let sorted = own.sorted { first, second in
            score.isNearer(first.score, than: second.score)
                || first.score == second.score && first.question == question && second.question != question
        }.prefix(topK)
        let accepted = sorted.filter { threshold.accepts($0.score) }
        self.candidates = takesAll ? sorted : accepted[...]
        self.nearest = accepted.isEmpty ? sorted.first : nil
        self.question = guards.isEmpty || self.candidates.isEmpty ? nil : GuardedText(question)
    }

    /// The next step; to be called again when the one before led to nothing.
    mutating func next() -> Step {
        while let neighbour = self.candidates.popFirst() {
            if let question, let refusal = self.guards.refusal(question, GuardedText(neighbour.question)) {
                if self.threshold.accepts(neighbour.score) { self.refusals.append(refusal) }
                continue
            }
            return neighbour.answer.map { .serve(neighbour, $0) } ?? .read(neighbour)
        }
        return .nothing(nearest: self.nearest)
    }
}
