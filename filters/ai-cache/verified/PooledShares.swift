/// How often entries are served for what the pool says, by their standing and the score.
///
/// Lookups of a standing are cut into bands of scores with about equally many lookups and at least some labels. The bands
/// that were wrong least often are served, as many of them and as often as an upper bound allows: of the wrong answers that
/// would be among as many lookups as are looked at. Bands of which little is known allow little, and the part of their
/// lookups that is not served makes labels, so that it grows.
///
/// Being wrong needs not fall with the score: questions that turn EUR to USD round are nearer than most that mean the same.
struct PooledShares: Sendable {
    /// Scores of one standing, from ``least`` up to the next band.
    struct Band: Sendable, Hashable {
        let standing: EntryStanding
        let least: Float
        /// How many of the lookups.
        let lookups: Int
        let labels: Int
        /// How many of the labels say wrong.
        let wrong: Int
        /// How often its entries are served.
        var share = 0.0

        /// How often an answer is wrong, about: more often where there are few labels.
        var wrongRate: Double { (Double(self.wrong) + 0.5) / (Double(self.labels) + 1) }
    }

    /// How many labels there have to be before anything is served.
    static let leastLabels = 30
    /// How many labels a band has at least.
    private static let leastLabelsOfBand = 10
    private static let mostBandsOfStanding = 8
    /// The sum that is bounded is below the bound in nineteen reckonings of twenty.
    private static let deviations = 1.64
    /// What part of the bound is spent. The best bands are chosen by the same labels that tell how good they are, and what is
    /// wrong once is wrong again when the same words come back: both make more errors than the labels say.
    private static let spent = 0.8
    /// A band that was wrong more often is not served, however seldom lookups fall there: nobody wants such answers.
    private static let mostWrong = 1.0 / 3
    /// What part of the lookups is explored at least, so that a change is noticed after some tens of wrong answers.
    private static let leastExploration = 0.05
    /// At least so many lookups are explored among as many as there are labels, so that there soon are more.
    private static let leastExplored = 10.0

    let policy: VerifiedPolicy
    /// Nearest first.
    private let bands: [Band]
    let servesAny: Bool

    init(
        labels: ArraySlice<PooledLabels.Label>,
        lookups: ArraySlice<PooledLabels.Lookup>,
        _ policy: VerifiedPolicy
    ) {
        self.policy = policy
        guard labels.count >= Self.leastLabels else {
            (self.bands, self.servesAny) = ([], false)
            return
        }
        var bands = EntryStanding.allCases.flatMap { standing in
            Self.bands(
                of: standing,
                labels: labels.filter { $0.standing == standing },
                lookups: lookups.filter { $0.standing == standing }.map(\.score)
            )
        }
        let exploration = max(
            policy.settings.exploration,
            Self.leastExploration,
            min(0.5, Self.leastExplored / Double(labels.count))
        )
        let allowed = Self.spent * policy.settings.maxErrorRate * Double(lookups.count)
        Self.serve(&bands, wrongAnswers: allowed, mostOften: 1 - exploration)
        self.bands = bands.sorted { $0.least > $1.least }
        self.servesAny = bands.contains { $0.share > 0 }
    }

    /// The memory that it takes, in bytes.
    var bytes: Int { self.bands.capacity * MemoryLayout<Band>.stride }

    func band(_ standing: EntryStanding, at score: Float) -> Band? {
        self.bands.first { $0.standing == standing && score >= $0.least }
    }
}

extension PooledShares {
    /// The bands of one standing. A band with too few labels is one with that below it.
    private static func bands(of standing: EntryStanding, labels: [PooledLabels.Label], lookups: [Float]) -> [Band] {
        let labels = labels.sorted { $0.score > $1.score }
        let lookups = lookups.sorted(by: >)
        let usual = max(1, (lookups.count + Self.mostBandsOfStanding - 1) / Self.mostBandsOfStanding)
        var bands: [Band] = []
        var begin = (lookup: 0, label: 0)
        var cut = 0
        while cut < lookups.count {
            cut = min(lookups.count, cut + usual)
            let least = lookups[cut - 1]
            while cut < lookups.count, lookups[cut] == least { cut += 1 }
            var end = begin.label
            while end < labels.count, labels[end].score >= least { end += 1 }
            guard end - begin.label >= Self.leastLabelsOfBand else { continue }
            bands.append(
                Band(
                    standing: standing,
                    least: least,
                    lookups: cut - begin.lookup,
                    labels: end - begin.label,
                    wrong: labels[begin.label..<end].count { !$0.isRight }
                )
            )
            begin = (cut, end)
        }
        return bands
    }

    /// Chooses what is served: of all ways to serve the best bands equally often, the one that serves most lookups.
    private static func serve(_ bands: inout [Band], wrongAnswers allowed: Double, mostOften: Double) {
        bands.sort { ($0.wrongRate, $1.least) < ($1.wrongRate, $0.least) }
        var events = WeightedEvents()
        var lookups = 0.0
        var best = (served: 0.0, count: 0, share: 0.0)
        for (place, band) in bands.enumerated() where band.wrongRate <= Self.mostWrong {
            // What a label stands for among the lookups.
            events.add(Double(band.wrong), weight: Double(band.lookups) / Double(band.labels))
            lookups += Double(band.lookups)
            let share = min(mostOften, allowed / events.upperBound(deviations: Self.deviations))
            if share * lookups > best.served { best = (share * lookups, place + 1, share) }
        }
        for place in 0..<best.count { bands[place].share = best.share }
    }
}
