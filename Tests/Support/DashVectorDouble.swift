import Foundation

/// One collection of DashVector, as its HTTP API reference describes it.
package struct DashVectorDouble: ServiceDouble {
    let collection: String
    let key: String
    let host: String
    package let vectors: StoredVectors

    package init(
        collection: String,
        key: String,
        host: String,
        _ metric: StoredVectors.Metric = .cosineDistance,
        dimensions: Int
    ) {
        self.collection = collection
        self.key = key
        self.host = host
        self.vectors = StoredVectors(metric, dimensions: dimensions)
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.host == self.host else { return ServiceDoubleAnswer(status: 404, "") }
        guard let key = request.headers["dashvector-auth-token"], key == self.key else {
            return self.error(-2021, "Invalid API key \(request.headers["dashvector-auth-token"] ?? "")", status: 401)
        }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 5, path[0].isEmpty, path[1] == "v1", path[2] == "collections"
        else {
            return ServiceDoubleAnswer(status: 404, "")
        }
        guard path[3].removingPercentEncoding == self.collection else {
            return self.error(-2020, "DashVector collection \(path[3]) not exist")
        }
        guard let body = request.object else { return self.error(-2999, "body is not JSON") }
        switch (request.method, path[4]) {
        case ("POST", "docs"): return self.insert(body)
        case ("DELETE", "docs"): return self.delete(body)
        case ("POST", "query"): return self.query(body)
        default: return ServiceDoubleAnswer(status: 404, "")
        }
    }

    private func insert(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard Set(body.keys) == ["docs"], let documents = body["docs"] as? [[String: Any]], !documents.isEmpty else {
            return self.error(-2999, "docs is required")
        }
        var output: [[String: Any]] = []
        for document in documents {
            guard Set(document.keys).isSubset(of: ["id", "vector", "fields"]),
                let vector = document["vector"] as? [Double],
                let fields = document["fields"] as? [String: Any], fields.values.allSatisfy(Self.isValue)
            else { return self.error(-2999, "doc is invalid") }
            guard vector.count == self.vectors.dimensions else { return self.wrongDimension(vector.count) }
            let id = document["id"] as? String ?? self.vectors.nextID
            self.vectors.store(.init(id: id, vector: vector, object: fields))
            output.append(["doc_op": "insert", "id": id, "code": 0, "message": ""])
        }
        return self.success(output)
    }

    /// Texts, truth values and numbers; whole numbers have 32 bits.
    private static func isValue(_ value: Any) -> Bool {
        if value is String || value is Bool { return true }
        if let number = value as? Int { return Int32(exactly: number) != nil }
        return value is Double
    }

    private func query(_ body: [String: Any]) -> ServiceDoubleAnswer {
        let known: Set = ["vector", "id", "topk", "filter", "include_vector", "partition", "output_fields"]
        guard Set(body.keys).isSubset(of: known), let count = body["topk"] as? Int, (1...1024).contains(count) else {
            return self.error(-2999, "query is invalid")
        }
        if body["vector"] == nil { return self.find(body["filter"] as? String, count) }
        guard let vector = body["vector"] as? [Double] else { return self.error(-2999, "query is invalid") }
        guard vector.count == self.vectors.dimensions else { return self.wrongDimension(vector.count) }
        let withVector = body["include_vector"] as? Bool ?? false
        return self.success(
            self.vectors.nearest(to: vector, count).map { found in
                var document: [String: Any] = [
                    "id": found.point.id, "fields": found.point.object, "score": found.score,
                ]
                if withVector { document["vector"] = found.point.vector }
                return document
            }
        )
    }

    /// A query without a vector, by its filter alone.
    private func find(_ filter: String?, _ count: Int) -> ServiceDoubleAnswer {
        guard let match = filter?.wholeMatch(of: /(\w+) = '([^'\\]*)'/) else {
            return self.error(-2999, "query is invalid")
        }
        let found = self.vectors.points(where: String(match.1), is: String(match.2)).prefix(count)
        return self.success(found.map { ["id": $0.id, "fields": $0.object, "score": 0] })
    }

    private func delete(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard Set(body.keys) == ["ids"], let ids = body["ids"] as? [String], !ids.isEmpty else {
            return self.error(-2999, "ids is required")
        }
        _ = self.vectors.remove { ids.contains($0.id) }
        return self.success(ids.map { ["doc_op": "delete", "id": $0, "code": 0, "message": ""] })
    }

    private func wrongDimension(_ count: Int) -> ServiceDoubleAnswer {
        self.error(-2005, "vector dimension \(count) does not match \(self.vectors.dimensions)")
    }

    private func success(_ output: [[String: Any]]) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(json: ["request_id": "9c3f2441", "code": 0, "message": "Success", "output": output])
    }

    private func error(_ code: Int, _ message: String, status: Int = 200) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["request_id": "9c3f2441", "code": code, "message": message])
    }
}
