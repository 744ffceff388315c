/// One mistake, or one doubtful thing, in a configuration file.
public struct ConfigurationIssue: Sendable, Hashable {
    /// What an issue does to the configuration.
    public enum Severity: Sendable, Hashable {
        /// The configuration is refused.
        case error
        /// The configuration is taken; the operator is told.
        case warning
    }

    /// Whether the configuration is refused.
    public let severity: Severity
    /// The place in the file.
    public let position: SourcePosition
    /// The place in the configuration, such as `filters[1] "key-auth": config.consumers[0]`; empty for the whole file.
    public let location: String
    /// What was found, what was expected, and what to do.
    public let message: String

    /// An issue.
    public init(_ severity: Severity, position: SourcePosition, location: String, message: String) {
        self.severity = severity
        self.position = position
        self.location = location
        self.message = message
    }
}

extension ConfigurationIssue: CustomStringConvertible {
    /// One line: `FILE:LINE:COLUMN: where: message`, or `FILE:LINE:COLUMN: warning: where: message`.
    public var description: String {
        let place = location.isEmpty ? "" : "\(location): "
        return "\(position): \(severity == .warning ? "warning: " : "")\(place)\(message)"
    }
}
