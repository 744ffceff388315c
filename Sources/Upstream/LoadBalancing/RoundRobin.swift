/// Takes endpoints in turn.
package struct RoundRobin: Sendable {
    private var next = 0

    /// Begins anywhere, so that event loops do not all prefer the same endpoint.
    package init(startingAt start: Int = 0) {
        self.next = abs(start % 1_000_003)
    }

    /// The index of the next of `count` endpoints; `count` is at least 1.
    package mutating func pick(of count: Int) -> Int {
        let picked = next < count ? next : next % count
        next = picked + 1
        return picked
    }
}
