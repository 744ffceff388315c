/// Decides whether the answer to a similar question is served, or the upstream asked.
///
/// Two bounds, each of which keeps the allowed rate of errors by itself, and of which the one counts that allows more:
///
/// - the entry's own: a logistic curve fitted on its own labels; see ``ErrorBound``. It holds for each lookup near the entry,
///   and an entry has to be asked for some hundred times before it warrants an error rate of 2 %;
/// - that of its like: how often entries of its scope with the same ``EntryStanding`` were right at about the score; see
///   ``PooledShares``. It holds on average over the lookups of the scope that equal words do not answer.
struct VerifiedPolicy: Sendable, Hashable {
    /// What part of the chance that `minLabels` right labels at a score warrant has to be there, so that labels that lie
    /// around the score do too.
    private static let leastPart = 0.8

    let settings: VerificationSettings
    /// For an entry's own labels.
    let bound: ErrorBound

    init(_ settings: VerificationSettings) {
        self.settings = settings
        self.bound = ErrorBound(
            mostErrors: settings.maxErrorRate,
            leastChance: Self.leastPart * ErrorBound.alpha(rights: settings.minLabels)
        )
    }

    /// How often an answer is served at a score for its own labels alone.
    func decision(_ history: inout EntryHistory, at score: Double) -> VerifiedDecision {
        VerifiedDecision(share: history.share(at: score, self) * (1 - self.settings.exploration))
    }

    /// How often an answer is served at a score.
    ///
    /// The lookup is noted with the pool, whichever of the two decides.
    ///
    /// - Parameters:
    ///   - history: What is known of the entry.
    ///   - pool: What all entries of its scope show together.
    ///   - score: How near the questions are; greater is nearer. Not served when it is not finite.
    func decision(_ history: inout EntryHistory, _ pool: inout PooledLabels, at score: Double) -> VerifiedDecision {
        let own = self.decision(&history, at: score).share
        let standing = history.standing(at: score, self)
        let pooled = standing.map { pool.share($0, at: score, self) } ?? 0
        let isUsable = ScoreLabels.isUsable(score)
        pool.note(PooledLabels.Lookup(score: isUsable ? Float(score) : 0, standing: standing))
        let share = max(own, pooled)
        return VerifiedDecision(share: share, standing: standing, isFar: share == 0 && pool.servesAny(self))
    }
}

/// What is to be done at a lookup that a neighbour might answer.
struct VerifiedDecision: Sendable, Hashable {
    /// How often the answer is served, from 0 to 1.
    var share: Double
    /// What a label of this lookup tells of; `nil` for the entry alone.
    var standing: EntryStanding?
    /// Whether nearer questions are served, and this one is not: then it is worth an entry of its own, whatever the answer.
    var isFar = false
}
