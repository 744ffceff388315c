/// Cohere's embed call in one of its versions, as its API reference describes it.
package struct CohereEmbeddingDouble: ServiceDouble {
    /// Which of the two calls is answered.
    package enum Version: String, Sendable {
        case v1, v2
    }

    let version: Version
    let key: String

    package init(_ version: Version, key: String) {
        self.version = version
        self.key = key
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["authorization"] == "Bearer \(self.key)" else {
            return self.error(401, "invalid api token")
        }
        guard request.method == "POST", request.path == "/\(self.version.rawValue)/embed", request.query.isEmpty else {
            return self.error(404, "resource not found")
        }
        guard let body = request.object else { return self.error(400, "invalid request: invalid JSON") }
        for name in body.keys where !["texts", "model", "input_type", "embedding_types"].contains(name) {
            return self.error(422, "unknown field: parameter '\(name)' is not a valid field")
        }
        guard let model = body["model"] as? String, model.hasPrefix("embed-"), model != "embed-english-v2.0" else {
            return self.error(404, "model not found, make sure the correct model ID was used and that you have access")
        }
        guard let texts = body["texts"] as? [String], !texts.isEmpty, texts.count <= 96 else {
            return self.error(400, "invalid request: at least one text is required")
        }
        guard let type = body["input_type"] as? String,
            ["search_query", "search_document", "classification", "clustering"].contains(type)
        else { return self.error(400, "invalid request: valid input_type must be provided") }
        return self.success(texts, types: body["embedding_types"] as? [String])
    }

    /// Vectors by their types when those were asked for; a bare list, as only version 1 has it, otherwise.
    private func success(_ texts: [String], types: [String]?) -> ServiceDoubleAnswer {
        let vectors = texts.map { TextVector.of($0) }
        var answer: [String: Any] = [
            "id": "da6e531f-54c5-4a73-bf92-f60566d8d753", "texts": texts,
            "meta": ["api_version": ["version": "\(self.version.rawValue.dropFirst())"]],
        ]
        if let types {
            guard types == ["float"] else { return self.error(400, "invalid request: embedding_types is invalid") }
            answer["embeddings"] = ["float": vectors]
            answer["response_type"] = "embeddings_by_type"
        } else if self.version == .v1 {
            answer["embeddings"] = vectors
            answer["response_type"] = "embeddings_floats"
        } else {
            return self.error(400, "invalid request: embedding_types is required")
        }
        return ServiceDoubleAnswer(json: answer)
    }

    private func error(_ status: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["message": message])
    }
}
