import Foundation

/// One index of Elasticsearch with a `dense_vector` field `embedding`, as its API reference describes it.
package struct ElasticsearchDouble: ServiceDouble {
    let index: String
    let authorization: String?
    package let vectors: StoredVectors

    /// - Parameters:
    ///   - index: The index's name.
    ///   - authorization: The `Authorization` that it takes; `nil` for a server without security.
    ///   - dimensions: How many numbers a vector has.
    package init(index: String, authorization: String?, dimensions: Int) {
        self.index = index
        self.authorization = authorization
        self.vectors = StoredVectors(.cosine, dimensions: dimensions)
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        if let authorization, request.headers["authorization"] != authorization {
            let sent = request.headers["authorization"] ?? "nothing"
            return self.error(401, "security_exception", "unable to authenticate with provided credentials \(sent)")
        }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 3, path[0].isEmpty, let index = path[1].removingPercentEncoding else {
            return self.error(400, "illegal_argument_exception", "request [\(request.path)] is not known")
        }
        guard request.method == "POST" else {
            return self.error(405, "method_not_allowed", "Incorrect HTTP method for uri [\(request.path)]")
        }
        guard index == self.index else {
            return self.error(404, "index_not_found_exception", "no such index [\(index)]")
        }
        guard let body = request.object else { return self.error(400, "parse_exception", "request body is required") }
        switch path[2] {
        case "_doc": return self.store(body)
        case "_search": return self.search(body)
        case "_delete_by_query": return self.delete(body, refreshes: request.query.contains("refresh=true"))
        default: return self.error(400, "illegal_argument_exception", "request [\(request.path)] is not known")
        }
    }

    private func store(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard let vector = body["embedding"] as? [Double], vector.count == self.vectors.dimensions,
            vector.contains(where: { $0 != 0 })
        else { return self.error(400, "document_parsing_exception", "[1:2] failed to parse field [embedding]") }
        let id = self.vectors.nextID
        self.vectors.store(.init(id: id, vector: vector, object: body))
        return ServiceDoubleAnswer(
            status: 201,
            json: ["_index": self.index, "_id": id, "_version": 1, "result": "created", "_seq_no": 0]
        )
    }

    private func delete(_ body: [String: Any], refreshes: Bool) -> ServiceDoubleAnswer {
        guard Set(body.keys) == ["query"], let query = body["query"] as? [String: Any], query.count == 1 else {
            return self.error(400, "parsing_exception", "unknown query")
        }
        if let ids = (query["ids"] as? [String: Any])?["values"] as? [String] {
            return self.deleted(self.vectors.all.filter { ids.contains($0.id) }, refreshes: refreshes)
        }
        guard let term = query["term"] as? [String: Any], term.count == 1, let (field, value) = term.first,
            let text = value as? String
        else { return self.error(400, "parsing_exception", "unknown query") }
        return self.deleted(self.vectors.points(where: field, is: text), refreshes: refreshes)
    }

    private func deleted(_ meant: [StoredVectors.Point], refreshes: Bool) -> ServiceDoubleAnswer {
        let ids = Set(meant.map(\.id))
        // What was not refreshed is found a while longer.
        if refreshes { _ = self.vectors.remove { ids.contains($0.id) } }
        return ServiceDoubleAnswer(json: [
            "took": 1, "timed_out": false, "total": meant.count, "deleted": meant.count, "batches": 1,
            "version_conflicts": 0, "noops": 0, "failures": [String](),
        ])
    }

    /// The documents in which a text stands as a phrase, whatever its case.
    private func find(_ phrase: [String: Any], _ fields: [String], _ size: Int) -> ServiceDoubleAnswer {
        guard phrase.count == 1, let (field, value) = phrase.first, let text = value as? String else {
            return self.error(400, "parsing_exception", "[match_phrase] unknown token")
        }
        let found = self.vectors.all.filter {
            ($0.object[field] as? String)?.lowercased().contains(text.lowercased()) == true
        }
        let hits = found.prefix(size).map { point -> [String: Any] in
            let source = point.object.filter { fields.contains($0.key) }
            return ["_index": self.index, "_id": point.id, "_score": 1.5, "_source": source]
        }
        return ServiceDoubleAnswer(json: [
            "took": 1, "timed_out": false, "_shards": ["total": 1, "successful": 1, "skipped": 0, "failed": 0],
            "hits": ["total": ["value": hits.count, "relation": "eq"], "hits": hits],
        ])
    }

    private func search(_ body: [String: Any]) -> ServiceDoubleAnswer {
        if Set(body.keys) == ["_source", "query", "size"], let fields = body["_source"] as? [String],
            let phrase = (body["query"] as? [String: Any])?["match_phrase"] as? [String: Any],
            let size = body["size"] as? Int
        {
            return self.find(phrase, fields, size)
        }
        guard Set(body.keys).isSubset(of: ["_source", "knn", "size"]), let knn = body["knn"] as? [String: Any],
            Set(knn.keys).isSubset(of: ["field", "query_vector", "k", "num_candidates", "filter"]),
            knn["field"] as? String == "embedding", let vector = knn["query_vector"] as? [Double]
        else { return self.error(400, "parsing_exception", "unknown field") }
        guard vector.count == self.vectors.dimensions else {
            return self.error(400, "illegal_argument_exception", "the query vector has a different dimension")
        }
        guard let k = knn["k"] as? Int, let candidates = knn["num_candidates"] as? Int, k >= 1, k <= candidates,
            candidates <= 10_000
        else { return self.error(400, "illegal_argument_exception", "[num_candidates] cannot be less than [k]") }
        let excluded = (body["_source"] as? [String: Any])?["excludes"] as? [String] ?? []
        let hits = self.vectors.nearest(to: vector, min(k, body["size"] as? Int ?? 10)).map { found -> [String: Any] in
            let source = found.point.object.filter { !excluded.contains($0.key) }
            return ["_index": self.index, "_id": found.point.id, "_score": (1 + found.score) / 2, "_source": source]
        }
        return ServiceDoubleAnswer(json: [
            "took": 1, "timed_out": false, "_shards": ["total": 1, "successful": 1, "skipped": 0, "failed": 0],
            "hits": ["total": ["value": hits.count, "relation": "eq"], "hits": hits],
        ])
    }

    private func error(_ status: Int, _ type: String, _ reason: String) -> ServiceDoubleAnswer {
        let cause: [String: Any] = ["type": type, "reason": reason]
        let error = cause.merging(["root_cause": [cause]]) { $1 }
        return ServiceDoubleAnswer(status: status, json: ["error": error, "status": status])
    }
}
