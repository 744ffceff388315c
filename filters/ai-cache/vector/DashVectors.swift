import FilterAPI

/// Questions in a collection of DashVector: `vector.type: dashvector`.
///
/// The service names a new entry itself, so that storing again adds one.
///
/// Entries are forgotten by the service's own names, which are asked for first.
///
/// Source: DashVector HTTP API reference, "Search for documents", "Insert a document" and "Delete documents".
struct DashVectors: VectorService {
    static let type = "dashvector"
    static let defaults = ServiceDefaults(host: .required)
    /// How many entries one request finds at most.
    private static let mostFound = 1024

    /// The metric of the collection.
    enum Metric: String, CaseIterable {
        case cosine
        case dotproduct
        case euclidean
    }

    struct Configuration: FilterConfiguration {
        let collection: String
        let apiKey: Secret
        let metric: Metric

        init(_ fields: ConfigurationFields) {
            self.collection = fields.requiredString("collectionID", help: "The collection's name.")
            self.apiKey = fields.requiredSecret("apiKey", help: "The API key.")
            self.metric = fields.choice(
                "metricType",
                default: Metric.cosine,
                help: "The metric that the collection was made with."
            )
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    var score: ScoreKind {
        switch self.configuration.metric {
        case .dotproduct: .similarity
        case .cosine, .euclidean: .distance
        }
    }

    private var path: String { "/v1/collections/\(PercentEncoding.encode(self.configuration.collection))" }

    private var headers: HeaderFields { ["dashvector-auth-token": self.configuration.apiKey.reveal()] }

    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/query", headers: self.headers) {
            $0.member("vector", query.vector)
            $0.member("topk", query.topK)
            $0.member("include_vector", false)
        }
    }

    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour] {
        try answer.checkCode()
        var neighbours: [Neighbour] = []
        for document in try answer["output"].elements() {
            let score = try document["score"].requiredNumber()
            let id = document["id"].string
            if let neighbour = Neighbour(fields: document["fields"], score: score, id: id, question: "query") {
                neighbours.append(neighbour)
            }
        }
        return neighbours
    }

    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/docs", headers: self.headers) {
            $0.member("docs") {
                $0.array {
                    $0.object {
                        $0.member("vector", entry.vector)
                        $0.member("fields") { $0.object { Self.write(entry, into: &$0) } }
                    }
                }
            }
        }
    }

    /// Times are text: whole numbers of the service have 32 bits.
    private static func write(_ entry: VectorEntry, into fields: inout JSONWriter) {
        fields.member("query", entry.question)
        if let answer = entry.answer { fields.member(EntryField.answer) { $0.string(answer) } }
        if let scope = entry.scope {
            fields.member(EntryField.scope, scope)
            fields.member(EntryField.key, entry.key.description)
        }
        if let expiresAt = entry.expiresAt { fields.member(EntryField.expires, String(expiresAt)) }
    }

    func checkStored(_ answer: JSONAnswer) throws(ProviderError) {
        try answer.checkCode()
        let documents = answer["output"]
        guard documents.kind == .array else { return }
        for document in try documents.elements() where document["code"].exists { try document.checkCode() }
    }

    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest {
        self.search(where: removal.field, is: removal.value)
    }

    /// - Parameter text: Without quotes, backslashes and control characters.
    private func search(where field: String, is text: String) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/query", headers: self.headers) {
            $0.member("filter", "\(field) = '\(text)'")
            $0.member("topk", Self.mostFound)
            $0.member("include_vector", false)
        }
    }

    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep {
        try self.step(after: answer) { _ in true }
    }

    /// How a filter writes a quote within a text is not documented.
    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest? {
        let isPlain = question.unicodeScalars.allSatisfy { $0 != "'" && $0 != "\\" && $0.value >= 0x20 }
        return isPlain ? self.search(where: "query", is: question) : nil
    }

    func step(after answer: JSONAnswer, removingQuestion question: String) throws(ProviderError) -> RemovalStep {
        try self.step(after: answer) { $0["fields"].isUnscoped("query", question) }
    }

    /// After the names of entries comes the request that forgets them, and after that the question whether there are more.
    private func step(
        after answer: JSONAnswer,
        where isMeant: (JSONAnswer) -> Bool
    ) throws(ProviderError) -> RemovalStep {
        try self.checkStored(answer)
        let documents = answer["output"]
        // What was deleted is told for each, or not at all.
        if !documents.exists { return .again(count: 0) }
        if documents[0]["doc_op"].exists { return .again(count: try documents.elements().count) }
        let ids = try documents.elements().filter(isMeant).compactMap { $0["id"].string }
        guard !ids.isEmpty else { return .done(count: 0) }
        return .next(
            ProviderRequest(.delete, "\(self.path)/docs", headers: self.headers) {
                $0.member("ids") { $0.array { for id in ids { $0.string(id) } } }
            }
        )
    }
}
