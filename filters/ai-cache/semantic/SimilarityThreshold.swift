/// How near a stored question has to be: `threshold` with `thresholdRelation`.
struct SimilarityThreshold: Sendable, Hashable {
    /// How a score has to compare with the threshold.
    enum Relation: String, Sendable, CaseIterable {
        case lt, lte, gt, gte

        /// Whether it takes scores up to the threshold, as distances want.
        var takesLess: Bool { self == .lt || self == .lte }
    }

    var value: Double
    var relation: Relation

    /// Whether a score is near enough.
    func accepts(_ score: Double) -> Bool {
        switch self.relation {
        case .lt: score < self.value
        case .lte: score <= self.value
        case .gt: score > self.value
        case .gte: score >= self.value
        }
    }
}

extension SimilarityThreshold {
    /// Below this similarity questions that ask something else count as equal: the guide of the reference documents.
    static let leastSimilarity = 0.8
    /// A threshold that no usual score reaches; the documented default.
    static let unreachable = 1000.0
    /// Every neighbour is near enough, whatever its score means.
    static let anything = SimilarityThreshold(value: .infinity, relation: .lt)

    /// The relation that fits what scores mean, as strict as this one.
    func fittingRelation(for score: ScoreKind) -> Relation {
        let isStrict = self.relation == .lt || self.relation == .gt
        switch score {
        case .similarity: return isStrict ? .gt : .gte
        case .distance: return isStrict ? .lt : .lte
        }
    }

    /// What is odd about the relation, for scores of that kind of the store `type`.
    func doubtAboutRelation(for score: ScoreKind, of type: String) -> String? {
        let fitting = self.fittingRelation(for: score)
        guard fitting != self.relation else { return nil }
        let meaning = score == .similarity ? "similarities, greater is nearer" : "distances, less is nearer"
        return "found \(self.relation.rawValue), which takes far questions for equal ones: the scores of \(type) are "
            + "\(meaning); use \(fitting.rawValue)"
    }

    /// What is odd about the threshold, for scores of that kind.
    func doubtAboutValue(for score: ScoreKind) -> String? {
        let pair = "\(self.relation.rawValue) \(self.value.shortText)"
        if self.relation.takesLess, self.value >= Self.unreachable {
            return "\(pair) accepts every neighbour, however far"
        }
        guard score == .similarity, !self.relation.takesLess else { return nil }
        if self.value >= Self.unreachable { return "\(pair) accepts no neighbour, however near" }
        if self.value < Self.leastSimilarity {
            return "\(pair) takes questions that ask something else for equal ones; use 0.8 or more"
        }
        return nil
    }
}

extension Double {
    /// The fewest digits that give the number back, without `.0`.
    var shortText: String { Int(exactly: self).map { String($0) } ?? self.description }
}
