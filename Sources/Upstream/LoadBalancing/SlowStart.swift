/// How much of its share an endpoint gets while it warms up: a pure value.
///
/// The share grows with time, from a tenth to the whole. Source: Envoy, "Slow start mode", with aggression 1 and a
/// minimum weight of 10 %.
package struct SlowStart: Sendable, Hashable {
    /// What an endpoint gets at the beginning.
    private static let leastShare = 0.1
    /// Weights of up to 1,000 are multiplied by this, so that parts of a weight of 1 can be told apart.
    private static let unit = 1000.0

    /// How long it takes.
    package let window: Duration

    package init(window: Duration) { self.window = window }

    /// The weight of an endpoint, in thousandths.
    ///
    /// - Parameters:
    ///   - weight: Its own weight, 1 to 1,000.
    ///   - age: For how long it has been warming up; `nil` when it is warm.
    package func weight(_ weight: Int, after age: Duration?) -> Int {
        let share = age.map { min(1, max(SlowStart.leastShare, $0 / self.window)) } ?? 1
        return max(1, Int((Double(weight) * SlowStart.unit * share).rounded()))
    }

    /// Whether an endpoint of this age has its whole share.
    package func isOver(after age: Duration) -> Bool { age >= self.window }

    /// How often the shares are looked at.
    package var step: Duration { min(.seconds(1), max(.milliseconds(10), self.window / 50)) }
}
