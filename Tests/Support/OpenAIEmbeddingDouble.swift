/// OpenAI's embeddings call, as its API reference describes it.
package struct OpenAIEmbeddingDouble: ServiceDouble {
    let key: String

    package init(key: String) { self.key = key }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["authorization"] == "Bearer \(self.key)" else {
            let sent = request.headers["authorization"] ?? ""
            return self.error(401, "Incorrect API key provided: \(sent.dropFirst(7)).", "invalid_api_key")
        }
        guard request.method == "POST", request.path == "/v1/embeddings", request.query.isEmpty else {
            return self.error(404, "Invalid URL (\(request.method) \(request.path))", nil)
        }
        guard let body = request.object, Set(body.keys).isSubset(of: ["input", "model", "dimensions"]) else {
            return self.error(400, "We could not parse the JSON body of your request.", nil)
        }
        guard let model = body["model"] as? String, model.hasPrefix("text-embedding-") else {
            return self.error(404, "The model does not exist.", "model_not_found")
        }
        guard let input = body["input"] as? String, !input.isEmpty else {
            return self.error(400, "'$.input' is invalid.", nil)
        }
        let vector = TextVector.of(input, dimensions: body["dimensions"] as? Int ?? TextVector.dimensions)
        return ServiceDoubleAnswer(json: [
            "object": "list", "model": model, "usage": ["prompt_tokens": 5, "total_tokens": 5],
            "data": [["object": "embedding", "index": 0, "embedding": vector]],
        ])
    }

    private func error(_ status: Int, _ message: String, _ code: String?) -> ServiceDoubleAnswer {
        let code: Any = code ?? [String: Any]()
        return ServiceDoubleAnswer(
            status: status,
            json: ["error": ["message": message, "type": "invalid_request_error", "code": code]]
        )
    }
}
