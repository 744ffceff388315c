import NIOCore

/// Whether a client sends its body fast enough; time in which the gateway did not read does not count.
struct BodyRate {
    private var start: NIODeadline
    private var bytes = 0
    private var pausedSince: NIODeadline?
    private var pausedNanoseconds: Int64 = 0

    init(start: NIODeadline) {
        self.start = start
    }

    mutating func received(_ count: Int) { self.bytes &+= count }

    mutating func paused(at now: NIODeadline) {
        if self.pausedSince == nil { self.pausedSince = now }
    }

    mutating func resumed(at now: NIODeadline) {
        guard let since = self.pausedSince else { return }
        self.pausedNanoseconds &+= (now - since).nanoseconds
        self.pausedSince = nil
    }

    /// Whether the client has been too slow up to now.
    func isTooSlow(at now: NIODeadline, limits: ConnectionLimits) -> Bool {
        guard limits.requestBodyMinimumRate > 0, self.pausedSince == nil else { return false }
        let active = (now - self.start).nanoseconds &- self.pausedNanoseconds
        guard active > limits.bodyGrace.nanoseconds else { return false }
        let expected = Double(active) / 1_000_000_000 * Double(limits.requestBodyMinimumRate)
        return Double(self.bytes) < expected
    }
}
