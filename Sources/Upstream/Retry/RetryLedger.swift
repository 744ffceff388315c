/// The requests of one service on one event loop that may be sent again, and how many of them are at it.
package final class RetryLedger {
    /// Requests that have not ended, each counted once however often it was tried.
    package internal(set) var activeRequests = 0
    /// Further tries that have no outcome yet, those in their pause included.
    package internal(set) var activeRetries = 0

    package init() {}
}
