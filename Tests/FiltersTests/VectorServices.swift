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
    /// Whether storing an entry again replaces it.
    var replaces = true
    /// A double of an empty collection of vectors with 4 numbers.
    let double: @Sendable () -> any ServiceDouble

    var testDescription: String { self.variant.isEmpty ? self.type : "\(self.type), \(self.variant)" }
}

let vectorServices: [VectorServiceRow] =
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
