import FilterAPI
import Logging

/// Limits the tokens that language models answer in a time, counted in Redis for all gateways together.
final class AITokenRatelimit: Filter {
    static let name = "ai-token-ratelimit"
    static let priority = 600
    static let summary = "Limits tokens per time and key, counted in Redis."

    let configuration: AITokenRatelimitConfiguration
    let logger: Logger
    let rejected: Counter

    init(_ configuration: AITokenRatelimitConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        self.logger = environment.logger
        self.rejected = environment.metrics.counter(
            "ai_token_ratelimit_rejected_total",
            "Requests over a limit of tokens."
        )
    }

    func makeStream(_ stream: StreamContext) -> AITokenRatelimitStream? {
        self.configuration.redis.map { AITokenRatelimitStream(self, $0) }
    }
}
