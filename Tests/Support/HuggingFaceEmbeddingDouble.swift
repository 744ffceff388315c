/// The feature extraction of one model at Hugging Face, as its inference documentation describes it.
package struct HuggingFaceEmbeddingDouble: ServiceDouble {
    /// Which of the two hosts is stood in for.
    package enum Host: Sendable {
        /// The router, at whose model the vectors of the tokens are pooled already.
        case router
        /// The older Inference API, with a model that answers one vector for each token.
        case older(isLoading: Bool)
    }

    let host: Host
    let model: String
    let key: String

    package init(_ host: Host, model: String, key: String) {
        self.host = host
        self.model = model
        self.key = key
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["authorization"] == "Bearer \(self.key)" else {
            return self.error(401, "Invalid credentials in Authorization header")
        }
        guard request.method == "POST", request.path == self.path, request.query.isEmpty else {
            return ServiceDoubleAnswer(status: 404, "Not Found")
        }
        guard let body = request.object, let input = body["inputs"] as? String, !input.isEmpty else {
            return self.error(422, "Failed to deserialize the JSON body into the target type: missing field `inputs`")
        }
        switch self.host {
        case .router:
            guard body.count == 1 else { return self.error(400, "unknown parameters") }
            return ServiceDoubleAnswer(json: TextVector.of(input))
        case .older(let isLoading):
            guard let options = body["options"] as? [String: Bool], body.count == 2, options.count == 1,
                let waits = options["wait_for_model"]
            else { return self.error(400, "unknown options") }
            if isLoading, !waits { return self.loading }
            return ServiceDoubleAnswer(json: Self.tokens(of: TextVector.of(input)))
        }
    }

    private var path: String {
        switch self.host {
        case .router: "/hf-inference/models/\(self.model)/pipeline/feature-extraction"
        case .older: "/pipeline/feature-extraction/\(self.model)"
        }
    }

    private var loading: ServiceDoubleAnswer {
        ServiceDoubleAnswer(
            status: 503,
            json: ["error": "Model \(self.model) is currently loading", "estimated_time": 20.5]
        )
    }

    /// Three vectors with this mean.
    private static func tokens(of mean: [Double]) -> [[Double]] {
        [mean.map { $0 + 0.5 }, mean, mean.map { $0 - 0.5 }]
    }

    private func error(_ status: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["error": message])
    }
}
