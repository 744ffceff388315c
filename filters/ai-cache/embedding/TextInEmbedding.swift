import FilterAPI

/// Embeddings of TextIn's model acge: `embedding.type: textin`.
///
/// Source: TextIn, "acge text embedding".
struct TextInEmbedding: EmbeddingService {
    static let type = "textin"
    static let defaults = ServiceDefaults(host: .named("api.textin.com"))
    /// The `code` of a success.
    static let success = 200.0

    struct Configuration: FilterConfiguration {
        let appID: Secret
        let secretCode: Secret
        let dimensions: Int

        init(_ fields: ConfigurationFields) {
            self.appID = fields.requiredSecret("textinAppId", help: "The application's id (app-id).")
            self.secretCode = fields.requiredSecret("textinSecretCode", help: "The application's secret (secret-code).")
            self.dimensions = fields.requiredInteger(
                "textinMatryoshkaDim",
                in: 1...65536,
                help: "How many numbers a vector has."
            )
            fields.ignored("model", "the service has one model")
            fields.ignored("apiKey", "the service takes textinAppId and textinSecretCode", isSecret: true)
        }
    }

    let configuration: Configuration
    var dimensions: Int? { self.configuration.dimensions }

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        let headers: HeaderFields = [
            "x-ti-app-id": self.configuration.appID.reveal(),
            "x-ti-secret-code": self.configuration.secretCode.reveal(),
        ]
        return ProviderRequest(.post, "/ai/service/v1/acge_embedding", headers: headers) {
            $0.member("input") { $0.array { $0.string(text) } }
            $0.member("matryoshka_dim", self.configuration.dimensions)
        }
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] {
        let code = answer["code"]
        guard try code.requiredNumber() == Self.success else {
            throw .refused(code: code.literal, answer["message"].string)
        }
        return try answer["result"]["embedding"][0].vector()
    }
}
