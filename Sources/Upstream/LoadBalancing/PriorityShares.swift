/// How requests are divided among groups of endpoints of different priority: a pure value.
///
/// A group that has lost less than two sevenths of its endpoints still takes all it can: the others are taken to have
/// some capacity to spare. Beyond that the next group gets what is missing. Source: Envoy, "Priority levels", with an
/// overprovisioning factor of 1.4.
package enum PriorityShares {
    /// How much an endpoint can take in percent of its share.
    private static let overprovisioning = 140

    /// One group of endpoints.
    package struct Group: Sendable, Hashable {
        /// How many of its endpoints requests may go to.
        package let usable: Int
        /// How many it has; at least 1.
        package let all: Int

        package init(usable: Int, all: Int) {
            self.usable = usable
            self.all = all
        }

        /// The part of all requests that it can take, in percent.
        var capacity: Int { min(100, PriorityShares.overprovisioning * self.usable / max(self.all, 1)) }
    }

    /// The part of the requests that each group gets, in percent.
    ///
    /// - Parameter groups: In the order of their priority.
    /// - Returns: Numbers that add up to 100; to 0 when no endpoint can be used.
    package static func shares(of groups: [Group]) -> [Int] {
        let total = min(100, groups.reduce(0) { $0 + $1.capacity })
        guard total > 0 else { return groups.map { _ in 0 } }
        var left = 100
        var shares = groups.map { group in
            let share = min(left, group.capacity * 100 / total)
            left -= share
            return share
        }
        // What rounding left over.
        if let first = shares.firstIndex(where: { $0 > 0 }) { shares[first] += left }
        return shares
    }
}
