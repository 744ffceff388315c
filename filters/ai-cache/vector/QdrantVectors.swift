import FilterAPI

/// Questions in a collection of Qdrant: `vector.type: qdrant`.
///
/// Source: Qdrant API reference, "Query points", "Search points", "Upsert points" and "Delete points".
struct QdrantVectors: VectorService {
    static let type = "qdrant"
    static let defaults = ServiceDefaults(host: .ofService, port: 6333)

    /// Which of the two query calls is used.
    enum APIVersion: String, CaseIterable {
        /// `/points/query`, since version 1.10.
        case query
        /// `/points/search`, which later versions dropped.
        case search
    }

    /// The distance of the collection.
    enum Metric: String, CaseIterable {
        case cosine = "Cosine"
        case dot = "Dot"
        case euclid = "Euclid"
        case manhattan = "Manhattan"
    }

    struct Configuration: FilterConfiguration {
        let collection: String
        let apiKey: Secret?
        let apiVersion: APIVersion
        let metric: Metric

        init(_ fields: ConfigurationFields) {
            self.collection = fields.requiredString("collectionID", help: "The collection's name.")
            self.apiKey = fields.secret("apiKey", help: "The API key; default: none.")
            self.apiVersion = fields.choice(
                "apiVersion",
                default: APIVersion.query,
                help: "The call that asks for neighbours."
            )
            self.metric = fields.choice(
                "metricType",
                default: Metric.cosine,
                help: "The distance that the collection was made with."
            )
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    var score: ScoreKind {
        switch self.configuration.metric {
        case .cosine, .dot: .similarity
        case .euclid, .manhattan: .distance
        }
    }

    private var path: String { "/collections/\(PercentEncoding.encode(self.configuration.collection))/points" }

    private var headers: HeaderFields { self.configuration.apiKey.map { ["api-key": $0.reveal()] } ?? [:] }

    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest {
        let version = self.configuration.apiVersion
        return ProviderRequest(.post, "\(self.path)/\(version.rawValue)", headers: self.headers) {
            $0.member(version == .query ? "query" : "vector", query.vector)
            $0.member("limit", query.topK)
            $0.member("with_payload", true)
        }
    }

    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour] {
        try self.checkStored(answer)
        let result = answer["result"]
        var neighbours: [Neighbour] = []
        for point in try (self.configuration.apiVersion == .query ? result["points"] : result).elements() {
            let score = try point["score"].requiredNumber()
            let id = point["id"].literal
            if let neighbour = Neighbour(fields: point["payload"], score: score, id: id) {
                neighbours.append(neighbour)
            }
        }
        return neighbours
    }

    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.put, self.path, headers: self.headers) {
            $0.member("points") {
                $0.array {
                    $0.object {
                        $0.member("id", entry.id.description)
                        $0.member("vector", entry.vector)
                        $0.member("payload") { $0.object { $0.members(of: entry) } }
                    }
                }
            }
        }
    }

    func checkStored(_ answer: JSONAnswer) throws(ProviderError) {
        let error = answer["status"]["error"]
        if error.exists { throw .refused(error.string ?? error.literal) }
    }

    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/delete?wait=true", headers: self.headers) {
            $0.member("filter") { $0.object { $0.member("must") { $0.array { Self.write(removal, into: &$0) } } } }
        }
    }

    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest? {
        ProviderRequest(.post, "\(self.path)/delete?wait=true", headers: self.headers) {
            $0.member("points") { $0.array { $0.string(EntryID(scope: nil, question: question).description) } }
        }
    }

    private static func write(_ removal: VectorRemoval, into conditions: inout JSONWriter) {
        conditions.object {
            $0.member("key", removal.field)
            $0.member("match") { $0.object { $0.member("value", removal.value) } }
        }
    }

    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep {
        try self.checkStored(answer)
        return .done(count: nil)
    }
}
