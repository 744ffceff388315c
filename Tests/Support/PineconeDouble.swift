/// One namespace of an index of Pinecone, as its API reference describes it.
package struct PineconeDouble: ServiceDouble {
    let host: String
    let key: String
    let namespace: String
    package let vectors: StoredVectors

    /// - Parameters:
    ///   - host: The index's own host.
    ///   - key: The API key.
    ///   - namespace: The namespace; empty for the default one.
    ///   - metric: What is computed.
    ///   - dimensions: How many numbers a vector has.
    package init(
        host: String,
        key: String,
        namespace: String = "",
        _ metric: StoredVectors.Metric = .cosine,
        dimensions: Int
    ) {
        self.host = host
        self.key = key
        self.namespace = namespace
        self.vectors = StoredVectors(metric, dimensions: dimensions)
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.host == self.host else { return self.error(404, 5, "Index not found") }
        guard let key = request.headers["api-key"], key == self.key else {
            return ServiceDoubleAnswer(status: 401, "Malformed or invalid API Key: \(request.headers["api-key"] ?? "")")
        }
        guard request.headers["x-pinecone-api-version"]?.wholeMatch(of: /\d{4}-\d{2}/) != nil else {
            return self.error(400, 3, "Invalid API version")
        }
        guard let body = request.object else { return self.error(400, 3, "Unexpected end of input") }
        guard body["namespace"] as? String ?? "" == self.namespace else {
            return self.error(404, 5, "Namespace not found")
        }
        switch (request.method, request.path) {
        case ("POST", "/query"): return self.query(body)
        case ("POST", "/vectors/upsert"): return self.upsert(body)
        case ("POST", "/vectors/delete"): return self.delete(body)
        default: return self.error(404, 5, "Not found")
        }
    }

    private func upsert(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard Set(body.keys).isSubset(of: ["vectors", "namespace"]), let points = body["vectors"] as? [[String: Any]]
        else {
            return self.error(400, 3, "Invalid value at 'vectors'")
        }
        for point in points {
            guard let id = point["id"] as? String, (1...512).contains(id.utf8.count),
                let vector = point["values"] as? [Double], let metadata = point["metadata"] as? [String: Any],
                metadata.values.allSatisfy({ $0 is String || $0 is Double || $0 is Bool || $0 is [String] })
            else { return self.error(400, 3, "Metadata value must be a string, number, boolean or list of strings") }
            guard vector.count == self.vectors.dimensions else { return self.wrongDimension(vector.count) }
            let size = ServiceDoubleAnswer(json: metadata).body.utf8.count
            guard size <= 40_960 else {
                return self.error(
                    400,
                    3,
                    "Metadata size is \(size) bytes, which exceeds the limit of 40960 bytes per vector"
                )
            }
            self.vectors.store(.init(id: id, vector: vector, object: metadata))
        }
        return ServiceDoubleAnswer(json: ["upsertedCount": points.count])
    }

    private func delete(_ body: [String: Any]) -> ServiceDoubleAnswer {
        if body["filter"] == nil, body["deleteAll"] == nil, let ids = body["ids"] as? [String], !ids.isEmpty {
            _ = self.vectors.remove { ids.contains($0.id) }
            return ServiceDoubleAnswer("{}")
        }
        guard Set(body.keys).isSubset(of: ["ids", "deleteAll", "filter", "namespace"]),
            let filter = body["filter"] as? [String: Any], filter.count == 1, let (field, condition) = filter.first,
            let equal = condition as? [String: Any], Set(equal.keys) == ["$eq"], let text = equal["$eq"] as? String
        else { return self.error(400, 3, "Invalid filter") }
        _ = self.vectors.remove(where: field, is: text)
        return ServiceDoubleAnswer("{}")
    }

    private func query(_ body: [String: Any]) -> ServiceDoubleAnswer {
        let known: Set = ["namespace", "vector", "topK", "includeMetadata", "includeValues", "filter"]
        guard Set(body.keys).isSubset(of: known), let vector = body["vector"] as? [Double],
            let count = body["topK"] as? Int, (1...10_000).contains(count)
        else { return self.error(400, 3, "Invalid value at 'topK'") }
        guard vector.count == self.vectors.dimensions else { return self.wrongDimension(vector.count) }
        let withMetadata = body["includeMetadata"] as? Bool ?? false
        let withValues = body["includeValues"] as? Bool ?? false
        let matches = self.vectors.nearest(to: vector, count).map { found -> [String: Any] in
            var match: [String: Any] = ["id": found.point.id, "score": found.score]
            match["values"] = withValues ? found.point.vector : []
            if withMetadata { match["metadata"] = found.point.object }
            return match
        }
        return ServiceDoubleAnswer(json: [
            "results": [[String: Any]](), "matches": matches, "namespace": self.namespace, "usage": ["readUnits": 1],
        ])
    }

    private func wrongDimension(_ count: Int) -> ServiceDoubleAnswer {
        let wanted = self.vectors.dimensions
        return self.error(400, 3, "Vector dimension \(count) does not match the dimension of the index \(wanted)")
    }

    private func error(_ status: Int, _ code: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["code": code, "message": message, "details": [String]()])
    }
}
