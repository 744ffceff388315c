import FilterAPI

/// Embeddings of a model that is deployed in Azure OpenAI: `embedding.type: azure`.
///
/// Source: Azure OpenAI REST API reference, "Embeddings - Create".
struct AzureEmbedding: EmbeddingService {
    static let type = "azure"
    static let defaults = ServiceDefaults(host: .required)

    struct Configuration: FilterConfiguration {
        let apiKey: Secret
        let apiVersion: String
        /// The deployment's name, which need not be the model's.
        let model: String

        init(_ fields: ConfigurationFields) {
            self.apiKey = fields.requiredSecret("apiKey", help: "The API key.")
            self.apiVersion = fields.requiredString("apiVersion", help: "The api-version of the deployment's URI.")
            self.model = fields.string("model", default: "text-embedding-ada-002", help: "The deployment's name.")
        }
    }

    let configuration: Configuration
    /// The models refuse what is over 8,191 tokens.
    var longestAnswer: Int { 8 << 10 }

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        let deployment = PercentEncoding.encode(self.configuration.model)
        let version = PercentEncoding.encode(self.configuration.apiVersion)
        return ProviderRequest(
            .post,
            "/openai/deployments/\(deployment)/embeddings?api-version=\(version)",
            headers: ["api-key": self.configuration.apiKey.reveal()]
        ) {
            $0.member("input", text)
        }
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] { try answer.openAIVector() }
}
