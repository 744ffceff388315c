import FilterAPI

/// Questions in a collection of Milvus 2.4 and later, or Zilliz Cloud: `vector.type: milvus`.
///
/// The service names a new entry itself, so that storing again adds one. It may refuse an entry that lacks one of the
/// collection's fields, so none is left out: no answer is an empty text, and no end is 0.
///
/// Source: Milvus RESTful API reference, version 2, "Vector operations: Search, Insert, Delete".
struct MilvusVectors: VectorService {
    static let type = "milvus"
    static let defaults = ServiceDefaults(host: .ofService)
    /// The field that holds the vector.
    private static let vectorField = "vector"

    /// The metric of the collection's index.
    enum Metric: String, CaseIterable {
        case cosine = "COSINE"
        case innerProduct = "IP"
        case euclidean = "L2"
    }

    struct Configuration: FilterConfiguration {
        let collection: String
        let database: String?
        let apiKey: Secret?
        let metric: Metric

        init(_ fields: ConfigurationFields) {
            self.collection = fields.requiredString("collectionID", help: "The collection's name.")
            self.database = fields.string("dbName", help: "The database; default: the service's default one.")
            self.apiKey = fields.secret("apiKey", help: "The API key, or user:password; default: none.")
            self.metric = fields.choice(
                "metricType",
                default: Metric.cosine,
                help: "The metric that the collection was indexed with."
            )
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    var score: ScoreKind {
        switch self.configuration.metric {
        case .cosine, .innerProduct: .similarity
        case .euclidean: .distance
        }
    }

    /// The most bytes that a text field of the service takes.
    var longestAnswer: Int { 65_535 }

    private var headers: HeaderFields { self.configuration.apiKey.map { .bearer($0) } ?? [:] }

    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/v2/vectordb/entities/search", headers: self.headers) {
            self.writeCollection(into: &$0)
            $0.member("data") { $0.array { $0.numbers(query.vector) } }
            $0.member("annsField", Self.vectorField)
            $0.member("limit", query.topK)
            $0.member("outputFields") {
                $0.array {
                    $0.string(EntryField.question)
                    $0.string(EntryField.answer)
                    guard query.scope != nil else { return }
                    $0.string(EntryField.scope)
                    $0.string(EntryField.expires)
                }
            }
        }
    }

    private func writeCollection(into body: inout JSONWriter) {
        body.member("collectionName", self.configuration.collection)
        if let database = self.configuration.database { body.member("dbName", database) }
    }

    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour] {
        try answer.checkCode()
        var neighbours: [Neighbour] = []
        for entity in try answer["data"].elements() {
            let score = try entity["distance"].requiredNumber()
            if let neighbour = Neighbour(fields: entity, score: score, id: entity["id"].literal) {
                neighbours.append(neighbour)
            }
        }
        return neighbours
    }

    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/v2/vectordb/entities/insert", headers: self.headers) {
            self.writeCollection(into: &$0)
            $0.member("data") {
                $0.array {
                    $0.object {
                        $0.member(Self.vectorField, entry.vector)
                        $0.everyMember(of: entry)
                    }
                }
            }
        }
    }

    func checkStored(_ answer: JSONAnswer) throws(ProviderError) { try answer.checkCode() }

    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/v2/vectordb/entities/delete", headers: self.headers) {
            self.writeCollection(into: &$0)
            $0.member("filter", "\(removal.field) == \"\(removal.value)\"")
        }
    }

    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep {
        try answer.checkCode()
        return .done(count: answer["data"]["deleteCount"].count)
    }

    /// Takes out every entry of the question, also those with a scope, since a collection need not have that field.
    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest? {
        ProviderRequest(.post, "/v2/vectordb/entities/delete", headers: self.headers) {
            self.writeCollection(into: &$0)
            $0.member("filter", "\(EntryField.question) == \(Self.literal(question))")
        }
    }

    func countRemoved(_ answer: JSONAnswer) throws(ProviderError) -> Int? {
        try answer.checkCode()
        return answer["data"]["deleteCount"].count
    }

    /// A text as a filter writes it.
    private static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\"", "\\":
                literal += "\\"
                literal.unicodeScalars.append(scalar)
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
