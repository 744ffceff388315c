package import FilterAPI

/// What one event loop has seen of one service.
package struct ServiceCounters: Sendable, Hashable {
    /// Requests begun; each try that a route's `retry` makes counts, but not one on a fresh connection for a dead one.
    package var requests = 0
    /// Requests that have not ended.
    package var active = 0
    /// Connections that wait for their next request.
    package var idle = 0
    /// Connections made, handshakes included.
    package var connects = 0
    /// Attempts to connect to one endpoint that failed.
    package var connectFailures = 0
    /// Connections that were not made since the process had no file descriptor left.
    package var descriptorShortages = 0
    /// Requests sent again: by a route's `retry`, or because their reused connection was dead.
    package var retries = 0
    /// Answers with 5xx, connections that broke or could not be made, answers that did not come in time.
    package var errors = 0
    /// Heads of answers by the first digit of their status; 0 is not used.
    package var responses = [Int](repeating: 0, count: 6)
    /// Times from the beginning of a try to the head of its answer.
    package var durations = DurationDistribution()

    package init() {}

    package static func + (left: ServiceCounters, right: ServiceCounters) -> ServiceCounters {
        var sum = left
        sum.requests += right.requests
        sum.active += right.active
        sum.idle += right.idle
        sum.connects += right.connects
        sum.connectFailures += right.connectFailures
        sum.descriptorShortages += right.descriptorShortages
        sum.retries += right.retries
        sum.errors += right.errors
        for index in sum.responses.indices { sum.responses[index] += right.responses[index] }
        sum.durations = left.durations + right.durations
        return sum
    }
}
