import FilterAPI

/// Answers questions to a language model from earlier answers to the same question, or to one that means the same.
final class AICache: Filter {
    static let name = "ai-cache"
    static let phase = FilterPhase.authn
    static let priority = 10
    static let summary = "Answers language model requests from a cache."
    static let ruleKeys = AICacheConfiguration.keysBesideStores

    /// The name of the entry in the chain.
    let entryName: String
    let configuration: AICacheConfiguration
    let rendering: AnswerRendering
    let log: CacheLog
    let metrics: AICacheMetrics
    /// What was read of equal requests; `nil` when header fields have a say in the key.
    let recentQuestions: RecentQuestions?
    /// The store for equal questions; `nil` when there is none, or the strategy is `disabled`.
    let store: CacheStore?
    let storeHealth: ProviderHealth
    /// What finds similar questions; `nil` when there is none, or the strategy is `disabled`.
    let semantic: SemanticTier?
    /// What the stored answers say, so that what was learnt of one does not outlive it.
    let answers: AnswerMarks
    /// What decides on similar questions under an error bound; `nil` when the threshold alone does.
    let verified: VerifiedHits?
    /// What compares fresh answers with cached ones; `nil` when nobody asks for it.
    let comparison: AnswerComparison?
    /// Where lookups are kept that are observed; `nil` when none is.
    let observations: ObservationLog?
    /// What `mode: shadow` finds out; `nil` in `mode: cache`.
    let shadow: ShadowObserver?
    /// The upstream calls whose answers equal requests wait for.
    let flights = Flights()

    init(_ configuration: AICacheConfiguration, _ environment: FilterEnvironment) throws {
        let metrics = AICacheMetrics(environment.metrics)
        let log = CacheLog(logger: environment.logger, keys: configuration.logKeys)
        let isDisabled = configuration.strategy == .disabled
        self.entryName = environment.name
        self.configuration = configuration
        self.rendering = try configuration.rendering ?? AnswerRendering.standard()
        self.log = log
        self.metrics = metrics
        self.recentQuestions = configuration.scope.looksAtHeaders ? nil : RecentQuestions()
        self.store = isDisabled ? nil : configuration.cache.open?(environment)
        self.storeHealth = ProviderHealth(.cache, metrics, log)
        self.semantic = try (isDisabled ? nil : configuration.semantic)
            .flatMap { try SemanticTier($0, environment, metrics, log) }
        self.answers =
            switch self.semantic?.vectors {
            case .local(let store): store.answers
            case .remote, nil: environment.shared.object("ai-cache.answers.\(environment.name)") { AnswerMarks() }
            }
        self.verified = self.semantic.flatMap { VerifiedHits($0, environment) }
        let semantic = self.semantic
        let isShadow = !isDisabled && configuration.mode == .shadow
        let comparison =
            self.verified != nil || isShadow
            ? AnswerComparison(configuration, semantic?.embedder ?? .words, environment, metrics, log) : nil
        self.comparison = comparison
        let observations = (comparison == nil ? nil : configuration.observations).map {
            ObservationLog($0, semantic?.score, environment)
        }
        self.observations = observations
        if isShadow, let comparison, let observations {
            self.shadow = ShadowObserver(comparison, observations, environment.metrics, log)
        } else {
            self.shadow = nil
        }
        environment.shared.object("ai-cache.administration") { CacheAdministration() }.add(self)
    }

    func makeStream(_ stream: StreamContext) -> AICacheStream? {
        guard stream.requestHasBody, self.store != nil || self.semantic != nil else { return nil }
        return AICacheStream(self, asksToSkip: CacheableRequest.asksToSkip(stream.request.headers))
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
