import Foundation

/// One class of Weaviate that gets its properties from the objects that are stored, as the service does by default.
package struct WeaviateDouble: ServiceDouble {
    let className: String
    let key: String
    /// The properties that the class has before an object is stored.
    let properties: Set<String>
    /// How many objects one request deletes at most.
    let deletionLimit: Int
    package let vectors: StoredVectors

    package init(
        className: String,
        key: String,
        properties: Set<String> = ["question", "answer"],
        deletionLimit: Int = 10_000,
        _ metric: StoredVectors.Metric = .cosineDistance,
        dimensions: Int
    ) {
        self.className = className
        self.key = key
        self.properties = properties
        self.deletionLimit = deletionLimit
        self.vectors = StoredVectors(metric, dimensions: dimensions)
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.headers["authorization"] == "Bearer \(self.key)" else {
            return ServiceDoubleAnswer(status: 401, json: ["code": 401, "message": "unauthorized: invalid api key"])
        }
        guard let body = request.object else {
            return ServiceDoubleAnswer(status: 400, json: ["code": 400, "message": "parsing body failed"])
        }
        switch (request.method, request.path) {
        case ("POST", "/v1/objects"): return self.store(body)
        case ("POST", "/v1/graphql"): return self.get(body)
        case ("DELETE", "/v1/batch/objects"): return self.delete(body)
        default: return ServiceDoubleAnswer(status: 404, json: ["code": 404, "message": "path was not found"])
        }
    }

    private func store(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard body["class"] as? String == self.className, let properties = body["properties"] as? [String: Any] else {
            return self.error(422, "invalid object: class not present in schema")
        }
        guard let vector = body["vector"] as? [Double], vector.count == self.vectors.dimensions else {
            return self.error(500, "put object: new node has a vector with another length than existing nodes")
        }
        let id = body["id"] as? String ?? UUID().uuidString.lowercased()
        guard !self.vectors.all.contains(where: { $0.id == id }) else {
            return self.error(422, "id '\(id)' already exists")
        }
        self.vectors.store(.init(id: id, vector: vector, object: properties))
        return ServiceDoubleAnswer(json: ["class": self.className, "id": id, "properties": properties])
    }

    private func delete(_ body: [String: Any]) -> ServiceDoubleAnswer {
        guard Set(body.keys).isSubset(of: ["match", "output", "dryRun"]), let match = body["match"] as? [String: Any],
            Set(match.keys) == ["class", "where"], match["class"] as? String == self.className,
            let condition = match["where"] as? [String: Any]
        else { return self.error(422, "validate: empty match clause") }
        var conditions = [condition]
        if condition["operator"] as? String == "Or" { conditions = condition["operands"] as? [[String: Any]] ?? [] }
        var meant: [StoredVectors.Point] = []
        for condition in conditions {
            guard Set(condition.keys) == ["path", "operator", "valueText"], condition["operator"] as? String == "Equal",
                let path = condition["path"] as? [String], path.count == 1, let text = condition["valueText"] as? String
            else { return self.error(422, "validate: empty match clause") }
            guard path[0] == "id" || self.knownProperties.contains(path[0]) else {
                return self.error(422, "invalid where filter: no such prop with name '\(path[0])' found in class")
            }
            meant +=
                path[0] == "id"
                ? self.vectors.all.filter { $0.id == text } : self.vectors.points(where: path[0], is: text)
        }
        let going = Set(meant.prefix(self.deletionLimit).map(\.id))
        _ = self.vectors.remove { going.contains($0.id) }
        let results: [String: Any] = [
            "matches": meant.count, "limit": self.deletionLimit, "successful": going.count, "failed": 0,
            "objects": NSNull(),
        ]
        return ServiceDoubleAnswer(json: ["match": match, "output": "minimal", "dryRun": false, "results": results])
    }

    private var knownProperties: Set<String> {
        self.vectors.all.reduce(into: self.properties) { $0.formUnion($1.object.keys) }
    }

    private func get(_ body: [String: Any]) -> ServiceDoubleAnswer {
        if let text = body["query"] as? String, let words = WeaviateWords(text), words.className == self.className {
            return self.find(words)
        }
        guard let text = body["query"] as? String, let query = WeaviateQuery(text) else {
            return self.errors("Syntax Error GraphQL request (1:1)")
        }
        guard query.className == self.className else {
            return self.errors("Cannot query field \"\(query.className)\" on type \"GetObjectsObj\".")
        }
        let known = self.knownProperties
        let unknown = query.properties.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            return self.errors(unknown.map { "Cannot query field \"\($0)\" on type \"\(self.className)\"." })
        }
        guard query.vector.count == self.vectors.dimensions else {
            return self.errors("explorer: get class: vector search: vector lengths don't match")
        }
        let found = self.vectors.nearest(to: query.vector, query.limit).map { found -> [String: Any] in
            var object: [String: Any] = ["_additional": ["distance": found.score]]
            for name in query.properties { object[name] = found.point.object[name] ?? NSNull() }
            return object
        }
        return ServiceDoubleAnswer(json: ["data": ["Get": [self.className: found]]])
    }

    /// The objects that hold all words of a text, in any order and whatever their case: a property that is divided so.
    private func find(_ words: WeaviateWords) -> ServiceDoubleAnswer {
        let wanted = Self.words(of: words.text)
        let found = self.vectors.all.filter { point in
            wanted.isSubset(of: Self.words(of: point.object["question"] as? String ?? ""))
        }
        let objects = found.prefix(words.limit).map { point -> [String: Any] in
            ["question": point.object["question"] ?? NSNull(), "_additional": ["id": point.id]]
        }
        return ServiceDoubleAnswer(json: ["data": ["Get": [self.className: objects]]])
    }

    private static func words(of text: String) -> Set<String> {
        Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    }

    private func errors(_ messages: String...) -> ServiceDoubleAnswer { self.errors(messages) }

    private func errors(_ messages: [String]) -> ServiceDoubleAnswer {
        let errors = messages.map {
            ["message": $0, "locations": [["line": 1, "column": 6]], "path": NSNull()] as [String: Any]
        }
        return ServiceDoubleAnswer(json: ["data": NSNull(), "errors": errors])
    }

    private func error(_ status: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["error": [["message": message]]])
    }
}

