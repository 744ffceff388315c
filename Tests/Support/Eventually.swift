/// Looks at a condition until it holds.
///
/// - Parameter seconds: How long to look at most: far longer than a busy machine takes, since it costs nothing when all is
///   well.
/// - Returns: Whether it held in time.
package func eventually(within seconds: Double = 60, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
        if try await condition() { return true }
        guard ContinuousClock.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(5))
    }
}
