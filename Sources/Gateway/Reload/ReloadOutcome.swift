public import FilterAPI

/// What became of a reload.
public struct ReloadOutcome: Sendable {
    /// How it ended.
    public enum Result: String, Sendable, CaseIterable {
        /// Another configuration is in force.
        case applied
        /// The file says what is in force already; certificates of services were read anew.
        case unchanged
        /// There are errors; what was in force stays so, as a whole.
        case refused
    }

    /// How it ended.
    public let result: Result
    /// SHA-256 of the configuration file in force, in hexadecimal digits.
    public let hash: String
    /// All errors and warnings in the file's order; errors only when it was refused.
    public let issues: [ConfigurationIssue]

    /// The errors among the issues.
    public var errors: [ConfigurationIssue] { self.issues.filter { $0.severity == .error } }
    /// The warnings among the issues.
    public var warnings: [ConfigurationIssue] { self.issues.filter { $0.severity == .warning } }
}
