/// The configuration of a test's filters is wrong.
public struct TestConfigurationError: Error, Sendable, CustomStringConvertible {
    /// The mistakes, one line each, as `sluice check` prints them.
    public let issues: [String]

    /// All mistakes.
    public var description: String { self.issues.joined(separator: "\n") }
}
