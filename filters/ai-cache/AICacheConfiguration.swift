import FilterAPI

/// What `config` of an `ai-cache` entry says, in the current or the legacy form of the reference documents.
struct AICacheConfiguration: FilterConfiguration {
    /// What a hit looks like.
    enum Replay: String, CaseIterable {
        /// A complete reply with the original's id, model and usage.
        case structured
        /// Exactly the template.
        case template
    }

    /// The keys that a match rule or a route may give without repeating the stores.
    static let keysBesideStores = Set(
        ConfigurationFields.describe(AICacheConfiguration.self).map(\.name)
    ).subtracting(["cache", "redis", "vector", "embedding"])

    let cache: CacheSettings
    /// What finds similar questions; `nil` when they do not count.
    let semantic: SemanticSettings?
    let strategy: KeyStrategy
    let question: QuestionSource
    let scope: RequestScope
    let form: StoredForm
    let paths: AnswerPaths
    let rendering: AnswerRendering?
    /// The pace of hits that are streamed; `nil` for at once.
    let pacing: Pacing?
    /// Whether the paths were told, so that requests in other formats than chat completions make sense.
    let hasOwnPaths: Bool
    let maximumBodyBytes: Int
    let maximumEntryBytes: Int
    let responseHeaders: Bool
    let honorsCacheControl: Bool
    let completesOnDisconnect: Bool
    /// Whether equal requests that miss at the same time share one upstream call.
    let coalesces: Bool
    let logKeys: CacheLog.Keys
    /// What stands before a semantic hit.
    let guards: Guards
    let limits: QuestionLimits
    /// How a fresh answer is compared with a cached one.
    let comparison: ComparisonSettings
    let mode: CacheMode
    /// Where lookups are kept that are observed; `nil` when none is. In `mode: shadow` they always are.
    let observations: ObservationSettings?

    init(_ fields: ConfigurationFields) {
        self.strategy = fields.choice(
            "cacheKeyStrategy",
            default: KeyStrategy.lastQuestion,
            help: "Which questions make the key; disabled lets every request pass."
        )
        let cache = fields.cacheSettings()
        self.cache = cache ?? CacheSettings()
        self.semantic = fields.semanticSettings(hasCache: cache != nil, isRequired: self.strategy != .disabled)
        let keyPath = fields.path("cacheKeyFrom", "requestBody", help: "The question in the request's body.")
        let valuePath = fields.path("cacheValueFrom", "responseBody", help: "The answer in a JSON response.")
        let streamPath = fields.path("cacheStreamValueFrom", "responseBody", help: "The answer in an event's data.")
        let toolCalls = fields.string(
            "cacheToolCallsFrom",
            default: AnswerPaths.defaultToolCalls,
            help: "GJSON path of tool calls; an answer in which it selects something is not stored."
        )
        self.hasOwnPaths = keyPath != nil || valuePath != nil || streamPath != nil
        self.question = QuestionSource(strategy: self.strategy, path: keyPath ?? QuestionSource.defaultPath)
        self.paths = AnswerPaths(
            value: valuePath ?? AnswerPaths.defaultValue,
            streamValue: streamPath ?? AnswerPaths.defaultStreamValue,
            toolCalls: toolCalls
        )
        self.rendering = fields.rendering()
        let parts = fields.scope()
        self.form = fields.storedForm(scope: parts)
        self.pacing = fields.pacing(form: self.form)
        self.scope = RequestScope(parts: parts, questionMember: self.question.member, form: self.form.rawValue)
        self.maximumBodyBytes = fields.size(
            "maxBodyBytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The longest request body that is looked at; a longer one passes."
        )
        self.maximumEntryBytes = fields.size(
            "maxEntryBytes",
            in: 1...(256 << 20),
            default: 1 << 20,
            help: "The largest answer that is stored."
        )
        self.responseHeaders = fields.bool(
            "responseHeaders",
            default: true,
            help: "Tell clients about the cache in header fields."
        )
        self.honorsCacheControl = fields.bool(
            "honorCacheControl",
            default: true,
            help: "Follow Cache-Control of requests and responses."
        )
        self.completesOnDisconnect = fields.bool(
            "completeOnDisconnect",
            default: false,
            help: "Read the answer to its end and store it when the client leaves early."
        )
        self.coalesces = fields.bool(
            "coalesce",
            default: true,
            help: "Let equal requests that miss at the same time share one upstream call."
        )
        self.logKeys = fields.choice(
            "logKeys",
            default: CacheLog.Keys.plain,
            help: "How questions appear in the log: their beginning, or a digest."
        )
        self.guards = fields.guards()
        self.mode = fields.cacheMode()
        let observations = fields.observationSettings(
            isUsed: self.mode == .shadow || self.semantic?.vectors.verification != nil
        )
        self.observations = observations ?? (self.mode == .shadow ? ObservationSettings() : nil)
        self.comparison =
            fields.object("compare", help: "How it is told whether two answers say the same.") {
                ComparisonSettings($0)
            } ?? .standard
        if fields.has("compare"), self.semantic?.vectors.verification == nil, self.mode != .shadow {
            let users = "\"maxErrorRate\" in \"vector\" or \"mode: shadow\""
            fields.warning(at: "compare", "has no effect without \(users); leave it out")
        }
        self.limits = QuestionLimits(fields)
    }
}
