import FilterAPI
import NIOCore

/// Questions in a collection of Chroma: `vector.type: chroma`.
///
/// The answer is the document, and what else there is lies in the metadata. With an empty scope the question is the
/// entry's id, as the reference has it, so that a collection can be shared. Storing again keeps the parts that it leaves
/// out, so none is: no answer is an empty document, and no end is 0.
///
/// Source: Chroma HTTP API reference, versions 2 ("Collection query", "Collection upsert", "Collection delete") and 1.
struct ChromaVectors: VectorService {
    static let type = "chroma"
    static let defaults = ServiceDefaults(host: .ofService)

    /// The version of the calls.
    enum APIVersion: String, CaseIterable {
        case v2
        /// Of servers before 1.0. It keeps what is there when an entry is stored again.
        case v1
    }

    struct Configuration: FilterConfiguration {
        let collection: String
        let apiKey: Secret?
        let apiVersion: APIVersion
        let tenant: String
        let database: String

        init(_ fields: ConfigurationFields) {
            self.collection = fields.requiredString("collectionID", help: "The collection's id.")
            self.apiKey = fields.secret("apiKey", help: "The token; default: none.")
            self.apiVersion = fields.choice("apiVersion", default: APIVersion.v2, help: "The version of the calls.")
            self.tenant = fields.string("tenant", default: "default_tenant", help: "The tenant.")
            self.database = fields.string("database", default: "default_database", help: "The tenant's database.")
            for key in ["tenant", "database"] where self.apiVersion == .v1 && fields.has(key) {
                fields.error(at: key, "found with apiVersion v1, which has none; expected v2, or no \"\(key)\"")
            }
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    var score: ScoreKind { .distance }

    private var path: String {
        let collection = "collections/\(PercentEncoding.encode(self.configuration.collection))"
        guard self.configuration.apiVersion == .v2 else { return "/api/v1/\(collection)" }
        let tenant = PercentEncoding.encode(self.configuration.tenant)
        let database = PercentEncoding.encode(self.configuration.database)
        return "/api/v2/tenants/\(tenant)/databases/\(database)/\(collection)"
    }

    private var headers: HeaderFields { self.configuration.apiKey.map { ["x-chroma-token": $0.reveal()] } ?? [:] }

    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/query", headers: self.headers) {
            $0.member("query_embeddings") { $0.array { $0.numbers(query.vector) } }
            $0.member("n_results", query.topK)
            $0.member("include") {
                $0.array {
                    for part in ["distances", "documents", "metadatas"] { $0.string(part) }
                }
            }
        }
    }

    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour] {
        try self.checkStored(answer)
        let (distances, metadatas) = (answer["distances"][0], answer["metadatas"][0])
        let documents = try answer["documents"][0].elements()
        var neighbours: [Neighbour] = []
        for (index, id) in try answer["ids"][0].elements().enumerated() {
            let (metadata, id) = (metadatas[index], id.string)
            let score = try distances[index].requiredNumber()
            guard let question = metadata["question"].string ?? id else { continue }
            var neighbour = Neighbour(question: question, answer: nil, score: score)
            neighbour.answer = documents.indices.contains(index) ? documents[index].bytes?.nilWhenEmpty : nil
            neighbour.scope = metadata["scope"].string
            neighbour.expiresAt = metadata["expires"].expiry
            neighbour.id = id
            neighbours.append(neighbour)
        }
        return neighbours
    }

    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest {
        let verb = self.configuration.apiVersion == .v2 ? "upsert" : "add"
        return ProviderRequest(.post, "\(self.path)/\(verb)", headers: self.headers) {
            $0.member("embeddings") { $0.array { $0.numbers(entry.vector) } }
            $0.member("ids") { $0.array { $0.string(entry.scope == nil ? entry.question : entry.id.description) } }
            $0.member("documents") { $0.array { $0.string(entry.answer ?? ByteBuffer()) } }
            $0.member("metadatas") { $0.array { $0.object { Self.writeMetadata(of: entry, into: &$0) } } }
        }
    }

    private static func writeMetadata(of entry: VectorEntry, into metadata: inout JSONWriter) {
        metadata.member(EntryField.question, entry.question)
        if let scope = entry.scope {
            metadata.member(EntryField.scope, scope)
            metadata.member(EntryField.key, entry.key.description)
        }
        metadata.member(EntryField.expires, entry.expiresAt ?? 0)
    }

    func checkStored(_ answer: JSONAnswer) throws(ProviderError) {
        let error = answer["error"]
        if error.exists { throw .refused(code: error.literal, answer["message"].string) }
    }

    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest {
        ProviderRequest(.post, "\(self.path)/delete", headers: self.headers) {
            $0.member("where") { $0.object { $0.member(removal.field, removal.value) } }
        }
    }

    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest? {
        ProviderRequest(.post, "\(self.path)/delete", headers: self.headers) {
            $0.member("ids") { $0.array { $0.string(question) } }
        }
    }

    /// Version 1 answers with the ids that are gone; version 2 tells their number, or nothing.
    func countRemoved(_ answer: JSONAnswer) throws(ProviderError) -> Int? {
        try self.checkStored(answer)
        return answer.kind == .array ? try answer.elements().count : answer["deleted"].count
    }

    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep {
        .done(count: try self.countRemoved(answer))
    }
}
