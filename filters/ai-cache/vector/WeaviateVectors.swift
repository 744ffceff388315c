import FilterAPI

/// Questions in a class of Weaviate: `vector.type: weaviate`.
///
/// The service names a new entry itself, so that storing again adds one. Scores are distances whatever the class
/// computes. Asking for a property that the class does not have yet fails the query; an entry therefore has all that will
/// be asked for, and as long as there is no such entry, there is no neighbour.
///
/// Source: Weaviate reference, "GraphQL API, Get" and "REST API, Create a new object, Delete objects in bulk".
struct WeaviateVectors: VectorService {
    static let type = "weaviate"
    static let defaults = ServiceDefaults(host: .ofService)

    struct Configuration: FilterConfiguration {
        let className: String
        let apiKey: Secret?

        init(_ fields: ConfigurationFields) {
            let name = fields.requiredParsed("collectionID", help: "The class's name; it begins with a capital letter.")
            {
                (text) throws(ConfigurationMistake) in try Self.className(text)
            }
            self.className = name ?? ""
            self.apiKey = fields.secret("apiKey", help: "The API key; default: none.")
        }

        /// A name that stands for itself in a query.
        private static func className(_ text: String) throws(ConfigurationMistake) -> String {
            let isCapital = text.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
            guard isCapital, text.utf8.allSatisfy({ Self.isNamePart($0) }) else {
                throw ConfigurationMistake(
                    "expected the name of a class: a capital letter A to Z, then letters, digits and _"
                )
            }
            return text
        }

        private static func isNamePart(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    var score: ScoreKind { .distance }

    private var headers: HeaderFields { self.configuration.apiKey.map { .bearer($0) } ?? [:] }

    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/v1/graphql", headers: self.headers) { $0.member("query", self.text(of: query)) }
    }

    /// The query in GraphQL. It holds nothing but numbers and names that were checked.
    private func text(of query: VectorQuery) -> String {
        let vector = query.vector.map(\.description).joined(separator: ",")
        let own = query.scope == nil ? "" : " \(EntryField.scope) \(EntryField.expires)"
        return """
            {Get{\(self.configuration.className)(limit:\(query.topK),nearVector:{vector:[\(vector)]})\
            {\(EntryField.question) \(EntryField.answer)\(own) _additional{distance}}}}
            """
    }

    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour] {
        guard try !self.isAboutUnknownProperty(answer) else { return [] }
        try self.checkStored(answer)
        var neighbours: [Neighbour] = []
        for object in try answer["data"]["Get"].member(named: self.configuration.className).elements() {
            let score = try object["_additional"]["distance"].requiredNumber()
            if let neighbour = Neighbour(fields: object, score: score) { neighbours.append(neighbour) }
        }
        return neighbours
    }

    /// Whether the class lacks a property that was asked for, and nothing else is wrong.
    private func isAboutUnknownProperty(_ answer: JSONAnswer) throws(ProviderError) -> Bool {
        guard answer["errors"][0].exists else { return false }
        let properties = [EntryField.question, EntryField.answer, EntryField.scope, EntryField.expires]
        let known = properties.map { "Cannot query field \"\($0)\" on type \"\(self.configuration.className)\"" }
        return try answer["errors"].elements().allSatisfy { error in
            known.contains { error["message"].string?.hasPrefix($0) == true }
        }
    }

    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/v1/objects", headers: self.headers) {
            $0.member("class", self.configuration.className)
            $0.member("vector", entry.vector)
            $0.member("properties") { $0.object { $0.everyMember(of: entry) } }
        }
    }

    /// The errors of a query are in `errors`, those of other calls in `error`.
    func checkStored(_ answer: JSONAnswer) throws(ProviderError) {
        for errors in [answer["errors"], answer["error"]] where errors.exists {
            if errors.kind == .array, !errors[0].exists { continue }
            throw .refused(errors[0]["message"].string ?? errors.literal)
        }
    }

    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.delete, "/v1/batch/objects", headers: self.headers) {
            $0.member("match") {
                $0.object {
                    $0.member("class", self.configuration.className)
                    $0.member("where") {
                        $0.object {
                            $0.member("path") { $0.array { $0.string(removal.field) } }
                            $0.member("operator", "Equal")
                            $0.member("valueText", removal.value)
                        }
                    }
                }
            }
            $0.member("output", "minimal")
        }
    }

    /// The service takes out as many as its `limit` says, and tells how many it found.
    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep {
        try self.checkStored(answer)
        let results = answer["results"]
        let (found, gone) = (try results["matches"].requiredCount(), try results["successful"].requiredCount())
        guard results["failed"].integer ?? 0 == 0 else { throw .refused("not all objects were deleted") }
        let mayBeMore = found > gone || gone >= results["limit"].integer ?? Int.max
        return mayBeMore && gone > 0 ? .again(count: gone) : .done(count: gone)
    }
}
