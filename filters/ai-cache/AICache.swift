import FilterAPI
import NIOCore
import Synchronization

/// Answers questions to a language model from earlier answers to the same question.
final class AICache: Filter {
    static let name = "ai-cache"
    static let phase = FilterPhase.authn
    static let priority = 10
    static let summary = "Answers language model requests from a cache."
    static let ruleKeys = AICacheConfiguration.keysBesideStore

    let configuration: AICacheConfiguration
    let rendering: AnswerRendering
    let log: CacheLog
    let metrics: AICacheMetrics
    /// `nil` when the strategy is `disabled`.
    let store: CacheStore?
    private let breaker = Mutex(Breaker())

    init(_ configuration: AICacheConfiguration, _ environment: FilterEnvironment) throws {
        self.configuration = configuration
        self.rendering = try configuration.rendering ?? AnswerRendering.standard()
        self.log = CacheLog(logger: environment.logger, keys: configuration.logKeys)
        self.metrics = AICacheMetrics(environment.metrics)
        self.store = configuration.strategy == .disabled ? nil : configuration.cache.open?(environment)
    }

    func makeStream(_ stream: StreamContext) -> AICacheStream? {
        guard stream.requestHasBody, let store else { return nil }
        return AICacheStream(self, store, asksToSkip: CacheableRequest.asksToSkip(stream.request.headers))
    }
}

extension AICache {
    /// Whether the store may be called now; see ``Breaker``.
    func allowsCall(at now: NIODeadline) -> Bool {
        self.breaker.withLock { $0.allowsCall(at: now) }
    }

    /// Notes how a call to the store ended.
    ///
    /// - Parameters:
    ///   - error: What went wrong; `nil` for nothing.
    ///   - action: What was being done, for the log.
    ///   - now: The time.
    func callEnded(_ error: (any Error)?, _ action: StaticString, at now: NIODeadline) {
        switch error {
        case nil: self.breaker.withLock { $0.succeeded() }
        case let error as CalloutError where error.code == .cancelled:
            self.breaker.withLock { $0.abandoned() }
        case is CancellationError: self.breaker.withLock { $0.abandoned() }
        case let error?:
            // A key of another type says nothing about the store's health.
            let isOneKey = (error as? CalloutError)?.message.contains("WRONGTYPE") == true
            self.breaker.withLock { if isOneKey { $0.succeeded() } else { $0.failed(at: now) } }
            self.metrics.providerErrors.increment()
            self.log.failure(action, "\(error)")
        }
    }
}

extension AnswerRendering {
    /// The templates of the reference documents.
    static func standard() throws(ConfigurationMistake) -> AnswerRendering {
        AnswerRendering(
            template: try ResponseTemplate(DefaultTemplates.json, form: .json),
            streamTemplate: try ResponseTemplate(DefaultTemplates.eventStream, form: .eventStream)
        )
    }
}
