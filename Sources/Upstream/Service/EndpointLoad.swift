package import FilterAPI

/// What one event loop has asked of one endpoint, and how it answered.
package struct EndpointLoad: Sendable, Hashable {
    /// Requests that it has in hand.
    package var active = 0
    /// Requests sent to it, each try counted.
    package var requests = 0
    /// Answers with 5xx, connections that broke or could not be made, answers that did not come in time.
    package var errors = 0
    /// Times from the beginning of a try to the head of its answer.
    package var durations = DurationDistribution()
    /// Errors since the last good answer.
    var errorsInARow = 0

    package init() {}

    /// A request goes to it.
    mutating func began() {
        active += 1
        requests &+= 1
    }

    /// A request is over, however it ended.
    mutating func ended() {
        active -= 1
    }

    /// It has answered, and not with 5xx.
    mutating func succeeded() {
        errorsInARow = 0
    }

    /// It has failed once more.
    mutating func failed() {
        errors &+= 1
        errorsInARow += 1
    }
}
