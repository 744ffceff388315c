import Synchronization

/// What a check has found, in order, each once.
final class ConformanceFindings: Sendable {
    private let found = Mutex<[ConformanceViolation]>([])

    var all: [ConformanceViolation] { self.found.withLock { $0 } }

    func note(_ rule: ConformanceRule, _ detail: String) {
        let violation = ConformanceViolation(rule: rule, detail: detail)
        self.found.withLock { if !$0.contains(violation) { $0.append(violation) } }
    }
}
