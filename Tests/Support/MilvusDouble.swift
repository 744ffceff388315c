/// One collection of Milvus, as version 2 of its RESTful API describes it: nearly every error has the status 200.
package struct MilvusDouble: ServiceDouble {
    let collection: String
    let database: String?
    let key: String
    /// The fields of the schema beside `vector` and the id that an entity has to have.
    private static let requiredFields: Set = ["question", "answer"]
    /// The fields of the schema that an entity may lack.
    let nullableFields: Set<String>
    /// Whether entities may have other fields too.
    let hasDynamicFields: Bool
    package let vectors: StoredVectors

    package init(
        collection: String,
        database: String? = nil,
        key: String,
        nullableFields: Set<String> = [],
        hasDynamicFields: Bool = true,
        _ metric: StoredVectors.Metric = .cosine,
        dimensions: Int
    ) {
        self.collection = collection
        self.database = database
        self.key = key
        self.nullableFields = nullableFields
        self.hasDynamicFields = hasDynamicFields
        self.vectors = StoredVectors(metric, dimensions: dimensions)
    }

    private var fields: Set<String> { Self.requiredFields.union(self.nullableFields) }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["authorization"] == "Bearer \(self.key)" else {
            return self.error(1800, "user hasn't authenticated")
        }
        guard let body = request.object, let name = body["collectionName"] as? String else {
            return self.error(1801, "can only accept json format request")
        }
        guard body["dbName"] as? String == self.database else { return self.error(800, "database not found") }
        guard name == self.collection else { return self.error(100, "can't find collection[collection=\(name)]") }
        switch (request.method, request.path) {
        case ("POST", "/v2/vectordb/entities/search"): return self.search(body)
        case ("POST", "/v2/vectordb/entities/insert"): return self.insert(body)
        case ("POST", "/v2/vectordb/entities/delete"): return self.delete(body)
        default: return ServiceDoubleAnswer(status: 404, "404 page not found")
        }
    }

    private func insert(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard let entities = body["data"] as? [[String: Any]] else {
            return self.error(1802, "missing required parameters")
        }
        var ids: [String] = []
        for entity in entities {
            guard let vector = entity["vector"] as? [Double], vector.count == self.vectors.dimensions else {
                return self.error(1804, "fail to deal the insert data: dimension")
            }
            let values = entity.filter { $0.key != "vector" }
            if let fault = self.fault(of: values) { return self.error(1804, "fail to deal the insert data: \(fault)") }
            let id = self.vectors.nextID
            self.vectors.store(.init(id: id, vector: vector, object: values))
            ids.append(id)
        }
        return ServiceDoubleAnswer(json: ["code": 0, "cost": 0, "data": ["insertCount": ids.count, "insertIds": ids]])
    }

    private func delete(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard Set(body.keys).isSubset(of: ["collectionName", "dbName", "filter", "partitionName"]),
            let filter = body["filter"] as? String
        else { return self.error(1802, "missing required parameters") }
        guard let match = filter.wholeMatch(of: /(\w+) == "((?:[^"\\\r\n]|\\["\\nr])*)"/) else {
            return self.error(1100, "failed to create delete plan: cannot parse expression: \(filter)")
        }
        let field = String(match.1)
        guard self.hasDynamicFields || self.fields.contains(field) else {
            return self.error(1100, "failed to create delete plan: field \(field) not exist")
        }
        _ = self.vectors.remove(where: field, is: Self.unescaped(match.2))
        return ServiceDoubleAnswer(json: ["code": 0, "cost": 0, "data": [String: Int]()])
    }

    private static func unescaped(_ literal: Substring) -> String {
        var text = ""
        var isEscaped = false
        for character in literal.unicodeScalars {
            if !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            let meant: [Unicode.Scalar: Unicode.Scalar] = isEscaped ? ["n": "\n", "r": "\r"] : [:]
            text.unicodeScalars.append(meant[character] ?? character)
            isEscaped = false
        }
        return text
    }

    private func fault(of values: [String: Any]) -> String? {
        if let missing = Self.requiredFields.subtracting(values.keys).first { return "missed field `\(missing)`" }
        if !self.hasDynamicFields, let extra = Set(values.keys).subtracting(self.fields).first {
            return "has pass more fields without dynamic schema, please check it: \(extra)"
        }
        let long = values.first { ($0.value as? String)?.utf8.count ?? 0 > 65_535 }
        return long.map { "length of varchar field \($0.key) exceeds max length" }
    }

    private func search(_ body: [String: Any]) -> ServiceDoubleAnswer {
        let known: Set = ["collectionName", "dbName", "data", "annsField", "limit", "outputFields", "filter"]
        guard Set(body.keys).isSubset(of: known), let vectors = body["data"] as? [[Double]], vectors.count == 1,
            let limit = body["limit"] as? Int, (1...16_384).contains(limit)
        else { return self.error(1802, "missing required parameters") }
        guard body["annsField"] as? String == "vector" else { return self.error(1100, "cannot find a vector field") }
        guard vectors[0].count == self.vectors.dimensions else { return self.error(65535, "vector dimension mismatch") }
        let names = body["outputFields"] as? [String] ?? []
        if !self.hasDynamicFields, let unknown = names.first(where: { !self.fields.contains($0) }) {
            return self.error(65535, "field \(unknown) not exist")
        }
        let data = self.vectors.nearest(to: vectors[0], limit).map { found -> [String: Any] in
            var entity: [String: Any] = ["id": found.point.id, "distance": found.score]
            for name in names { entity[name] = found.point.object[name].map { self.shown($0, name) } }
            return entity
        }
        return ServiceDoubleAnswer(json: ["code": 0, "cost": 0, "data": data])
    }

    /// Whole numbers of the schema are texts, so that JavaScript can read them.
    private func shown(_ value: Any, _ name: String) -> Any {
        guard self.fields.contains(name), let number = value as? Int else { return value }
        return "\(number)"
    }

    private func error(_ code: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(json: ["code": code, "message": message])
    }
}
