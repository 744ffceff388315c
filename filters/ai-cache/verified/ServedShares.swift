/// What follows from labels, computed once for as long as they stay: how often an answer may be served at a score.
///
/// A share is computed at the next lower of 4096 scores in a unit. It does not fall with the score, so that is the safe side.
struct ServedShares: Sendable {
    private static let steps = 4096.0

    private let likelihood: LabelLikelihood
    private let bound: ErrorBound
    private let mostKept: Int
    private var kept: [Double: Double] = [:]

    /// - Parameters:
    ///   - labels: The labels.
    ///   - bound: What follows from them.
    ///   - mostKept: For how many scores shares are kept; then it begins anew.
    init(_ labels: ScoreLabels, _ bound: ErrorBound, mostKept: Int = 16) {
        self.mostKept = mostKept
        self.likelihood = LabelLikelihood(labels)
        self.bound = bound
    }

    func isFor(_ bound: ErrorBound) -> Bool { self.bound == bound }

    /// How often the answer may be served at a score; see ``ErrorBound/share(_:at:)``.
    mutating func share(at score: Double) -> Double {
        let step = (score * Self.steps).rounded(.down)
        if let known = self.kept[step] { return known }
        let share = self.bound.share(self.likelihood, at: step / Self.steps)
        if self.kept.count >= self.mostKept { self.kept = [:] }
        self.kept[step] = share
        return share
    }
}
