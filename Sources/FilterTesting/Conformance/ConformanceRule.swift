/// What every filter owes to the chain, and ``FilterConformance`` checks.
public enum ConformanceRule: String, Sendable, Hashable, CaseIterable {
    /// An ordinary exchange ends, and no part of it breaks off.
    case completes
    /// No hook and no operation throws for an ordinary exchange, nor is one held past `filterTimeout`.
    case noErrors = "no errors"
    /// The result is the same wherever the bodies are cut.
    case chunking
    /// The same exchange has the same result each time.
    case determinism
    /// Streams that run at the same time do not see each other.
    case isolation
    /// Trailers that came in go out, in both directions.
    case trailers
    /// A filter answers a stream at most once.
    case oneAnswer = "one answer"
    /// What is collected is bounded by a limit of at most 64 MiB.
    case boundedCollect = "bounded collect"
    /// Hooks are called in their order, each as often as it may be, `streamEnded` exactly once.
    case hookOrder = "hook order"
    /// Nothing is left when client or service go away at any moment: no operation, no detached work, no object.
    case leavesNothing = "leaves nothing"
    /// What a filter waits for ends when its stream does.
    case cancellation
    /// Who does not read holds up who sends.
    case backPressure = "back-pressure"
    /// Bodies pass as they come, or are collected within a limit: nothing else is held, and memory does not grow with them.
    case memory
    /// The configuration describes itself: each key has help.
    case description
}

/// A rule that a filter broke, and how.
public struct ConformanceViolation: Sendable, Hashable, CustomStringConvertible {
    /// The rule.
    public let rule: ConformanceRule
    /// What was seen, and for which exchange.
    public let detail: String

    /// Rule and sight in one line.
    public var description: String { "\(self.rule.rawValue): \(self.detail)" }
}

/// A filter does not conform.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    /// The name of the filter.
    public let filter: String
    /// What it broke.
    public let violations: [ConformanceViolation]

    /// The filter, then a line a violation.
    public var description: String {
        (["\(self.filter) does not conform:"] + self.violations.map { "  \($0)" }).joined(separator: "\n")
    }
}
