import FilterAPI
import Logging
import NIOCore

/// Limits the tokens that language models answer in a time, counted in Redis for all gateways together.
///
/// A limit is looked at before a request goes on, and counted up when its answer has passed. What is kept for that is made once
/// the request was let through, so that a request without a limit costs no memory.
final class AITokenRatelimit: Filter {
    static let name = "ai-token-ratelimit"
    static let priority = 600
    static let summary = "Limits tokens per time and key, counted in Redis."

    private let configuration: AITokenRatelimitConfiguration
    private let logger: Logger
    private let rejected: Counter
    private let countKey: AttributeKey<TokenCount>

    init(_ configuration: AITokenRatelimitConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        self.logger = environment.logger
        self.countKey = AttributeKey(environment.name)
        self.rejected = environment.metrics.counter(
            "ai_token_ratelimit_rejected_total",
            "Requests over a limit of tokens."
        )
    }
}

extension AITokenRatelimit: RequestHeadHook {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let redis = self.configuration.redis, let window = TokenWindow(self.configuration.rules, stream) else {
            return .continue
        }
        return .suspend {
            let count = try await stream.callouts.redis(["GET", window.key], on: redis).number ?? 0
            guard count > window.limit.count else {
                stream.attributes[self.countKey] = TokenCount(window, in: redis, self.logger)
                return .continue
            }
            let left = try await stream.callouts.redis(["TTL", window.key], on: redis).number ?? -1
            return self.reject(stream, reset: left < 0 ? window.limit.window.seconds : left)
        }
    }

    private func reject(_ stream: StreamContext, reset: Int) -> FilterAction {
        self.rejected.increment()
        stream.setAILog("token_ratelimit_status", "limited")
        return .respond(
            self.configuration.refusal.response(
                to: stream.request,
                headers: [.tokenRateLimitReset: String(reset)],
                detail: "\(AITokenRatelimit.name).rejected"
            )
        )
    }
}

extension AITokenRatelimit: ResponseHeadHook, ResponseBodyObserver, StreamEndHook {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard stream.responseOrigin == .upstream, let count = stream.attributes[self.countKey] else { return .continue }
        count.begin(stream.response.headers, limit: self.configuration.maximumBodyBytes)
        return .continue
    }

    /// Charges as soon as the price is known: a client that is slow to take its answer has spent it already.
    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        guard let count = stream.attributes[self.countKey] else { return .continue }
        count.append(chunk, end: end)
        if end { count.charge(stream) }
        return .continue
    }

    /// An answer that broke off has its price, too.
    func streamEnded(_ stream: StreamContext) {
        stream.attributes[self.countKey]?.charge(stream)
    }
}

extension HeaderName {
    /// Seconds until the limit begins anew.
    fileprivate static let tokenRateLimitReset = HeaderName("x-tokenratelimit-reset")
}
