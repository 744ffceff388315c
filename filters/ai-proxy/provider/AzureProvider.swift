import FilterAPI

/// Azure OpenAI: a deployment in the path, the API's version in the query, the token in `api-key`.
struct AzureProvider: ModelProvider {
    private static let deployments = "/openai/deployments/"
    private static let deploymentCalls = [
        "/chat/completions", "/completions", "/embeddings", "/images/generations", "/audio/speech",
        "/audio/transcriptions", "/audio/translations",
    ]

    private let url: ServiceURL?

    init(_ fields: ConfigurationFields) {
        self.url = fields.requiredParsed(
            "azureServiceUrl",
            help: "The resource's URL with api-version: alone, up to a deployment, or of a call."
        ) { (text) throws(ConfigurationMistake) in
            let url = try ServiceURL(text)
            guard let query = url.query, FormValues(Substring(query), isForm: false).contains("api-version") else {
                throw ConfigurationMistake("expected a URL with the parameter api-version")
            }
            return url
        }
    }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        guard let url, let query = url.query, let path = self.path(of: call, question, url) else { return nil }
        let target = call.query.map { "\(path)?\($0)&\(query)" } ?? "\(path)?\(query)"
        return ModelEndpoint(host: url.host, path: target)
    }

    private func path(of call: ModelCall, _ question: ModelQuestion, _ url: ServiceURL) -> String? {
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
