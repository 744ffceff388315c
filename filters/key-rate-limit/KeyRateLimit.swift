import FilterAPI
import NIOCore

/// Lets so many requests of a key pass in a window of time, counted in this process for all its event loops together.
final class KeyRateLimit: Filter, RequestHeadHook {
    static let name = "key-rate-limit"
    static let priority = 10
    static let summary = "Limits the rate of requests by a header field, parameter, cookie, consumer or address."

    private let rule: LimitRule?
    private let refusal: Refusing
    /// The limits of the rule's keys.
    private let limits: [RateLimit]
    /// One for each key of the rule, unless each value has one.
    private let counters: [RateCounter]
    private let table: RateTable?
    private let rejections: Counter

    init(_ configuration: KeyRateLimitConfiguration, _ environment: FilterEnvironment) {
        self.rule = configuration.rule
        self.refusal = configuration.refusal
        self.limits = configuration.rule?.keys.keys.map(\.limit) ?? []
        if configuration.rule?.kind.countsEachValue == true {
            let longest = self.limits.map(\.milliseconds).max() ?? 0
            self.table = RateTable(capacity: configuration.capacity, longestWindow: longest)
            self.counters = []
        } else {
            self.table = nil
            self.counters = self.limits.map { _ in RateCounter() }
        }
        self.rejections = environment.metrics.counter(
            "rate_limit_rejections_total",
            "Requests that a filter refused because there were too many.",
            labels: [("filter", environment.name)]
        )
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let rule else { return .continue }
        var wait: UInt64?
        rule.match(stream) { key, value in
            let now = stream.clock.now.uptimeNanoseconds / 1_000_000
            let decision = self.take(key, value, at: now)
            if !decision.isAllowed { wait = decision.wait }
        }
        guard let wait else { return .continue }
        self.rejections.increment()
        let headers: HeaderFields = [.retryAfter: String(max(1, (wait + 999) / 1000))]
        return .respond(
            self.refusal.response(to: stream.request, headers: headers, detail: "key-rate-limit.rejected")
        )
    }

    private func take(_ key: Int, _ value: LimitValue, at now: UInt64) -> RateCount.Decision {
        let limit = self.limits[key]
        guard let table = self.table else { return self.counters[key].take(at: now, limit) }
        // A value that changes from one key to another begins anew.
        var hasher = Hasher()
        hasher.combine(key)
        value.withBytes { hasher.combine(bytes: $0) }
        return table.take(UInt64(bitPattern: Int64(hasher.finalize())), at: now, limit)
    }
}
