/// The text embedding call of Alibaba Cloud Model Studio, as its API reference describes it.
package struct DashScopeEmbeddingDouble: ServiceDouble {
    private static let path = "/api/v1/services/embeddings/text-embedding/text-embedding"
    private static let requestID = "1ba94ac8-e058-99bc-9cc1-7fdb37940a46"

    let key: String
    let vector: @Sendable (String) -> [Double]

    /// - Parameter vector: The vector of a text.
    package init(key: String, vector: @escaping @Sendable (String) -> [Double] = { TextVector.of($0) }) {
        self.key = key
        self.vector = vector
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["authorization"] == "Bearer \(self.key)" else {
            return self.error(401, "InvalidApiKey", "Invalid API-key provided.")
        }
        guard request.method == "POST", request.path == Self.path, request.query.isEmpty else {
            return self.error(400, "InvalidURL", "The request URL is invalid, please check it.")
        }
        guard let body = request.object, Set(body.keys).isSubset(of: ["model", "input", "parameters"]) else {
            return self.error(400, "InvalidParameter", "Required body invalid, please check the request body format.")
        }
        guard let model = body["model"] as? String, model.hasPrefix("text-embedding-v") else {
            return self.error(400, "InvalidParameter", "Model not exist.")
        }
        let parameters = body["parameters"] as? [String: Any] ?? [:]
        guard ["query", "document"].contains(parameters["text_type"] as? String ?? "document") else {
            return self.error(400, "InvalidParameter", "text_type should be query or document")
        }
        guard let texts = (body["input"] as? [String: Any])?["texts"] as? [String], (1...25).contains(texts.count),
            texts.allSatisfy({ !$0.isEmpty })
        else { return self.error(400, "InvalidParameter", "batch size is invalid, it should not be larger than 25") }
        let embeddings = texts.enumerated().map { index, text -> [String: Any] in
            ["text_index": index, "embedding": self.vector(text)]
        }
        return ServiceDoubleAnswer(json: [
            "output": ["embeddings": embeddings], "usage": ["total_tokens": 5], "request_id": Self.requestID,
        ])
    }

    private func error(_ status: Int, _ code: String, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["code": code, "message": message, "request_id": Self.requestID])
    }
}
