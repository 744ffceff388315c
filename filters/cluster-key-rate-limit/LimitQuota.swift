import FilterAPI

/// What is left of a limit after a request.
struct LimitQuota: Sendable, Hashable {
    let limit: Int
    /// The requests of the window, this one included; more than `limit` when it is one too many.
    let used: Int
    /// Whole seconds until the window is over, at least 1.
    let reset: Int

    /// Whether the request is one too many.
    var isExceeded: Bool { self.used > self.limit }

    /// Says in a response what is left.
    func show(in headers: inout HeaderFields) {
        headers.set(.xRateLimitLimit, String(self.limit))
        headers.set(.xRateLimitRemaining, String(max(0, self.limit - self.used)))
        headers.set(.xRateLimitReset, String(self.reset))
    }
}

extension HeaderName {
    static let xRateLimitLimit = HeaderName("x-ratelimit-limit")
    static let xRateLimitRemaining = HeaderName("x-ratelimit-remaining")
    static let xRateLimitReset = HeaderName("x-ratelimit-reset")
}
