import NIOCore

/// Which causes of a failure that goes on have been logged lately.
///
/// A cause is what a message says apart from its numbers: a vector of 3 dimensions and one of 5 are wrong in the same way.
struct LoggedCauses: Sendable {
    /// After that time a cause that is still there is logged again.
    static let pause = TimeAmount.minutes(10)

    private var last: [String: NIODeadline] = [:]

    /// Whether a message is to be logged now; then it counts as logged.
    mutating func isDue(_ message: String, at now: NIODeadline) -> Bool {
        let cause = message.filter { !$0.isNumber }
        if let last = self.last[cause], now < last + Self.pause { return false }
        self.last[cause] = now
        return true
    }
}
