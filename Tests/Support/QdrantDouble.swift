import Foundation

/// One collection of Qdrant, as its API reference and its server behave.
package struct QdrantDouble: ServiceDouble {
    let collection: String
    let key: String
    package let vectors: StoredVectors

    package init(collection: String, key: String, _ metric: StoredVectors.Metric = .cosine, dimensions: Int) {
        self.collection = collection
        self.key = key
        self.vectors = StoredVectors(metric, dimensions: dimensions)
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["api-key"] == self.key else {
            return ServiceDoubleAnswer(status: 401, "Must provide an API key or an Authorization bearer token")
        }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count >= 4, path[0].isEmpty, path[1] == "collections", path[3] == "points" else {
            return ServiceDoubleAnswer(status: 404, "")
        }
        guard path[2].removingPercentEncoding == self.collection else {
            return self.error(404, "Not found: Collection `\(path[2])` doesn't exist!")
        }
        guard let body = request.object else { return self.error(400, "Format error in JSON body") }
        switch (request.method, path.dropFirst(4).joined(separator: "/")) {
        case ("PUT", ""): return self.upsert(body)
        case ("POST", "delete"): return self.delete(body, waits: request.query == "wait=true")
        case ("POST", "query"): return self.query(body, vectorIn: "query") { ["points": $0] }
        case ("POST", "search"): return self.query(body, vectorIn: "vector") { $0 }
        default: return ServiceDoubleAnswer(status: 404, "")
        }
    }

    private func upsert(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard let points = body["points"] as? [[String: Any]] else { return self.error(400, "missing field `points`") }
        for point in points {
            guard let id = point["id"] as? String, UUID(uuidString: id) != nil else {
                return self.error(400, "value is not a valid point ID")
            }
            guard let vector = point["vector"] as? [Double], let payload = point["payload"] as? [String: Any],
                let fields = try? JSONSerialization.data(withJSONObject: payload)
            else { return self.error(400, "Format error in JSON body") }
            guard vector.count == self.vectors.dimensions else { return self.wrongDimension(vector.count) }
            self.vectors.store(.init(id: id, vector: vector, fields: String(decoding: fields, as: UTF8.self)))
        }
        return self.success(["operation_id": 0, "status": "acknowledged"])
    }

    /// Without `wait` the points are still there when the answer comes.
    private func delete(_ body: [String: Any], waits: Bool) -> ServiceDoubleAnswer {
        if Set(body.keys) == ["points"], let ids = body["points"] as? [String] {
            guard ids.allSatisfy({ UUID(uuidString: $0) != nil }) else {
                return self.error(400, "Format error in JSON body")
            }
            if waits { _ = self.vectors.remove { ids.contains($0.id) } }
            return self.success(["operation_id": 1, "status": waits ? "completed" : "acknowledged"])
        }
        guard Set(body.keys) == ["filter"], let filter = body["filter"] as? [String: Any], Set(filter.keys) == ["must"],
            let conditions = filter["must"] as? [[String: Any]], conditions.count == 1,
            Set(conditions[0].keys) == ["key", "match"], let field = conditions[0]["key"] as? String,
            let match = conditions[0]["match"] as? [String: Any], Set(match.keys) == ["value"],
            let value = match["value"] as? String
        else { return self.error(400, "Format error in JSON body") }
        if waits { _ = self.vectors.remove(where: field, is: value) }
        return self.success(["operation_id": 1, "status": waits ? "completed" : "acknowledged"])
    }

    private func query(
        _ body: [String: Any],
        vectorIn name: String,
        _ wrap: ([[String: Any]]) -> Any
    ) -> ServiceDoubleAnswer {
        guard let vector = body[name] as? [Double], let limit = body["limit"] as? Int, limit >= 1 else {
            return self.error(400, "Format error in JSON body")
        }
        guard vector.count == self.vectors.dimensions else { return self.wrongDimension(vector.count) }
        let withPayload = body["with_payload"] as? Bool ?? false
        return self.success(
            wrap(
                self.vectors.nearest(to: vector, limit).map { found in
                    var point: [String: Any] = ["id": found.point.id, "version": 0, "score": found.score]
                    let fields = Data(found.point.fields.utf8)
                    if withPayload { point["payload"] = try? JSONSerialization.jsonObject(with: fields) }
                    return point
                }
            )
        )
    }

    private func wrongDimension(_ count: Int) -> ServiceDoubleAnswer {
        self.error(400, "Wrong input: Vector dimension error: expected dim: \(self.vectors.dimensions), got \(count)")
    }

    private func success(_ result: Any) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(json: ["result": result, "status": "ok", "time": 0.0004])
    }

    private func error(_ status: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["status": ["error": message], "time": 0.0002])
    }
}
