import TestSupport
import Testing

@testable import BundledFilters

/// A vector service as the conformance suite meets it: one row a service, or one a way to set it up.
struct VectorServiceRow: Sendable, CustomTestStringConvertible {
    /// The text of `vector.type`.
    let type: String
    /// What this row is about, when a type has several.
    var variant = ""
    /// The keys beside `type` and `serviceName`, all that are required among them, as members of a JSON object.
    let keys: String
    /// The keys that are required.
    let required: [String]
    /// A member whose wrong value the service refuses, with a wrong value; `nil` for a service without authentication.
    let wrongCredential: (key: String, value: String)?
    /// Bodies with status 200 that say that the service failed, with the words that the error has to hold.
    let refusals: [(body: String, words: String)]
    /// What scores mean with these keys.
    let score: ScoreKind
    /// What storing an entry again does.
    var again = Again.replaces
    /// A double of an empty collection of vectors with 4 numbers.
    let double: @Sendable () -> any ServiceDouble

    /// What a service does when it is given an entry again.
    enum Again: Sendable {
        /// The new one takes the old one's place.
        case replaces
        /// Both are there, because the service names entries itself.
        case adds
        /// The old one stays.
        case keeps
    }

    var testDescription: String { self.variant.isEmpty ? self.type : "\(self.type), \(self.variant)" }
}

let vectorServices: [VectorServiceRow] =
    chromaRows + dashVectorRows + elasticsearchRows + milvusRows + pineconeRows + qdrantRows + weaviateRows

/// The id of the collection of ``chromaRows``.
private let chromaCollection = "52bbb8b3-724c-477b-a4ce-d5b578214612"

