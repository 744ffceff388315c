import FilterAPI

/// Embeddings of Alibaba Cloud Model Studio (DashScope): `embedding.type: dashscope`.
///
/// Source: Model Studio API reference, "Text embedding synchronous API".
struct DashScopeEmbedding: EmbeddingService {
    static let type = "dashscope"
    static let defaults = ServiceDefaults(host: .named("dashscope.aliyuncs.com"))

    struct Configuration: FilterConfiguration {
        let apiKey: Secret
        let model: String

        init(_ fields: ConfigurationFields) {
            self.apiKey = fields.requiredSecret("apiKey", help: "The API key.")
            self.model = fields.string("model", default: "text-embedding-v2", help: "The model.")
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(
            .post,
            "/api/v1/services/embeddings/text-embedding/text-embedding",
            headers: .bearer(self.configuration.apiKey)
        ) {
            $0.member("model", self.configuration.model)
            $0.member("input") { $0.object { $0.member("texts") { $0.array { $0.string(text) } } } }
            // Both sides of a comparison are questions, so stored ones are embedded as queries too.
            $0.member("parameters") { $0.object { $0.member("text_type", "query") } }
        }
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] {
        // A success has no code, or an empty one.
        if let code = answer["code"].literal, !code.isEmpty {
            throw .refused(code: code, answer["message"].string)
        }
        return try answer["output"]["embeddings"][0]["embedding"].vector()
    }
}
