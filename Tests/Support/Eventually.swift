/// How long tests wait for what has to come.
package enum Patience {
    /// Seconds: enough for a machine that is ten times slower than most, and that stops for seconds now and then. What comes
    /// ends a wait at once, so that this is only the time after which a test fails.
    package static let seconds: Double = 120
}

/// Looks at a condition until it holds.
///
/// - Parameter seconds: How long to look at most.
/// - Returns: Whether it held in time.
package func eventually(
    within seconds: Double = Patience.seconds,
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
        if try await condition() { return true }
        guard ContinuousClock.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(5))
    }
}
