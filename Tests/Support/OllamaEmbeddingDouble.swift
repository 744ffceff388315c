/// Ollama with one embedding model, as its API reference describes it.
package struct OllamaEmbeddingDouble: ServiceDouble {
    let model: String

    package init(model: String) { self.model = model }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.path == "/api/embed", request.query.isEmpty else {
            return ServiceDoubleAnswer(status: 404, "404 page not found")
        }
        guard request.method == "POST" else { return ServiceDoubleAnswer(status: 405, "405 method not allowed") }
        guard let body = request.object else { return self.error(400, "missing request body") }
        guard let model = body["model"] as? String, model == self.model else {
            return self.error(404, "model \"\(body["model"] ?? "")\" not found, try pulling it first")
        }
        guard Set(body.keys) == ["model", "input"], let input = body["input"] as? String, !input.isEmpty else {
            return self.error(400, "invalid input type")
        }
        return ServiceDoubleAnswer(json: [
            "model": model, "embeddings": [TextVector.of(input)], "total_duration": 14_143_917,
            "load_duration": 1_019_500, "prompt_eval_count": 8,
        ])
    }

    private func error(_ status: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["error": message])
    }
}
