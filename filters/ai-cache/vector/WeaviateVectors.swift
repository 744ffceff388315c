import FilterAPI
import NIOCore

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
    /// How many entries one request finds at most, when a question is forgotten.
    private static let mostFound = 1000

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
        self.deletion { Self.write(removal.field, removal.value, into: &$0) }
    }

    private func deletion(where condition: (inout JSONWriter) -> Void) -> ProviderRequest {
        ProviderRequest(.delete, "/v1/batch/objects", headers: self.headers) {
            $0.member("match") {
                $0.object {
                    $0.member("class", self.configuration.className)
                    $0.member("where") { $0.object(condition) }
                }
            }
            $0.member("output", "minimal")
        }
    }

    /// Writes the members of a condition.
    private static func write(_ property: String, _ value: String, into condition: inout JSONWriter) {
        condition.member("path") { $0.array { $0.string(property) } }
        condition.member("operator", "Equal")
        condition.member("valueText", value)
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

    /// Finds the entries that hold the words of the question: the service compares texts word by word.
    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest? {
        var literal = JSONWriter()
        literal.string(question)
        // A text of JSON is one of GraphQL too.
        let query = """
            {Get{\(self.configuration.className)(limit:\(Self.mostFound),where:{path:["\(EntryField.question)"],\
            operator:Equal,valueText:\(String(buffer: literal.bytes))}){\(EntryField.question) _additional{id}}}}
            """
        return ProviderRequest(.post, "/v1/graphql", headers: self.headers) { $0.member("query", query) }
    }

    /// Takes those out whose question it is, character for character; those with a scope too, since a class need not have
    /// that property.
    func step(after answer: JSONAnswer, removingQuestion question: String) throws(ProviderError) -> RemovalStep {
        if answer["results"].exists {
            try self.checkStored(answer)
            guard answer["results"]["failed"].integer ?? 0 == 0 else { throw .refused("not all objects were deleted") }
            return .done(count: try answer["results"]["successful"].requiredCount())
        }
        guard try !self.isAboutUnknownProperty(answer) else { return .done(count: 0) }
        try self.checkStored(answer)
        let found = try answer["data"]["Get"].member(named: self.configuration.className).elements()
        let ids = found.filter { $0.isUnscoped("question", question) }.compactMap { $0["_additional"]["id"].string }
        guard !ids.isEmpty else { return .done(count: 0) }
        return .next(self.deletion { Self.write(ids: ids, into: &$0) })
    }

    private static func write(ids: [String], into condition: inout JSONWriter) {
        if ids.count == 1 { return self.write("id", ids[0], into: &condition) }
        condition.member("operator", "Or")
        condition.member("operands") { operands in
            operands.array { array in
                for id in ids { array.object { self.write("id", id, into: &$0) } }
            }
        }
    }
}
