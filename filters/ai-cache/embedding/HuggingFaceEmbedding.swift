import FilterAPI

/// Embeddings of Hugging Face's inference service: `embedding.type: huggingface`.
///
/// A model with a pooling layer answers one vector; any other answers one for each token, of which the mean is taken.
/// Source: Hugging Face, "Inference Providers: HF Inference" and "Feature Extraction".
struct HuggingFaceEmbedding: EmbeddingService {
    static let type = "huggingface"
    static let defaults = ServiceDefaults(host: .named("router.huggingface.co"))
    /// The host of the Inference API, which has paths of its own and takes options.
    static let olderHost = "api-inference.huggingface.co"

    struct Configuration: FilterConfiguration {
        let apiKey: Secret
        let model: String
        let waitForModel: Bool

        init(_ fields: ConfigurationFields) {
            self.apiKey = fields.requiredSecret("apiKey", help: "The access token.")
            self.model = fields.string(
                "model",
                default: "sentence-transformers/all-MiniLM-L6-v2",
                help: "The model with its owner."
            )
            self.waitForModel = fields.bool(
                "waitForModel",
                default: false,
                help: "Wait while the older host (\(HuggingFaceEmbedding.olderHost)) loads the model."
            )
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        let isOlder = call.host == Self.olderHost
        let model = self.configuration.model.split(separator: "/", omittingEmptySubsequences: false)
            .map { PercentEncoding.encode(String($0)) }.joined(separator: "/")
        let path =
            isOlder
            ? "/pipeline/feature-extraction/\(model)" : "/hf-inference/models/\(model)/pipeline/feature-extraction"
        return ProviderRequest(.post, path, headers: .bearer(self.configuration.apiKey)) {
            $0.member("inputs", text)
            if isOlder {
                $0.member("options") { $0.object { $0.member("wait_for_model", self.configuration.waitForModel) } }
            }
        }
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] {
        let error = answer["error"]
        if error.exists { throw .refused(error.string ?? error.literal) }
        guard answer[0].kind == .array else {
            if answer.kind == .array, !answer[0].exists {
                throw ProviderError(.badAnswer, "the answer is an empty list; expected a list of numbers")
            }
            return try answer.vector()
        }
        // One more list around the vectors of the tokens: the text is a batch of one.
        return try Self.mean(of: try answer[0][0].kind == .array ? answer[0].elements() : answer.elements())
    }
}

extension HuggingFaceEmbedding {
    /// The mean of the vectors of a text's tokens.
    private static func mean(of tokens: [JSONAnswer]) throws(ProviderError) -> [Float] {
        var sums: [Double]?
        for token in tokens {
            let numbers = try token.numbers()
            let before = sums ?? Array(repeating: 0, count: numbers.count)
            guard !numbers.isEmpty, numbers.count == before.count else {
                throw ProviderError(.badAnswer, "the vectors of the text's tokens are empty or differ in length")
            }
            sums = zip(before, numbers).map { $0 + Double($1) }
        }
        return try (sums ?? []).map { Float($0 / Double(tokens.count)) }.comparable()
    }
}
