import FilterAPI

/// Embeddings of a model that Ollama runs: `embedding.type: ollama`.
///
/// Source: Ollama API reference, "Generate embeddings".
struct OllamaEmbedding: EmbeddingService {
    static let type = "ollama"
    static let defaults = ServiceDefaults(host: .ofService, port: 11434)

    struct Configuration: FilterConfiguration {
        let model: String
        /// For a server behind a proxy that wants one; Ollama itself has no authentication.
        let apiKey: Secret?

        init(_ fields: ConfigurationFields) {
            self.model = fields.string("model", default: "nomic-embed-text", help: "The model.")
            self.apiKey = fields.secret("apiKey", help: "The bearer token of a proxy before the server; default: none.")
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/api/embed", headers: self.configuration.apiKey.map { .bearer($0) } ?? [:]) {
            $0.member("input", text)
            $0.member("model", self.configuration.model)
        }
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] {
        let error = answer["error"]
        if error.exists { throw .refused(error.string ?? error.literal) }
        return try answer["embeddings"][0].vector()
    }
}
