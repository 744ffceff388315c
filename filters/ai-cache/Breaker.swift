import NIOCore

/// Keeps a store that fails from costing every request its timeout.
///
/// Three failures in a row open the breaker for 5 s; then one call tries again, and its outcome decides.
struct Breaker: Sendable {
    static let failuresToOpen = 3
    static let openTime = TimeAmount.seconds(5)

    private var failures = 0
    private var openUntil: NIODeadline?
    private var isTrying = false

    /// Whether a call may be made now; each call that may has to report its end.
    mutating func allowsCall(at now: NIODeadline) -> Bool {
        guard let openUntil else { return true }
        if now < openUntil || self.isTrying { return false }
        self.isTrying = true
        return true
    }

    /// How calls fare.
    enum Condition: String, Sendable {
        /// Calls are made.
        case closed
        /// No calls are made.
        case open
        /// One call may try, or is trying.
        case halfOpen = "half-open"
    }

    func condition(at now: NIODeadline) -> Condition {
        guard let openUntil else { return .closed }
        return now < openUntil ? .open : .halfOpen
    }

    /// A call went well.
    mutating func succeeded() {
        self = Breaker()
    }

    /// A call failed.
    mutating func failed(at now: NIODeadline) {
        self.failures += 1
        self.isTrying = false
        if self.failures >= Self.failuresToOpen { self.openUntil = now + Self.openTime }
    }

    /// A call was given up before it had an outcome.
    mutating func abandoned() {
        self.isTrying = false
    }
}
