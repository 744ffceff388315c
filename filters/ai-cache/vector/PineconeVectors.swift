import FilterAPI

/// Questions in an index of Pinecone: `vector.type: pinecone`.
///
/// `serviceHost` is the index's own host, and `collectionID` the namespace in it.
///
/// Source: Pinecone API reference, "Search with a vector", "Upsert vectors" and "Delete vectors".
struct PineconeVectors: VectorService {
    static let type = "pinecone"
    static let defaults = ServiceDefaults(host: .required)

    /// The metric of the index.
    enum Metric: String, CaseIterable {
        case cosine
        case dotproduct
        /// The square of the distance.
        case euclidean
    }

    struct Configuration: FilterConfiguration {
        let namespace: String
        let apiKey: Secret
        let apiVersion: String
        let metric: Metric

        init(_ fields: ConfigurationFields) {
            self.namespace = fields.string("collectionID", default: "", help: "The namespace; empty: the default one.")
            self.apiKey = fields.requiredSecret("apiKey", help: "The API key.")
            self.apiVersion = fields.string("apiVersion", default: "2025-04", help: "The version of the API.")
            self.metric = fields.choice(
                "metricType",
                default: Metric.cosine,
                help: "The metric that the index was made with."
            )
            if !Self.isVersion(self.apiVersion) {
                fields.error(at: "apiVersion", "expected a year and a month such as 2025-04")
            }
        }

        private static func isVersion(_ text: String) -> Bool {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.map(\.utf8.count) == [4, 2] else { return false }
            return parts.joined().utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    var score: ScoreKind {
        switch self.configuration.metric {
        case .cosine, .dotproduct: .similarity
        case .euclidean: .distance
        }
    }

    /// The service takes 40 KiB of metadata an entry; a quarter of it is kept for the question and the escapes.
    var longestAnswer: Int { 30 << 10 }

    private var headers: HeaderFields {
        [
            "api-key": self.configuration.apiKey.reveal(),
            "x-pinecone-api-version": self.configuration.apiVersion,
        ]
    }

    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/query", headers: self.headers) {
            $0.member("namespace", self.configuration.namespace)
            $0.member("vector", query.vector)
            $0.member("topK", query.topK)
            $0.member("includeMetadata", true)
            $0.member("includeValues", false)
        }
    }

    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour] {
        try self.checkStored(answer)
        var neighbours: [Neighbour] = []
        for match in try answer["matches"].elements() {
            let score = try match["score"].requiredNumber()
            if let neighbour = Neighbour(fields: match["metadata"], score: score, id: match["id"].string) {
                neighbours.append(neighbour)
            }
        }
        return neighbours
    }

    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/vectors/upsert", headers: self.headers) {
            $0.member("vectors") {
                $0.array {
                    $0.object {
                        $0.member("id", entry.id.description)
                        $0.member("values", entry.vector)
                        $0.member("metadata") { $0.object { $0.members(of: entry) } }
                    }
                }
            }
            $0.member("namespace", self.configuration.namespace)
        }
    }

    func checkStored(_ answer: JSONAnswer) throws(ProviderError) {
        if answer["code"].exists { try answer.checkCode() }
    }

    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "/vectors/delete", headers: self.headers) {
            $0.member("filter") {
                $0.object { $0.member(removal.field) { $0.object { $0.member("$eq", removal.value) } } }
            }
            $0.member("namespace", self.configuration.namespace)
        }
    }

    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest? {
        ProviderRequest(.post, "/vectors/delete", headers: self.headers) {
            $0.member("ids") { $0.array { $0.string(EntryID(scope: nil, question: question).description) } }
            $0.member("namespace", self.configuration.namespace)
        }
    }

    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep {
        try self.checkStored(answer)
        return .done(count: nil)
    }
}
