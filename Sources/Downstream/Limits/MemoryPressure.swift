/// How close the process is to its memory budget, and what follows from it: a pure value.
///
/// From 95 % of the budget on requests are shed, from 98 % on new connections are closed as well. Each ends at a lower
/// mark than it begins, 90 % and 95 %, so that one stream more or less does not switch it on and off.
package struct MemoryPressure: Sendable, Equatable {
    /// What is turned away.
    package enum Level: UInt8, Sendable, Comparable {
        /// Nothing.
        case nothing
        /// New requests.
        case requests
        /// New requests and new connections.
        case connections

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// A change that operators want to know of.
    package enum Change: Sendable, Equatable {
        /// The first request would be shed from now on.
        case began
        /// Everything is served again.
        case ended
    }

    /// In bytes.
    package let budget: Int
    /// What is turned away now.
    package private(set) var level = Level.nothing

    /// - Parameter budget: The most bytes of resident memory that the process should have; at least 1.
    package init(budget: Int) {
        self.budget = max(1, budget)
    }

    /// Takes a new reading of the resident memory in bytes.
    package mutating func observe(_ resident: Int) -> Change? {
        let before = self.level
        self.level = self.next(resident)
        if before == .nothing, self.level > .nothing { return .began }
        if before > .nothing, self.level == .nothing { return .ended }
        return nil
    }

    private func next(_ resident: Int) -> Level {
        if resident >= self.share(98) { return .connections }
        if resident >= self.share(95) { return max(self.level, .requests) }
        if resident >= self.share(90) { return min(self.level, .requests) }
        return .nothing
    }

    /// So many hundredths of the budget, without a product that could be too large.
    private func share(_ hundredths: Int) -> Int {
        self.budget / 100 * hundredths + self.budget % 100 * hundredths / 100
    }
}
