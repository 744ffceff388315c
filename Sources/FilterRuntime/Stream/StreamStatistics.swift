package import FilterAPI

/// What became of the streams of an event loop that have ended.
///
/// Plain numbers of one loop: counting costs no atomic operation, and the reader adds up the loops.
package struct StreamStatistics: Sendable {
    /// Streams by the first digit of their status; 0 for those that got no response.
    package private(set) var requests = [Int](repeating: 0, count: 6)
    /// Their durations.
    package private(set) var durations = DurationDistribution()
    /// Streams by the marks that their line of the access log has; few have any.
    package private(set) var flags: [String: Int] = [:]
    /// Bytes of bodies that came from clients.
    package private(set) var bytesReceived = 0
    /// Bytes of bodies that went to clients.
    package private(set) var bytesSent = 0

    package init() {}

    /// Counts a stream that has ended.
    ///
    /// - Parameters:
    ///   - record: What became of it.
    ///   - duration: How long it took, in nanoseconds; not negative.
    ///   - bucket: That of the duration.
    mutating func count(_ record: StreamRecord, duration: Int, bucket: Int) {
        self.requests[min(max(record.responseCode / 100, 0), 5)] += 1
        self.durations.record(duration, in: bucket)
        self.bytesReceived &+= record.bytesReceived
        self.bytesSent &+= record.bytesSent
        for flag in record.responseFlags { self.flags[flag, default: 0] += 1 }
    }

    package static func + (left: StreamStatistics, right: StreamStatistics) -> StreamStatistics {
        var sum = left
        for index in sum.requests.indices { sum.requests[index] += right.requests[index] }
        sum.durations = left.durations + right.durations
        sum.flags.merge(right.flags, uniquingKeysWith: +)
        sum.bytesReceived &+= right.bytesReceived
        sum.bytesSent &+= right.bytesSent
        return sum
    }
}
