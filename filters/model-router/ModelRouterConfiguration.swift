import FilterAPI

/// The configuration of `model-router`.
struct ModelRouterConfiguration: FilterConfiguration {
    /// How the model `higress/auto` is replaced.
    struct AutoRouting: Sendable {
        /// The first pattern that the last question matches names the model.
        let rules: [(pattern: Pattern, model: String)]
        /// The model when none does.
        let defaultModel: String?
    }

    static let standardHeader = "x-higress-llm-model"

    let modelKey: JSONKeyPath
    let modelHeader: HeaderName?
    let providerHeader: HeaderName?
    let paths: PathSuffixes
    let autoRouting: AutoRouting?
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        self.modelKey = fields.modelKey()
        let provider = fields.headerName("addProviderHeader", "Header field for what stands before / in the model.")
        let model = fields.headerName(
            "modelToHeader",
            "Header field for the model; default x-higress-llm-model when addProviderHeader is absent."
        )
        self.providerHeader = provider
        self.modelHeader = model ?? (provider == nil ? HeaderName(Self.standardHeader) : nil)
        self.paths = fields.pathSuffixes("enableOnPathSuffix", default: PathSuffixes.modelCalls)
        self.maximumBodyBytes = fields.maximumBodyBytes()
        self.autoRouting =
            fields.object("autoRouting", help: "Chooses a model for requests that ask for higress/auto.") {
                AutoRouting($0)
            } ?? nil
        if !fields.isDescribing, let model, model == provider {
            fields.error(at: "modelToHeader", "found the name of addProviderHeader too; expected another one")
        }
    }
}

extension ModelRouterConfiguration.AutoRouting {
    fileprivate init?(_ fields: ConfigurationFields) {
        let isOn = fields.bool("enable", default: false, help: "Whether higress/auto is replaced.")
        self.defaultModel = fields.string("defaultModel", help: "The model when no rule matches.")
        self.rules = fields.objects("rules", help: "Patterns over the last question, in their order.") { rule in
            (
                pattern: rule.requiredParsed("pattern", help: "A regular expression.") {
                    (text) throws(ConfigurationMistake) in
                    do { return try Pattern(text) } catch {
                        throw ConfigurationMistake("expected a regular expression: \(error)")
                    }
                },
                model: rule.requiredString("model", help: "The model of questions that match.")
            )
        }.compactMap { rule in rule.pattern.map { ($0, rule.model) } }
        if !isOn { return nil }
    }
}
