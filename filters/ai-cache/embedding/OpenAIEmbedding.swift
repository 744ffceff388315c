import FilterAPI

/// Embeddings of OpenAI and of servers that speak its protocol: `embedding.type: openai`.
///
/// Source: OpenAI API reference, "Create embeddings".
struct OpenAIEmbedding: EmbeddingService {
    static let type = "openai"
    static let defaults = ServiceDefaults(host: .named("api.openai.com"))

    struct Configuration: FilterConfiguration {
        let apiKey: Secret
        let model: String
        let dimensions: Int?
        let basePath: String

        init(_ fields: ConfigurationFields) {
            self.apiKey = fields.requiredSecret("apiKey", help: "The API key.")
            self.model = fields.string("model", default: "text-embedding-3-small", help: "The model.")
            self.dimensions = fields.integer("dimensions", in: 1...65536, help: "How many numbers a vector has.")
            self.basePath = fields.string("basePath", default: "/v1", help: "What stands before /embeddings.")
        }
    }

    let configuration: Configuration
    var dimensions: Int? { self.configuration.dimensions }
    /// OpenAI's own models refuse what is over 8,191 tokens; of others nothing is known.
    var longestAnswer: Int { self.configuration.model.hasPrefix("text-embedding-") ? 8 << 10 : 1 << 10 }

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        let base = self.configuration.basePath
        let path = "\(base.hasSuffix("/") ? String(base.dropLast()) : base)/embeddings"
        return ProviderRequest(.post, path, headers: .bearer(self.configuration.apiKey)) {
            $0.member("input", text)
            $0.member("model", self.configuration.model)
            if let dimensions = self.configuration.dimensions { $0.member("dimensions", dimensions) }
        }
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] { try answer.openAIVector() }
}

extension JSONAnswer {
    /// The vector in an answer of OpenAI's form.
    ///
    /// - Throws: ``ProviderError`` when the answer says that something failed, or is not as documented.
    func openAIVector() throws(ProviderError) -> [Float] {
        let error = self["error"]
        if error.exists { throw .refused(code: error["code"].literal, error["message"].string ?? error.literal) }
        return try self["data"][0]["embedding"].vector()
    }
}
