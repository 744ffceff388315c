/// When freed memory is worth giving back to the system: a pure value.
///
/// The allocator keeps what was freed for the next peak, in pieces between what is in use. That is right while the load
/// goes up and down a little, and wrong when memory is short or a peak of connections is over.
struct ReleaseSchedule: Equatable {
    /// Below so many connections a peak is not worth the work.
    static let smallestPeak = 512
    /// Looks between two releases while memory stays short.
    static let looksUnderPressure = 10

    private var peak = 0
    private var looksSinceRelease = ReleaseSchedule.looksUnderPressure

    /// Looks at the state; answers whether now is the time.
    ///
    /// - Parameters:
    ///   - isShort: Whether requests are being shed.
    ///   - connections: Open connections of clients.
    mutating func look(isShort: Bool, connections: Int) -> Bool {
        self.peak = max(self.peak, connections)
        if self.looksSinceRelease < ReleaseSchedule.looksUnderPressure { self.looksSinceRelease += 1 }
        let isPeakOver = self.peak >= ReleaseSchedule.smallestPeak && connections <= self.peak / 2
        let isDue = isShort && self.looksSinceRelease >= ReleaseSchedule.looksUnderPressure
        guard isPeakOver || isDue else { return false }
        self.peak = connections
        self.looksSinceRelease = 0
        return true
    }
}
