import FilterAPI

/// Embeddings of Cohere: `embedding.type: cohere`.
///
/// Source: Cohere API reference, "Embed API (v2)" and "Embed API (v1)".
struct CohereEmbedding: EmbeddingService {
    static let type = "cohere"
    static let defaults = ServiceDefaults(host: .named("api.cohere.com"))

    /// Which of the two calls is used.
    enum APIVersion: String, CaseIterable {
        /// `/v2/embed`, which says of each list of vectors what its numbers are.
        case v2
        /// `/v1/embed`, which the reference used.
        case v1
    }

    struct Configuration: FilterConfiguration {
        let apiKey: Secret
        let model: String
        let apiVersion: APIVersion

        init(_ fields: ConfigurationFields) {
            self.apiKey = fields.requiredSecret("apiKey", help: "The API key.")
            self.model = fields.string("model", default: "embed-v4.0", help: "The model.")
            self.apiVersion = fields.choice("apiVersion", default: APIVersion.v2, help: "The version of the call.")
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        let version = self.configuration.apiVersion
        return ProviderRequest(.post, "/\(version.rawValue)/embed", headers: .bearer(self.configuration.apiKey)) {
            $0.member("texts") { $0.array { $0.string(text) } }
            $0.member("model", self.configuration.model)
            // Both sides of a comparison are questions, so stored ones are embedded as queries too.
            $0.member("input_type", "search_query")
            if version == .v2 { $0.member("embedding_types") { $0.array { $0.string("float") } } }
        }
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] {
        let embeddings = answer["embeddings"]
        if !embeddings.exists, let message = answer["message"].string { throw .refused(message) }
        switch self.configuration.apiVersion {
        case .v2: return try embeddings["float"][0].vector()
        case .v1: return try embeddings[0].vector()
        }
    }
}
