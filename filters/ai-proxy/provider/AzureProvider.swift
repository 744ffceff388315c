import FilterAPI

/// Azure OpenAI: a deployment in the path and the API's version in the query, or OpenAI's own paths below `/openai/v1`; the
/// token in `api-key`.
struct AzureProvider: ModelProvider {
    private static let deployments = "/openai/deployments/"
    private static let deploymentCalls = [
        "/chat/completions", "/completions", "/embeddings", "/images/generations", "/audio/speech",
        "/audio/transcriptions", "/audio/translations",
    ]

    /// The API whose paths are OpenAI's, and which has no dated version.
    private static let undated = "/openai/v1"

    private let url: ServiceURL?

    init(_ fields: ConfigurationFields) {
        self.url = fields.requiredParsed(
            "azureServiceUrl",
            help: "The resource's URL: with /openai/v1; or with api-version, alone, up to a deployment, or of a call."
        ) { (text) throws(ConfigurationMistake) in
            let url = try ServiceURL(text)
            let query = FormValues(Substring(url.query ?? ""), isForm: false)
            guard Self.isUndated(url) || query.contains("api-version") else {
                throw ConfigurationMistake("expected a URL with the parameter api-version")
            }
            return url
        }
    }

    private static func isUndated(_ url: ServiceURL) -> Bool {
        url.path == Self.undated || url.path.hasPrefix("\(Self.undated)/")
    }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        guard let url, let path = self.path(of: call, question, url) else { return nil }
        let query = [call.query, url.query].compactMap { $0 }.joined(separator: "&")
        return ModelEndpoint(host: url.host, path: query.isEmpty ? path : "\(path)?\(query)")
    }

    private func path(of call: ModelCall, _ question: ModelQuestion, _ url: ServiceURL) -> String? {
        if Self.isUndated(url) { return Self.undated + call.path }
        guard Self.deploymentCalls.contains(call.path) else { return "/openai\(call.path)" }
        if url.path.isEmpty {
            return question.model.isEmpty ? nil : Self.deployments + PercentEncoding.encode(question.model) + call.path
        }
        let isDeployment =
            url.path.hasPrefix(Self.deployments) && !url.path.dropFirst(Self.deployments.count).contains("/")
        return isDeployment ? url.path + call.path : url.path
    }

    func authorize(_ headers: inout HeaderFields, with token: Secret) {
        headers.set("api-key", token.reveal())
    }
}
