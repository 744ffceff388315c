import FilterAPI

/// OpenAI, or any service with its API at a URL: `openaiCustomUrl`.
struct OpenAIProvider: ModelProvider {
    private let url: ServiceURL?

    init(_ fields: ConfigurationFields) {
        self.url = fields.parsed(
            "openaiCustomUrl",
            help: "The URL up to the call, or of the call; default https://api.openai.com/v1.",
            ServiceURL.init
        )
    }

    /// A service that serves without a token may have a URL of its own.
    var needsToken: Bool { self.url == nil }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        guard let url else { return ModelEndpoint(host: "api.openai.com", path: call.target("/v1\(call.path)")) }
        // The URL of one call is that of this call only.
        let path = url.path.hasSuffix(call.path) ? url.path : url.path + call.path
        return ModelEndpoint(host: url.host, path: call.target(path))
    }
}
