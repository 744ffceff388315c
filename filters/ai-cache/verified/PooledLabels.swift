/// What all entries of a scope show together: the last labels, and the last lookups that equal words did not answer.
///
/// An entry with few labels of its own is served as one among its like: those with the same ``EntryStanding`` at about the same
/// score. Whether a lookup is explored depends on that and on chance, never on the truth, so that labels tell how often the
/// lookups beside them are right too.
struct PooledLabels: Sendable {
    /// What the comparison of answers said at a lookup.
    struct Label: Sendable, Hashable {
        var score: Float
        var standing: EntryStanding
        var isRight: Bool
    }

    /// A lookup that was not answered by equal words.
    struct Lookup: Sendable, Hashable {
        var score: Float
        /// `nil` when there was no answer that might have been served.
        var standing: EntryStanding?
    }

    /// How many labels count: with many more the loss of the first ones would not be noticed.
    static let mostLabels = 2000
    static let mostLookups = 1000
    /// After how many lookups shares are reckoned anew.
    private static let lookupsPerReckoning = 64

    private(set) var labels = RecentValues<Label>(most: mostLabels)
    private(set) var lookups = RecentValues<Lookup>(most: mostLookups)
    private var alarm = ChangeAlarm()
    private var shares: PooledShares?
    private var newLookups = 0
    private var newLabels = 0

    init() {}

    /// The memory that it takes, in bytes, about.
    var bytes: Int { self.labels.bytes + self.lookups.bytes + (self.shares?.bytes ?? 0) }

    /// Notes a lookup; what is served at it may be asked for before.
    mutating func note(_ lookup: Lookup) {
        self.lookups.append(lookup)
        self.newLookups += 1
        if self.newLookups >= Self.lookupsPerReckoning { self.shares = nil }
    }

    /// How often entries of a standing may be served at a score.
    mutating func share(_ standing: EntryStanding, at score: Double, _ policy: VerifiedPolicy) -> Double {
        self.band(standing, at: Float(score), policy)?.share ?? 0
    }

    /// Whether entries are served for what the pool says.
    mutating func servesAny(_ policy: VerifiedPolicy) -> Bool { self.reckoned(policy).servesAny }

    /// Takes a label in.
    mutating func add(_ label: Label, _ policy: VerifiedPolicy) {
        let band = self.band(label.standing, at: label.score, policy)
        let isServed = band.map { $0.share > 0 } ?? false
        self.labels.append(label)
        self.newLabels += 1
        if let band, isServed {
            let raised = min(0.9, max(3 * band.wrongRate, band.wrongRate + policy.settings.maxErrorRate))
            if self.alarm.note(isWrong: !label.isRight, expected: band.wrongRate, raised: raised) {
                self.labels.keepNewest(self.alarm.length)
                self.alarm = ChangeAlarm()
                self.shares = nil
            }
        }
        // What is wrong among what is served counts at once.
        if isServed && !label.isRight || self.newLabels >= max(4, self.labels.count / 16) { self.shares = nil }
    }

    /// Takes back a label that a snapshot held.
    mutating func restore(_ label: Label) {
        self.labels.append(label)
        self.shares = nil
    }

    private mutating func band(_ standing: EntryStanding, at score: Float, _ policy: VerifiedPolicy)
        -> PooledShares.Band?
    {
        self.reckoned(policy).band(standing, at: score)
    }

    private mutating func reckoned(_ policy: VerifiedPolicy) -> PooledShares {
        if let shares, shares.policy == policy { return shares }
        let shares = PooledShares(labels: self.labels.all, lookups: self.lookups.all, policy)
        self.shares = shares
        (self.newLookups, self.newLabels) = (0, 0)
        return shares
    }
}
