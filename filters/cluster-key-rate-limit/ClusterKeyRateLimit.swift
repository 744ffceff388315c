import FilterAPI
import NIOCore

/// Lets so many requests of a key pass in a window of time, counted in Redis for all gateways together.
///
/// One round trip a request. When Redis cannot be asked the filter fails, so `failStrategy` says whether requests pass.
final class ClusterKeyRateLimit: Filter, RequestHeadHook, ResponseHeadHook {
    static let name = "cluster-key-rate-limit"
    static let priority = 20
    static let summary = "Limits the rate of requests over all gateways, counted in Redis."

    private let rules: LimitRules
    private let counters: RedisWindow?
    private let refusal: Refusing
    private let showsQuota: Bool
    private let quotaKey: AttributeKey<LimitQuota>
    private let rejections: Counter

    init(_ configuration: ClusterKeyRateLimitConfiguration, _ environment: FilterEnvironment) {
        self.rules = configuration.rules
        self.counters = configuration.target.map { RedisWindow(target: $0) }
        self.refusal = configuration.refusal
        self.showsQuota = configuration.showsQuota
        self.quotaKey = AttributeKey(environment.name)
        self.rejections = environment.metrics.counter(
            "rate_limit_rejections_total",
            "Requests that a filter refused because there were too many.",
            labels: [("filter", environment.name)]
        )
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let counters, let window = ClusterWindow(self.rules, stream) else { return .continue }
        return .suspend {
            let quota = try await counters.take(window, by: stream.callouts)
            if quota.isExceeded { return .respond(self.rejection(of: stream.request, quota)) }
            if self.showsQuota { stream.attributes[self.quotaKey] = quota }
            return .continue
        }
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        if self.showsQuota, let quota = stream.attributes[self.quotaKey] {
            quota.show(in: &stream.response.headers)
        }
        return .continue
    }

    private func rejection(of request: RequestHead, _ quota: LimitQuota) -> LocalResponse {
        self.rejections.increment()
        var headers: HeaderFields = [.retryAfter: String(quota.reset), .xRateLimitReset: String(quota.reset)]
        if self.showsQuota { quota.show(in: &headers) }
        return self.refusal.response(to: request, headers: headers, detail: "cluster-key-rate-limit.rejected")
    }
}
