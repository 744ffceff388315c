package import FilterAPI

/// What one event loop has seen of the streams of one route, or of one listener.
package struct RequestCounts: Sendable, Hashable {
    /// Streams that ended, by the first digit of their status; 0 for those that got no response.
    package var requests = [Int](repeating: 0, count: RequestCounts.classes)
    /// Their durations.
    package var durations = DurationDistribution()

    /// How many classes of status there are.
    static let classes = 6

    package init() {}

    package static func + (left: RequestCounts, right: RequestCounts) -> RequestCounts {
        var sum = left
        for index in sum.requests.indices { sum.requests[index] &+= right.requests[index] }
        sum.durations = left.durations + right.durations
        return sum
    }
}

/// Where streams of one event loop are counted: a place in memory that stays where it is, so that counting is three additions, without a
/// lock, an allocation or counting references.
package struct RequestTally {
    /// The classes of status, then the sum of the durations, then their buckets.
    fileprivate static let size = RequestCounts.classes + 1 + Histogram.bounds.count + 1

    fileprivate let numbers: UnsafeMutablePointer<Int>

    /// Counts a stream that has ended.
    ///
    /// - Parameters:
    ///   - status: The status that was sent; 0 when none was.
    ///   - duration: How long it took, in nanoseconds; not negative.
    ///   - bucket: That of the duration.
    package func count(status: Int, duration: Int, bucket: Int) {
        self.numbers[min(max(status / 100, 0), RequestCounts.classes - 1)] &+= 1
        self.numbers[RequestCounts.classes] &+= duration
        self.numbers[RequestCounts.classes + 1 + bucket] &+= 1
    }

    fileprivate var counts: RequestCounts {
        var counts = RequestCounts()
        for index in counts.requests.indices { counts.requests[index] = self.numbers[index] }
        let buckets = (RequestCounts.classes + 1)..<RequestTally.size
        counts.durations = DurationDistribution(
            counts: buckets.map { self.numbers[$0] },
            sum: self.numbers[RequestCounts.classes]
        )
        return counts
    }
}

/// The streams of one event loop by the names of their routes, or of their listeners; it outlives configurations.
package final class RequestLedger {
    /// How many names are told apart; further ones are counted as `other`.
    package static let capacity = 1000

    private var places: [String: RequestTally] = [:]

    package init() {}

    deinit {
        for place in self.places.values { place.numbers.deallocate() }
    }

    /// The place of a name. It must not be used longer than the ledger lives.
    package func tally(of name: String) -> RequestTally {
        let name = self.places.count < RequestLedger.capacity || self.places[name] != nil ? name : "other"
        if let place = self.places[name] { return place }
        let numbers = UnsafeMutablePointer<Int>.allocate(capacity: RequestTally.size)
        numbers.initialize(repeating: 0, count: RequestTally.size)
        let place = RequestTally(numbers: numbers)
        self.places[name] = place
        return place
    }

    /// What was counted so far.
    package var counts: [String: RequestCounts] { self.places.mapValues(\.counts) }
}
