import FilterAPI
import Logging

/// Remembers the dialogue of each user in Redis, and fills it into later requests.
final class AIHistory: Filter {
    static let name = "ai-history"
    static let priority = 650
    static let summary = "Keeps users' dialogues in Redis and fills them into later requests."

    let configuration: AIHistoryConfiguration
    let logger: Logger
    let filled: Counter

    init(_ configuration: AIHistoryConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        self.logger = environment.logger
        self.filled = environment.metrics.counter("ai_history_filled_total", "Requests that got earlier messages.")
    }

    func makeStream(_ stream: StreamContext) -> AIHistoryStream? {
        guard let redis = self.configuration.redis, stream.requestHasBody || self.asksForHistory(stream.request) else {
            return nil
        }
        return AIHistoryStream(self, redis)
    }

    /// Whether a request asks for a dialogue rather than the model.
    func asksForHistory(_ request: RequestHead) -> Bool { Self.queries.takes(request) }

    private static let queries = PathSuffixes(["/ai-history/query"])

    /// The key of whoever sends these fields; `nil` for nobody.
    ///
    /// A consumer's name stands there as it is. Everything else may be a credential, and its digest stands for it.
    func key(of headers: HeaderFields) -> String? {
        let header = self.configuration.identityHeader
        guard let identity = headers[header]?.filter({ $0 != " " }), !identity.isEmpty else { return nil }
        return self.configuration.keyPrefix + (header == .xMseConsumer ? identity : sha256(identity))
    }
}
