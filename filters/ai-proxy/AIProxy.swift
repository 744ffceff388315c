import FilterAPI
import Logging

/// One OpenAI-compatible API in front of a provider of language models.
///
/// It gives the request the provider's host, path, token and form; the route says which service it goes to.
final class AIProxy: Filter {
    static let name = "ai-proxy"
    static let priority = 100
    static let summary = "Puts one OpenAI-compatible API in front of providers of language models."

    let active: AIProxyConfiguration.Active?
    let maximumBodyBytes: Int
    let tokens: TokenPool
    let logger: Logger

    init(_ configuration: AIProxyConfiguration, _ environment: FilterEnvironment) {
        self.active = configuration.active
        self.maximumBodyBytes = configuration.maximumBodyBytes
        self.tokens = TokenPool(configuration.active?.tokens ?? [], configuration.active?.failover)
        self.logger = environment.logger
    }

    func makeStream(_ stream: StreamContext) -> AIProxyStream? { self.active.map { AIProxyStream(self, $0) } }
}
