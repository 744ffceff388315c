import Foundation

/// One collection of Chroma, as version 1.5 of its server behaves, or as servers before 1.0 do with the calls of v1.
package struct ChromaDouble: ServiceDouble {
    /// The calls that the server knows.
    package enum API: Sendable {
        case v1
        case v2(tenant: String, database: String)
    }

    let collection: String
    let key: String
    let api: API
    package let vectors: StoredVectors

    package init(
        collection: String,
        key: String,
        _ api: API = .v2(tenant: "default_tenant", database: "default_database"),
        _ metric: StoredVectors.Metric = .cosineDistance,
        dimensions: Int
    ) {
        self.collection = collection
        self.key = key
        self.api = api
        self.vectors = StoredVectors(metric, dimensions: dimensions)
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["x-chroma-token"] == self.key else { return self.error(401, "AuthError", "Unauthorized") }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false).map {
            $0.removingPercentEncoding ?? ""
        }
        guard path.count == self.prefix.count + 2, Array(path.prefix(self.prefix.count)) == self.prefix else {
            return ServiceDoubleAnswer(status: 404, "")
        }
        let collection = path[path.count - 2]
        guard UUID(uuidString: collection) != nil else {
            return self.error(400, "InvalidArgumentError", "Collection ID is not a valid UUIDv4")
        }
        guard collection == self.collection else {
            return self.error(404, "NotFoundError", "Collection [\(collection)] does not exist.")
        }
        guard request.method == "POST" else { return ServiceDoubleAnswer(status: 405, "") }
        guard let body = request.object else { return self.malformed("expected value at line 1 column 1") }
        switch (path[path.count - 1], self.api) {
        case ("query", _): return self.query(body)
        case ("delete", _): return self.delete(body)
        case ("upsert", .v2), ("add", .v1): return self.store(body)
        default: return ServiceDoubleAnswer(status: 405, "")
        }
    }

    private var prefix: [String] {
        switch self.api {
        case .v1: ["", "api", "v1", "collections"]
        case .v2(let tenant, let database): ["", "api", "v2", "tenants", tenant, "databases", database, "collections"]
        }
    }

    private func store(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard let ids = body["ids"] as? [String], let vectors = body["embeddings"] as? [[Double]] else {
            return self.malformed("missing field `ids`")
        }
        let documents = body["documents"] as? [Any] ?? ids.map { _ in NSNull() }
        let metadatas = body["metadatas"] as? [Any] ?? ids.map { _ in NSNull() }
        guard ids.count == vectors.count, ids.count == documents.count, ids.count == metadatas.count else {
            return self.error(
                400,
                "InvalidArgumentError",
                "Inconsistent number of IDs, embeddings, documents, metadatas"
            )
        }
        for (index, id) in ids.enumerated() {
            guard !id.isEmpty else {
                return self.error(400, "InvalidArgumentError", "Empty ID, ID must have at least one character")
            }
            guard vectors[index].count == self.vectors.dimensions else {
                return self.wrongDimension(vectors[index].count)
            }
            let metadata = metadatas[index] as? [String: Any] ?? [:]
            guard metadata.values.allSatisfy({ $0 is String || $0 is Bool || $0 is Double || $0 is Int }) else {
                return self.malformed("metadatas: data did not match any variant of untagged enum MetadataValue")
            }
            self.store(id, vectors[index], documents[index] as? String, metadata)
        }
        return ServiceDoubleAnswer(self.isV1 ? "true" : "{}")
    }

    /// `add` keeps what is there; `upsert` replaces the parts that it is given, and keeps the others.
    private func store(_ id: String, _ vector: [Double], _ document: String?, _ metadata: [String: Any]) {
        let old = self.vectors.all.first { $0.id == id }
        if self.isV1, old != nil { return }
        var fields = old?.object ?? [:]
        if let document { fields["document"] = document }
        let kept = fields["metadata"] as? [String: Any] ?? [:]
        fields["metadata"] = kept.merging(metadata) { $1 }
        self.vectors.store(.init(id: id, vector: vector, object: fields))
    }

    private func delete(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard Set(body.keys).isSubset(of: ["ids", "where", "where_document"]) else {
            return self.malformed("unknown field")
        }
        if Set(body.keys) == ["ids"], let ids = body["ids"] as? [String], !ids.isEmpty {
            return self.answer(gone: self.vectors.remove { ids.contains($0.id) })
        }
        guard let condition = body["where"] as? [String: Any], condition.count == 1,
            let (field, value) = condition.first,
            let text = value as? String
        else { return self.error(400, "InvalidArgumentError", "Invalid where clause") }
        let gone = self.vectors.remove { ($0.object["metadata"] as? [String: Any])?[field] as? String == text }
        return self.answer(gone: gone)
    }

    private func answer(gone: [String]) -> ServiceDoubleAnswer {
        self.isV1 ? ServiceDoubleAnswer(json: gone) : ServiceDoubleAnswer(json: ["deleted": gone.count])
    }

    private var isV1: Bool { if case .v1 = self.api { true } else { false } }

    private func query(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard let vectors = body["query_embeddings"] as? [[Double]] else {
            return self.malformed("missing field `query_embeddings`")
        }
        for vector in vectors where vector.count != self.vectors.dimensions { return self.wrongDimension(vector.count) }
        let count = body["n_results"] as? Int ?? 10
        let included = body["include"] as? [String] ?? ["metadatas", "documents", "distances"]
        let found = vectors.map { self.vectors.nearest(to: $0, count) }
        func part(_ name: String, _ value: (StoredVectors.Point, Double) -> Any) -> Any {
            included.contains(name) ? found.map { $0.map { value($0.point, $0.score) } } : NSNull()
        }
        return ServiceDoubleAnswer(json: [
            "ids": found.map { $0.map(\.point.id) }, "embeddings": NSNull(), "uris": NSNull(), "include": included,
            "documents": part("documents") { point, _ in point.object["document"] ?? NSNull() },
            "metadatas": part("metadatas") { point, _ in point.object["metadata"] ?? NSNull() },
            "distances": part("distances") { $1 },
        ])
    }

    private func wrongDimension(_ count: Int) -> ServiceDoubleAnswer {
        let wanted = self.vectors.dimensions
        return self.error(
            400,
            "InvalidArgumentError",
            "Collection expecting embedding with dimension of \(wanted), got \(count)"
        )
    }

    private func malformed(_ words: String) -> ServiceDoubleAnswer {
        self.error(422, "ChromaError", "Failed to deserialize the JSON body into the target type: \(words)")
    }

    private func error(_ status: Int, _ name: String, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["error": name, "message": message])
    }
}
