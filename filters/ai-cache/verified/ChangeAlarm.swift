#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Notices that labels have begun to say wrong more often than expected.
///
/// The cumulated sum of the logarithms of likelihood ratios, begun anew whenever it is below 0: where it began last is where
/// the change is likely to have been.
///
/// Source: Page: "Continuous inspection schemes" (Biometrika 41, 1954).
struct ChangeAlarm: Sendable, Hashable {
    /// The sum that is an alarm: what was seen is 90 times as likely after a change as without one.
    private static let limit = 4.5

    private var sum = 0.0
    /// How many labels there were since the sum began.
    private(set) var length = 0

    /// Takes a label in.
    ///
    /// - Parameters:
    ///   - isWrong: What it says.
    ///   - expected: How often that was wrong so far, between 0 and 1.
    ///   - raised: How often it would be after a change worth noticing; nothing happens unless that is more.
    /// - Returns: Whether there was a change; ``length`` labels speak of the time since.
    mutating func note(isWrong: Bool, expected: Double, raised: Double) -> Bool {
        guard expected > 0, raised > expected, raised < 1 else { return false }
        self.sum += isWrong ? log(raised / expected) : log((1 - raised) / (1 - expected))
        self.length += 1
        if self.sum <= 0 { self = ChangeAlarm() }
        return self.sum > Self.limit
    }
}
