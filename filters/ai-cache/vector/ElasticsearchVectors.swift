import FilterAPI

/// Questions in an index of Elasticsearch 8 and later: `vector.type: elasticsearch`.
///
/// The service names a new entry itself, so that storing again adds one. Scores are similarities whatever the index
/// computes: the service turns distances around.
///
/// Source: Elasticsearch reference, "kNN search", "Create or update a document" and "Delete by query".
struct ElasticsearchVectors: VectorService {
    static let type = "elasticsearch"
    static let defaults = ServiceDefaults(host: .ofService)
    /// The field that holds the vector.
    private static let vectorField = "embedding"
    /// How many entries one request finds at most, when a question is forgotten.
    private static let mostFound = 1000

    struct Configuration: FilterConfiguration {
        let index: String
        /// The value of `Authorization`; `nil` for none.
        let authorization: Secret?
        /// User and password, which the field holds in another form than the service repeats.
        let login: [Secret]

        init(_ fields: ConfigurationFields) {
            self.index = fields.requiredString("collectionID", help: "The index's name.")
            let apiKey = fields.secret("apiKey", help: "The API key in its encoded form; default: none.")
            let user = fields.parsed("esUsername", help: "The user, unless there is an API key.") {
                (text) throws(ConfigurationMistake) in
                if text.contains(":") { throw ConfigurationMistake("expected a name without colon (RFC 7617)") }
                return text
            }
            let password = fields.secret("esPassword", help: "The user's password.")
            self.authorization = apiKey.map { Secret("ApiKey \($0.reveal())") } ?? Self.basic(user, password)
            self.login = [user.map { Secret($0) }, password].compactMap { $0 }
            for (key, partner) in [("esUsername", "esPassword"), ("esPassword", "esUsername")]
            where fields.has(key) && !fields.has(partner) {
                fields.error(at: key, "found without \"\(partner)\"; expected both")
            }
        }

        private static func basic(_ user: String?, _ password: Secret?) -> Secret? {
            guard let user, let password else { return nil }
            return Secret("Basic \(Base64.encode("\(user):\(password.reveal())".utf8))")
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    var score: ScoreKind { .similarity }

    private var path: String { "/\(PercentEncoding.encode(self.configuration.index))" }

    private var headers: HeaderFields {
        self.configuration.authorization.map { [.authorization: $0.reveal()] } ?? [:]
    }

    private var credentials: [String] { self.configuration.login.map { $0.reveal() } }

    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/_search", headers: self.headers, credentials: self.credentials) {
            $0.member("_source") { $0.object { $0.member("excludes") { $0.array { $0.string(Self.vectorField) } } } }
            $0.member("knn") {
                $0.object {
                    $0.member("field", Self.vectorField)
                    $0.member("query_vector", query.vector)
                    $0.member("k", query.topK)
                    $0.member("num_candidates", max(100, 10 * query.topK))
                }
            }
            $0.member("size", query.topK)
        }
    }

    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour] {
        try self.checkStored(answer)
        var neighbours: [Neighbour] = []
        for hit in try answer["hits"]["hits"].elements() {
            let score = try hit["_score"].requiredNumber()
            if let neighbour = Neighbour(fields: hit["_source"], score: score, id: hit["_id"].string) {
                neighbours.append(neighbour)
            }
        }
        return neighbours
    }

    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/_doc", headers: self.headers, credentials: self.credentials) {
            $0.members(of: entry)
            $0.member(Self.vectorField, entry.vector)
        }
    }

    func checkStored(_ answer: JSONAnswer) throws(ProviderError) {
        let error = answer["error"]
        if error.exists { throw .refused(code: error["type"].string, error["reason"].string ?? error.literal) }
    }

    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest {
        self.deletion { $0.member("term") { $0.object { $0.member(removal.field, removal.value) } } }
    }

    private func deletion(where query: (inout JSONWriter) -> Void) -> ProviderRequest {
        let path = "\(self.path)/_delete_by_query?conflicts=proceed&refresh=true"
        return ProviderRequest(.post, path, headers: self.headers, credentials: self.credentials) {
            $0.member("query") { $0.object(query) }
        }
    }

    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep {
        .done(count: try self.countDeleted(answer))
    }

    private func countDeleted(_ answer: JSONAnswer) throws(ProviderError) -> Int {
        try self.checkStored(answer)
        let failure = answer["failures"][0]
        if failure.exists { throw .refused(failure["cause"]["reason"].string ?? failure.literal) }
        return try answer["deleted"].requiredCount()
    }

    /// Finds the entries in which the question stands: how the index takes a text apart is the operator's matter.
    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest? {
        ProviderRequest(.post, "\(self.path)/_search", headers: self.headers, credentials: self.credentials) {
            $0.member("_source") {
                $0.array {
                    $0.string(EntryField.question)
                    $0.string(EntryField.scope)
                }
            }
            $0.member("query") {
                $0.object { $0.member("match_phrase") { $0.object { $0.member(EntryField.question, question) } } }
            }
            $0.member("size", Self.mostFound)
        }
    }

    /// Takes those out whose question it is, character for character, and looks whether there are more.
    func step(after answer: JSONAnswer, removingQuestion question: String) throws(ProviderError) -> RemovalStep {
        try self.checkStored(answer)
        guard answer["hits"].exists else {
            let count = try self.countDeleted(answer)
            return count > 0 ? .again(count: count) : .done(count: 0)
        }
        let meant = try answer["hits"]["hits"].elements().filter { $0["_source"].isUnscoped("question", question) }
        let ids = meant.compactMap { $0["_id"].string }
        guard !ids.isEmpty else { return .done(count: 0) }
        return .next(
            self.deletion {
                $0.member("ids") { $0.object { $0.member("values") { $0.array { for id in ids { $0.string(id) } } } } }
            }
        )
    }
}
