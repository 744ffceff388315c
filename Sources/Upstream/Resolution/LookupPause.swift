import NIOCore

/// How long to wait before a name is asked for again; knows no clock.
struct LookupPause: Sendable, Hashable {
    /// The longest pause after a failure.
    static let longest = TimeAmount.seconds(30)
    private var failures = 0

    /// After an answer as long as `refresh`. After a failure a second, doubled each time, up to ``longest`` or
    /// `refresh`, whichever is less.
    ///
    /// - Parameters:
    ///   - isAnswered: Whether the name had an address.
    ///   - refresh: How often it is asked for otherwise.
    ///   - fraction: Chance, from 0 to 1: names that failed together are not asked for together. It takes off a quarter
    ///     at most.
    mutating func next(isAnswered: Bool, refresh: TimeAmount, fraction: Double) -> TimeAmount {
        guard !isAnswered else {
            failures = 0
            return refresh
        }
        let doubled = TimeAmount.seconds(Int64(1) << Int64(min(failures, 5)))
        failures = min(failures + 1, 5)
        let pause = min(doubled, LookupPause.longest, refresh)
        return .nanoseconds(Int64(Double(pause.nanoseconds) * (1 - 0.25 * fraction)))
    }
}
