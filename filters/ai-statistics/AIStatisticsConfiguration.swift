import FilterAPI

/// The configuration of `ai-statistics`.
struct AIStatisticsConfiguration: FilterConfiguration {
    let attributes: [StatisticsAttribute]
    /// Whether model and tokens are taken from attributes only.
    let ignoresUsage: Bool
    /// The most bytes of one value.
    let valueLimit: Int
    let paths: PathSuffixes
    /// Parts of content types, in lower case.
    let contentTypes: [String]
    /// Header fields that name the session, in their order.
    let sessionHeaders: [HeaderName]
    /// How many combinations of labels the metrics may have.
    let maximumSeries: Int
    /// The most bytes of a body that is read.
    let maximumBodyBytes: Int

    static let standardPaths = [
        "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/models", "/v1/messages", "/v1/responses",
        "/generateContent", "/streamGenerateContent", ":generateContent", ":streamGenerateContent",
    ]
    static let standardSessionHeaders = [
        "x-openclaw-session-key", "x-clawdbot-session-key", "x-moltbot-session-key", "x-agent-session",
    ]

    init(_ fields: ConfigurationFields) {
        let usesAll = fields.bool(
            "use_default_attributes",
            default: false,
            help: "Log questions, answers and all built-in attributes."
        )
        let usesAnswers = fields.bool(
            "use_default_response_attributes",
            default: false,
            help: "Log the built-in attributes of answers, but no texts."
        )
        let attributes = fields.objects("attributes", named: "key", help: "Values for ai_log of the access log.") {
            StatisticsAttribute($0)
        }
        self.attributes = usesAll ? StatisticsAttribute.all : usesAnswers ? StatisticsAttribute.ofAnswers : attributes
        self.ignoresUsage = fields.bool(
            "disable_openai_usage",
            default: false,
            help: "Take model and tokens from attributes only, for answers in other formats."
        )
        self.valueLimit = fields.size(
            "value_length_limit",
            in: 1...(1 << 20),
            default: 4000,
            help: "The most bytes of a value."
        )
        self.paths = fields.pathSuffixes("enable_path_suffixes", default: Self.standardPaths)
        self.contentTypes = fields.strings(
            "enable_content_types",
            default: ["text/event-stream", "application/json"],
            help: "Content types, or parts of them, of the answers that are read."
        ).map { $0.lowercased() }
        let session = fields.headerName("session_id_header", "The header field that names the session.")
        self.sessionHeaders = (session.map { [$0] } ?? []) + Self.standardSessionHeaders.map { HeaderName($0) }
        self.maximumSeries = fields.integer(
            "max_series",
            in: 1...100_000,
            default: 1000,
            help: "How many combinations of labels the metrics may have; what comes later is counted as other."
        )
        self.maximumBodyBytes = fields.size(
            "max_body_bytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of a body that is read; of a longer one nothing is known, and it passes."
        )
        if !fields.isDescribing, usesAll || usesAnswers, fields.has("attributes") {
            fields.error(at: "attributes", "found attributes beside a default set; expected one of them")
        }
    }
}
