/// Decides whether the answer to a similar question is served, or the upstream asked.
///
/// Two bounds, each of which keeps the allowed rate of errors by itself, and of which the one counts that allows more:
///
/// - the entry's own: a logistic curve fitted on its own labels; see ``ErrorBound``;
/// - that of its like: the same, fitted on the labels of all entries that were trusted when the label was made. It says how
///   often a trusted answer is right at a score, on average over lookups, and it is used for trusted entries only. An entry
///   has to be asked for some hundred times before its own labels alone warrant an error rate of 2 %; all together are soon.
struct VerifiedPolicy: Sendable, Hashable {
    /// What part of the chance that `minLabels` right labels at a score warrant has to be there, so that labels that lie
    /// around the score do too.
    private static let leastPart = 0.8

    let settings: VerificationSettings
    /// For an entry's own labels.
    let bound: ErrorBound
    /// For the labels of all trusted entries.
    let sharedBound: ErrorBound

    init(_ settings: VerificationSettings) {
        self.settings = settings
        self.sharedBound = ErrorBound(mostErrors: settings.maxErrorRate)
        self.bound = ErrorBound(
            mostErrors: settings.maxErrorRate,
            leastChance: Self.leastPart * ErrorBound.alpha(rights: settings.minLabels)
        )
    }

    /// How often an answer is served at a score, from 0 to 1.
    ///
    /// - Parameters:
    ///   - history: What is known of the entry.
    ///   - shared: What is known of trusted entries.
    ///   - score: How near the questions are; greater is nearer. Not served when it is not finite.
    func share(_ history: inout EntryHistory, _ shared: inout SharedLabels, at score: Double) -> Double {
        let own = history.share(at: score, self)
        guard own > 0 else { return 0 }
        let like = self.settings.shared ? shared.share(at: score, self) : 0
        return max(own, like) * (1 - self.settings.exploration)
    }
}

/// The labels of all entries that were trusted when the label was made.
struct SharedLabels: Sendable {
    static let mostGroups = 24

    private(set) var labels: ScoreLabels
    private var shares: ServedShares?

    init(_ labels: ScoreLabels = ScoreLabels(mostGroups: mostGroups)) {
        self.labels = labels
    }

    mutating func add(score: Double, isRight: Bool) {
        self.labels.add(score: score, isRight: isRight)
        self.shares = nil
    }

    /// How often these labels let a trusted answer be served at a score.
    mutating func share(at score: Double, _ policy: VerifiedPolicy) -> Double {
        guard !self.labels.isEmpty else { return 0 }
        var shares = self.shares ?? self.shares(policy)
        if !shares.isFor(policy.sharedBound) { shares = self.shares(policy) }
        self.shares = nil
        defer { self.shares = shares }
        return shares.share(at: score)
    }

    private func shares(_ policy: VerifiedPolicy) -> ServedShares {
        ServedShares(self.labels, policy.sharedBound, mostKept: 512)
    }
}
