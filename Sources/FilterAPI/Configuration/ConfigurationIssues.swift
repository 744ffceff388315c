import Synchronization

/// Where all readers of one configuration leave what they find wrong.
///
/// Reading never stops at a mistake, so that an operator sees all of them at once.
public final class ConfigurationIssues: Sendable {
    private struct Found {
        var issues: [ConfigurationIssue] = []
        var seen: Set<Key> = []
        var unreadable: Set<SourcePosition> = []

        mutating func add(_ issue: ConfigurationIssue) {
            let key = Key(severity: issue.severity, position: issue.position, message: issue.message)
            if self.seen.insert(key).inserted { self.issues.append(issue) }
        }
    }

    /// What makes two issues one: an anchor used twice, or a rule that stands on its entry's keys, repeats a mistake.
    private struct Key: Hashable {
        let severity: ConfigurationIssue.Severity
        let position: SourcePosition
        let message: String
    }

    private let found = Mutex(Found())

    /// A collector without issues.
    public init() {}

    /// All issues in the order of the file.
    public var all: [ConfigurationIssue] {
        let issues = found.withLock { $0.issues }
        // A stable order, also for several issues at one place.
        return issues.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }

    /// Whether the configuration has to be refused.
    public var containsErrors: Bool {
        found.withLock { found in found.issues.contains { $0.severity == .error } }
    }

    /// Whether there is an error at that very place.
    func containsError(at position: SourcePosition) -> Bool {
        found.withLock { found in found.issues.contains { $0.severity == .error && $0.position == position } }
    }

    /// Adds `issue`; the same message about the same place counts once.
    public func add(_ issue: ConfigurationIssue) {
        found.withLock { found in
            guard !found.unreadable.contains(issue.position) else { return }
            found.add(issue)
        }
    }

    /// Adds an error about a value that could not be had at all: what readers then say about the value does not count.
    package func unreadable(at position: SourcePosition, _ location: ConfigurationLocation, _ message: String) {
        let issue = ConfigurationIssue(.error, position: position, location: location.description, message: message)
        found.withLock { found in
            found.unreadable.insert(position)
            found.add(issue)
        }
    }

    /// Adds an error.
    public func error(at position: SourcePosition, _ location: ConfigurationLocation, _ message: String) {
        add(ConfigurationIssue(.error, position: position, location: location.description, message: message))
    }

    /// Adds a warning.
    public func warning(at position: SourcePosition, _ location: ConfigurationLocation, _ message: String) {
        add(ConfigurationIssue(.warning, position: position, location: location.description, message: message))
    }
}
