import FilterAPI

/// The configuration of `ai-proxy`.
struct AIProxyConfiguration: FilterConfiguration {
    /// A provider with all that calls to it need.
    struct Active: Sendable {
        let id: String
        let type: String
        let provider: any ModelProvider
        let tokens: [Secret]
        let mapping: ModelMapping
        /// Whether clients speak the provider's own form.
        let isOriginal: Bool
        let failover: TokenFailover?
        let retry: RetryOnFailure?
    }

    let active: Active?
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        let one = fields.object("provider", help: "The provider.") { Active($0) } ?? nil
        let several = fields.objects("providers", named: "id", help: "Providers, of which one is active.") {
            Active($0)
        }
        let activeID = fields.string("activeProviderId", help: "The id of the active one of providers.")
        self.maximumBodyBytes = fields.maximumBodyBytes()
        self.active = one ?? several.compactMap { $0 }.first { $0.id == activeID }
        guard !fields.isDescribing else { return }
        switch (fields.has("provider"), fields.has("providers")) {
        case (false, false): fields.error("missing key \"provider\" or \"providers\" (a provider)")
        case (true, true): fields.error(at: "providers", "found provider and providers; expected one of them")
        case (false, true):
            let ids = several.compactMap { $0?.id }
            if let activeID, !ids.contains(activeID), ids.count == several.count {
                let list = ids.map { "\"\($0)\"" }.joined(separator: ", ")
                fields.error(at: "activeProviderId", "found the id of no provider; expected one of \(list)")
            } else if activeID == nil {
                fields.error("missing key \"activeProviderId\" (string)")
            }
        case (true, false): break
        }
    }
}

extension AIProxyConfiguration.Active {
    private enum Form: String, CaseIterable {
        case openai, original
    }

    /// Reads a provider; `nil` when it is wrong.
    fileprivate init?(_ fields: ConfigurationFields) {
        self.id = fields.string("id", default: "", help: "Its name among several.")
        let variant = fields.variant("type", of: modelProviders, help: "Whose API it is.")
        self.tokens = fields.secrets("apiTokens", form: .listOrScalar, help: "Tokens, of which each call takes one.")
        self.mapping = ModelMapping(
            fields.map("modelMapping", help: "Models by the name that clients use; x* and * as of model-mapper.")
        )
        self.isOriginal =
            fields.choice(
                "protocol",
                default: Form.openai,
                help: "What clients speak: OpenAI's form, or the provider's own, which then passes as it is."
            ) == .original
        self.failover =
            fields.object("failover", help: "Leaves out tokens that fail.") { TokenFailover($0) } ?? nil
        self.retry =
            fields.object("retryOnFailure", help: "Makes calls that fail again.") { RetryOnFailure($0) } ?? nil
        guard let variant, let provider = variant.value else { return nil }
        self.type = variant.name
        self.provider = provider
        if !fields.isDescribing, provider.needsToken, self.tokens.allSatisfy(\.isEmpty) {
            fields.error(at: "apiTokens", "found no token; expected at least one")
        }
    }
}
