/// The lookups that were observed, in their order, and what a cache that serves would have done to them.
///
/// In `mode: shadow` the fresh answer is stored under each wording, so that repeats find their own. A cache that serves keeps
/// the neighbour's answer under the wording instead, right or wrong: the first similar answer to a question that a threshold
/// lets through decides what its repeats get. Nor does it store the vector of such a question; what shadow mode found there
/// would have come from where that question had its answer, and is right only if both steps were.
struct ThresholdReplay: Sendable {
    /// What was found for a lookup.
    private enum Kind {
        case nothing, sameWords, similar
    }

    private struct Lookup {
        let question: Int
        /// The question whose answer was found, where it is told.
        let neighbour: Int?
        let kind: Kind
        let outcome: CacheObservation.Outcome
        /// Greater is nearer.
        let nearness: Double
    }

    /// What became of a question so far.
    private struct Question {
        /// How the answer compares that it got from another question; `nil` when it has its own.
        var held: CacheObservation.Outcome?
        /// Lookups that could be compared.
        var compared = 0
        /// Those of them that got the answer to another question.
        var served = 0
        var wrong = 0
    }

    /// Where an answer would have come from.
    private enum Source {
        case upstream
        /// The answer to the question itself.
        case own
        /// The answer to another one, and how it compares.
        case other(CacheObservation.Outcome)
    }

    private let lookups: [Lookup]
    private let questionCount: Int
    private let sign: Double

    init(_ observations: [CacheObservation], _ measure: CacheObservation.Measure) {
        let sign = measure == .similarity ? 1.0 : -1.0
        var numbers = QuestionNumbers()
        // Files may be given in any order, and comparisons end in any.
        let inOrder = observations.enumerated().sorted { first, second in
            (first.element.time ?? 0, first.offset) < (second.element.time ?? 0, second.offset)
        }
        self.lookups = inOrder.map { _, one in
            Lookup(
                question: numbers.number(of: one.key, in: one.cache),
                neighbour: one.storedKey.map { numbers.number(of: $0, in: one.cache) },
                kind: one.isOfSameWords ? .sameWords : one.tier == .semantic ? .similar : .nothing,
                outcome: one.outcome,
                nearness: (one.score ?? 0) * sign
            )
        }
        self.questionCount = numbers.count
        self.sign = sign
    }

    /// What a threshold would have done.
    func row(at threshold: Double) -> ThresholdReport.Row {
        let limit = threshold * self.sign
        var questions = Array(repeating: Question(), count: self.questionCount)
        var (hits, semanticHits) = (0, 0)
        for lookup in self.lookups {
            var outcome = lookup.outcome
            var isServed = false
            switch Self.source(of: lookup, limit, &questions) {
            case .upstream: break
            case .own: hits += 1
            case .other(let served):
                hits += 1
                semanticHits += 1
                isServed = true
                outcome = served
            }
            guard outcome != .unknown else { continue }
            questions[lookup.question].compared += 1
            guard isServed else { continue }
            questions[lookup.question].served += 1
            if outcome != .agreed { questions[lookup.question].wrong += 1 }
        }
        return ThresholdReport.Row(
            threshold: threshold,
            hits: Proportion(count: hits, total: self.lookups.count),
            semanticHits: semanticHits,
            questions: questions.count { $0.served > 0 },
            precision: Proportion(
                questions.map {
                    Proportion.Group(count: $0.served - $0.wrong, total: $0.served, together: $0.served)
                }
            ),
            errors: Proportion(
                questions.map { Proportion.Group(count: $0.wrong, total: $0.compared, together: $0.served) }
            )
        )
    }

    private static func source(of lookup: Lookup, _ limit: Double, _ questions: inout [Question]) -> Source {
        let held = questions[lookup.question].held
        if lookup.kind == .nothing {
            // Nothing is stored any more, or never was.
            questions[lookup.question].held = nil
            return .upstream
        }
        if let held, held != .unknown || lookup.kind == .sameWords {
            return .other(lookup.outcome == .unknown ? .unknown : held)
        }
        if lookup.kind == .sameWords { return .own }
        guard lookup.nearness >= limit else { return held == nil ? .upstream : .other(.unknown) }
        let outcome = Self.outcome(lookup.outcome, through: lookup.neighbour.flatMap { questions[$0].held })
        questions[lookup.question].held = outcome
        return .other(outcome)
    }

    /// How an answer compares that agrees or not with that of a question which had its own from a third one.
    private static func outcome(
        _ outcome: CacheObservation.Outcome,
        through held: CacheObservation.Outcome?
    ) -> CacheObservation.Outcome {
        if outcome == .unknown || held == .unknown { return .unknown }
        return outcome == .agreed && held ?? .agreed == .agreed ? .agreed : .disagreed
    }
}

/// Numbers for questions; one that is not named is a question of its own.
private struct QuestionNumbers {
    private struct Name: Hashable {
        let cache: String?
        let key: String
    }

    private var known: [Name: Int] = [:]
    private(set) var count = 0

    mutating func number(of key: String?, in cache: String?) -> Int {
        guard let key else { return self.next() }
        let name = Name(cache: cache, key: key)
        if let number = self.known[name] { return number }
        let number = self.next()
        self.known[name] = number
        return number
    }

    private mutating func next() -> Int {
        self.count += 1
        return self.count - 1
    }
}
