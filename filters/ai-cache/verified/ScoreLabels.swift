/// How often an answer was found right and wrong, by how near the questions were: the observations of one entry.
///
/// Bounded: scores that lie together are counted together, at their mean, and when all counts add up to more than
/// ``mostLabels`` they are halved, so that what is newer counts more.
struct ScoreLabels: Sendable, Hashable {
    /// Labels at one score.
    struct Group: Sendable, Hashable {
        /// How near, where greater is nearer.
        var score: Double
        var right: Double
        var wrong: Double

        var count: Double { self.right + self.wrong }
    }

    /// How many labels have their full weight. With more of them nothing would change any more when the truth does.
    static let mostLabels = 2000.0
    /// Scores that are nearer to each other count as one.
    static let width = 1.0 / 256

    /// Nearest scores last.
    private(set) var groups: [Group] = []
    private let mostGroups: Int

    /// - Parameter mostGroups: How many groups are kept apart, at least two.
    init(mostGroups: Int = 12) {
        self.mostGroups = max(2, mostGroups)
    }

    /// Labels as they were once kept; `nil` when they cannot have been.
    init?(groups: [Group], mostGroups: Int) {
        self.init(mostGroups: mostGroups)
        var before = -Double.infinity
        for group in groups {
            guard Self.isUsable(group.score), group.score >= before, group.right >= 0, group.wrong >= 0,
                group.count > 0, group.count <= 2 * Self.mostLabels
            else { return nil }
            before = group.score
        }
        self.groups = groups
        while self.groups.count > self.mostGroups { self.mergeNearest() }
    }

    var isEmpty: Bool { self.groups.isEmpty }
    /// How many labels there are, in weight.
    var count: Double { self.groups.reduce(0) { $0 + $1.count } }
    /// How many of them say wrong.
    var wrong: Double { self.groups.reduce(0) { $0 + $1.wrong } }

    /// Whether one of them says wrong at a score or a nearer one. Those that were halved away do not count.
    func hasWrong(from score: Double) -> Bool {
        self.groups.last { $0.score >= score && $0.wrong >= 0.1 } != nil
    }

    /// Whether a score can be reckoned with: a finite number of usual size.
    static func isUsable(_ score: Double) -> Bool { abs(score) <= 1e6 }

    /// Takes a label in.
    ///
    /// - Parameters:
    ///   - score: How near the questions were; greater is nearer. One that is not usable is left out.
    ///   - isRight: Whether the answer was right.
    mutating func add(score: Double, isRight: Bool) {
        guard Self.isUsable(score) else { return }
        self.add(Group(score: score, right: isRight ? 1 : 0, wrong: isRight ? 0 : 1))
        if self.count > Self.mostLabels {
            for index in self.groups.indices {
                self.groups[index].right /= 2
                self.groups[index].wrong /= 2
            }
        }
    }

    /// Takes several labels in that lie at one score.
    mutating func add(_ group: Group) {
        let place = self.groups.firstIndex { $0.score >= group.score } ?? self.groups.count
        for near in [place - 1, place] where self.groups.indices.contains(near) {
            if abs(self.groups[near].score - group.score) <= Self.width {
                self.groups[near] = self.groups[near].merged(with: group)
                return
            }
        }
        self.groups.insert(group, at: place)
        if self.groups.count > self.mostGroups { self.mergeNearest() }
    }

    /// Makes one of the two groups that lie nearest to each other.
    private mutating func mergeNearest() {
        let groups = self.groups
        let gap = { (index: Int) in groups[index].score - groups[index - 1].score }
        guard let second = groups.indices.dropFirst().min(by: { gap($0) < gap($1) }) else { return }
        self.groups[second - 1] = self.groups[second - 1].merged(with: self.groups[second])
        self.groups.remove(at: second)
    }
}

extension ScoreLabels.Group {
    fileprivate func merged(with other: ScoreLabels.Group) -> ScoreLabels.Group {
        let count = self.count + other.count
        let share = count > 0 ? other.count / count : 0.5
        return ScoreLabels.Group(
            score: self.score + (other.score - self.score) * share,
            right: self.right + other.right,
            wrong: self.wrong + other.wrong
        )
    }
}