private let chromaRows: [VectorServiceRow] =
    [
        ("", "", ChromaDouble.API.v2(tenant: "default_tenant", database: "default_database"), .replaces),
        ("own database", #","tenant":"a b","database":"d/1""#, .v2(tenant: "a b", database: "d/1"), .replaces),
        ("version 1", #","apiVersion":"v1""#, .v1, .keeps),
    ].map { variant, keys, api, again in
        VectorServiceRow(
            type: "chroma",
            variant: variant,
            keys: #""collectionID":"\#(chromaCollection)","apiKey":"right-key""# + keys,
            required: ["collectionID"],
            wrongCredential: ("apiKey", "wrong-key"),
            refusals: [(#"{"error":"InternalError","message":"disk full"}"#, "InternalError: disk full")],
            score: .distance,
            again: again,
            double: { ChromaDouble(collection: chromaCollection, key: "right-key", api, dimensions: 4) }
        )
    }

private let dashVectorRows: [VectorServiceRow] =
    [
        ("", "", StoredVectors.Metric.cosineDistance, ScoreKind.distance),
        ("dot product", #","metricType":"dotproduct""#, .dot, .similarity),
        ("Euclidean", #","metricType":"euclidean""#, .squaredEuclid, .distance),
    ].map { variant, keys, metric, score in
        VectorServiceRow(
            type: "dashvector",
            variant: variant,
            keys: #""collectionID":"my questions/1","apiKey":"right-key","serviceHost":"vrs.example.com""# + keys,
            required: ["collectionID", "apiKey", "serviceHost"],
            wrongCredential: ("apiKey", "wrong-key"),
            refusals: [(#"{"code":-2999,"message":"disk full","request_id":"r"}"#, "code -2999: disk full")],
            score: score,
            again: .adds,
            double: {
                DashVectorDouble(
                    collection: "my questions/1",
                    key: "right-key",
                    host: "vrs.example.com",
                    metric,
                    dimensions: 4
                )
            }
        )
    }

private let elasticsearchRows: [VectorServiceRow] =
    [
        ("API key", #","apiKey":"right-key""#, "ApiKey right-key" as String?, ("apiKey", "wrong-key")),
        (
            "user and password", #","esUsername":"elastic","esPassword":"right-key""#, "Basic ZWxhc3RpYzpyaWdodC1rZXk=",
            ("esPassword", "wrong-key")
        ),
        (
            "API key before password", #","esUsername":"elastic","esPassword":"p","apiKey":"right-key""#,
            "ApiKey right-key", ("apiKey", "wrong-key")
        ),
        ("no security", "", nil, nil as (key: String, value: String)?),
    ].map { variant, keys, authorization, wrong in
        VectorServiceRow(
            type: "elasticsearch",
            variant: variant,
            keys: #""collectionID":"my questions/1""# + keys,
            required: ["collectionID"],
            wrongCredential: wrong,
            refusals: [
                (#"{"error":{"type":"es_exception","reason":"disk full"},"status":503}"#, "es_exception: disk full"),
                (#"{"error":"disk full","status":503}"#, "disk full"),
            ],
            score: .similarity,
            again: .adds,
            double: { ElasticsearchDouble(index: "my questions/1", authorization: authorization, dimensions: 4) }
        )
    }

private let milvusRows: [VectorServiceRow] =
    [
        ("", "", nil as String?, StoredVectors.Metric.cosine, ScoreKind.similarity, true),
        ("inner product", #","metricType":"IP","dbName":"db 1""#, "db 1", .dot, .similarity, true),
        ("Euclidean", #","metricType":"L2""#, nil, .squaredEuclid, .distance, true),
        ("fixed fields", "", nil, .cosine, .similarity, false),
    ].map { variant, keys, database, metric, score, hasDynamicFields in
        VectorServiceRow(
            type: "milvus",
            variant: variant,
            keys: #""collectionID":"my questions/1","apiKey":"root:right-key""# + keys,
            required: ["collectionID"],
            wrongCredential: ("apiKey", "root:wrong-key"),
            refusals: [(#"{"code":65535,"message":"disk full"}"#, "code 65535: disk full")],
            score: score,
            again: .adds,
            double: {
                MilvusDouble(
                    collection: "my questions/1",
                    database: database,
                    key: "root:right-key",
                    nullableFields: hasDynamicFields ? [] : ["scope", "key", "expires"],
                    hasDynamicFields: hasDynamicFields,
                    metric,
                    dimensions: 4
                )
            }
        )
    }

private let pineconeRows: [VectorServiceRow] =
    [
        ("", "", "", StoredVectors.Metric.cosine, ScoreKind.similarity),
        ("namespace", #","collectionID":"my questions","metricType":"dotproduct""#, "my questions", .dot, .similarity),
        ("Euclidean", #","metricType":"euclidean""#, "", .squaredEuclid, .distance),
    ].map { variant, keys, namespace, metric, score in
        VectorServiceRow(
            type: "pinecone",
            variant: variant,
            keys: #""apiKey":"right-key","serviceHost":"i.svc.pinecone.io""# + keys,
            required: ["apiKey", "serviceHost"],
            wrongCredential: ("apiKey", "wrong-key"),
            refusals: [(#"{"code":13,"message":"disk full","details":[]}"#, "code 13: disk full")],
            score: score,
            double: {
                PineconeDouble(
                    host: "i.svc.pinecone.io",
                    key: "right-key",
                    namespace: namespace,
                    metric,
                    dimensions: 4
                )
            }
        )
    }

private let qdrantRows: [VectorServiceRow] =
    [
        ("", #""#, StoredVectors.Metric.cosine, ScoreKind.similarity),
        ("dot product", #","metricType":"Dot""#, .dot, .similarity),
        ("Euclidean", #","metricType":"Euclid""#, .euclid, .distance),
        ("search call", #","apiVersion":"search""#, .cosine, .similarity),
    ].map { variant, keys, metric, score in
        VectorServiceRow(
            type: "qdrant",
            variant: variant,
            keys: #""collectionID":"my questions/1","apiKey":"right-key""# + keys,
            required: ["collectionID"],
            wrongCredential: ("apiKey", "wrong-key"),
            refusals: [(#"{"status":{"error":"Service internal error: disk full"},"time":0}"#, "disk full")],
            score: score,
            double: { QdrantDouble(collection: "my questions/1", key: "right-key", metric, dimensions: 4) }
        )
    }

private let weaviateRows: [VectorServiceRow] =
    [
        ("", StoredVectors.Metric.cosineDistance, ["question", "answer"]),
        ("class without properties", .cosineDistance, []),
        ("Euclidean", .squaredEuclid, ["question", "answer", "scope", "key", "expires"]),
    ].map { variant, metric, properties in
        VectorServiceRow(
            type: "weaviate",
            variant: variant,
            keys: #""collectionID":"My_Questions1","apiKey":"right-key""#,
            required: ["collectionID"],
            wrongCredential: ("apiKey", "wrong-key"),
            refusals: [
                (#"{"errors":[{"message":"disk full"}],"data":{"Get":{"My_Questions1":[]}}}"#, "disk full"),
                (#"{"error":[{"message":"disk full"}]}"#, "disk full"),
            ],
            score: .distance,
            again: .adds,
            double: {
                WeaviateDouble(
                    className: "My_Questions1",
                    key: "right-key",
                    properties: properties,
                    deletionLimit: 7,
                    metric,
                    dimensions: 4
                )
            }
        )
    }
