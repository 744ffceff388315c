import FilterAPI

/// How many streams of an event loop ended with which class of status, and how long they took.
///
/// Plain numbers of one loop: counting costs no atomic operation, and the reader adds up the loops.
package struct StreamStatistics: Sendable {
    /// Streams by the first digit of their status; 0 for those that got no response.
    package private(set) var requests = [Int](repeating: 0, count: 6)
    /// Streams by duration: one count for each of `Histogram.bounds`, and one for those above.
    package private(set) var durations = [Int](repeating: 0, count: Histogram.bounds.count + 1)
    /// The sum of all durations in nanoseconds.
    package private(set) var totalDuration = 0
    /// What filters did that is out of the ordinary, by the names of their entries.
    package private(set) var filters: [String: FilterCounts] = [:]

    /// How often one entry of the chain did what.
    package struct FilterCounts: Sendable, Hashable {
        /// It threw, or held a stream for too long.
        package fileprivate(set) var errors = 0
        /// It answered a stream itself.
        package fileprivate(set) var responses = 0
    }

    package init() {}

    mutating func countError(of entry: String) { self.filters[entry, default: FilterCounts()].errors += 1 }

    mutating func countResponse(of entry: String) { self.filters[entry, default: FilterCounts()].responses += 1 }

    mutating func count(_ record: StreamRecord) {
        self.requests[min(max(record.responseCode / 100, 0), 5)] += 1
        let duration = Int(max(0, record.duration))
        var bucket = 0
        while bucket < Histogram.bounds.count, Histogram.bounds[bucket] < duration { bucket += 1 }
        self.durations[bucket] += 1
        self.totalDuration &+= duration
    }

    package static func + (left: StreamStatistics, right: StreamStatistics) -> StreamStatistics {
        var sum = left
        for index in sum.requests.indices { sum.requests[index] += right.requests[index] }
        for index in sum.durations.indices { sum.durations[index] += right.durations[index] }
        sum.totalDuration &+= right.totalDuration
        sum.filters.merge(right.filters) { one, other in
            FilterCounts(errors: one.errors + other.errors, responses: one.responses + other.responses)
        }
        return sum
    }
}
