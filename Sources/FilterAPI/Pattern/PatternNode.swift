/// The meaning of a regular expression's text, as a tree.
indirect enum PatternNode: Sendable {
    case empty
    /// One scalar out of a set.
    case scalar(ScalarSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// `maximum` is nil for without end.
    case repetition(PatternNode, minimum: Int, maximum: Int?, isGreedy: Bool)
    case group(PatternNode, number: Int)
    case assertion(PatternAssertion)
}

extension PatternNode {
    /// Whether it can match without taking a byte.
    var canBeEmpty: Bool {
        switch self {
        case .empty, .assertion: true
        case .scalar: false
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .alternatives(let branches): branches.contains(where: \.canBeEmpty)
        case .repetition(let body, let minimum, _, _): minimum == 0 || body.canBeEmpty
        case .group(let body, _): body.canBeEmpty
        }
    }

    /// Whether every match begins at the beginning of the text.
    var isAnchored: Bool {
        switch self {
        case .assertion(let assertion): assertion == .textStart
        case .sequence(let parts): parts.first?.isAnchored ?? false
        case .alternatives(let branches): branches.allSatisfy(\.isAnchored)
        case .repetition(let body, let minimum, _, _): minimum > 0 && body.isAnchored
        case .group(let body, _): body.isAnchored
        case .empty, .scalar: false
        }
    }
}
