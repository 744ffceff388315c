import Foundation

/// One deployment of an embedding model in Azure OpenAI, as its REST reference describes it.
package struct AzureEmbeddingDouble: ServiceDouble {
    let deployment: String
    let apiVersion: String
    let key: String

    package init(deployment: String, apiVersion: String, key: String) {
        self.deployment = deployment
        self.apiVersion = apiVersion
        self.key = key
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.host.hasSuffix(".openai.azure.com") else {
            return self.error(404, "404", "Resource not found")
        }
        guard request.headers["api-key"] == self.key, request.headers["authorization"] == nil else {
            let words = "Access denied due to invalid subscription key or wrong API endpoint."
            return self.error(401, "401", words)
        }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false).map {
            $0.removingPercentEncoding
        }
        guard request.method == "POST", path.count == 5, path[0] == "", path[1] == "openai", path[2] == "deployments",
            path[4] == "embeddings"
        else { return self.error(404, "404", "Resource not found") }
        guard request.query.removingPercentEncoding == "api-version=\(self.apiVersion)" else {
            return self.error(404, "404", "Resource not found")
        }
        guard path[3] == self.deployment else {
            return self.error(404, "DeploymentNotFound", "The API deployment for this resource does not exist.")
        }
        guard let body = request.object, Set(body.keys).isSubset(of: ["input", "user", "dimensions"]) else {
            return self.error(400, "BadRequest", "We could not parse the JSON body of your request.")
        }
        guard let input = body["input"] as? String, !input.isEmpty else {
            return self.error(400, "BadRequest", "'$.input' is invalid.")
        }
        return ServiceDoubleAnswer(json: [
            "object": "list", "model": "ada", "usage": ["prompt_tokens": 5, "total_tokens": 5],
            "data": [["object": "embedding", "index": 0, "embedding": TextVector.of(input)]],
        ])
    }

    private func error(_ status: Int, _ code: String, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["error": ["code": code, "message": message]])
    }
}
