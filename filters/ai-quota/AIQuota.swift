import FilterAPI
import Logging

/// Lets consumers ask a language model as long as they have tokens left, which Redis counts.
final class AIQuota: Filter {
    static let name = "ai-quota"
    static let priority = 750
    static let summary = "Gives each consumer a quota of tokens, counted in Redis."

    let configuration: AIQuotaConfiguration
    private let paths: PathSuffixes
    let logger: Logger
    let refused: Counter
    let charged: Counter

    init(_ configuration: AIQuotaConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        self.paths = PathSuffixes(QuotaRequest.paths(adminPath: configuration.adminPath))
        self.logger = environment.logger
        self.refused = environment.metrics.counter("ai_quota_refused_total", "Requests of consumers without quota.")
        self.charged = environment.metrics.counter("ai_quota_tokens_total", "Tokens that were taken off quotas.")
    }

    func makeStream(_ stream: StreamContext) -> AIQuotaStream? {
        guard let redis = self.configuration.redis, self.paths.takes(stream.request) else { return nil }
        let request = QuotaRequest(
            path: stream.request.pathWithoutQuery,
            adminPath: self.configuration.adminPath
        )
        return AIQuotaStream(self, request, redis)
    }
}