/// A query for objects by the words of a text:
/// `{Get{Class(limit:1,where:{path:["question"],operator:Equal,valueText:"text"}){question _additional{id}}}}`.
private struct WeaviateWords {
    let className: String
    let limit: Int
    let text: String

    init?(_ query: String) {
        let pattern =
            #/
            \{Get\{([A-Z]\w*)\(limit:(\d+),where:\{path:\["question"\],operator:Equal,valueText:("(?:[^"\\]|\\.)*")\}\)
            \{question\s_additional\{id\}\}\}\}
            /#
        guard let match = try? pattern.wholeMatch(in: query), let limit = Int(match.2),
            let list = try? JSONSerialization.jsonObject(with: Data("[\(match.3)]".utf8)) as? [String],
            let text = list.first
        else { return nil }
        self.className = String(match.1)
        self.limit = limit
        self.text = text
    }
}

/// The shape of GraphQL query for what is near that is taken:
/// `{Get{Class(limit:1,nearVector:{vector:[1.0,2.0]}){question answer _additional{distance}}}}`.
private struct WeaviateQuery {
    let className: String
    let limit: Int
    let vector: [Double]
    let properties: [String]

    init?(_ text: String) {
        // Commas are blanks in GraphQL.
        let words = text.replacing(",", with: " ")
        let pattern =
            #/
            \s* \{ \s* Get \s* \{ \s* ([A-Z]\w*) \s*
            \( \s* limit \s* : \s* (\d+) \s+ nearVector \s* : \s* \{ \s* vector \s* : \s* \[ ([^\]]*) \] \s* \} \s* \) \s*
            \{ ([\w\s]*) \s _additional \s* \{ \s* distance \s* \} \s* \} \s* \} \s* \} \s*
            /#
        guard let match = try? pattern.wholeMatch(in: words), let limit = Int(match.2) else { return nil }
        let numbers = match.3.split(separator: " ").map { Double($0) }
        self.vector = numbers.compactMap { $0 }
        guard self.vector.count == numbers.count else { return nil }
        self.className = String(match.1)
        self.limit = limit
        self.properties = match.4.split(separator: " ").map(String.init)
    }
}
