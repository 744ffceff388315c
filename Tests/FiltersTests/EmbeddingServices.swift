import TestSupport
import Testing

@testable import BundledFilters

/// An embedding service as the conformance suite meets it: one row a service.
struct EmbeddingServiceRow: Sendable, CustomTestStringConvertible {
    /// The text of `embedding.type`.
    let type: String
    /// The keys beside `type` and `serviceName`, all that are required among them, as members of a JSON object.
    let keys: String
    /// The keys that are required.
    let required: [String]
    /// A member whose wrong value the service refuses, with a wrong value; `nil` for a service without authentication.
    let wrongCredential: (key: String, value: String)?
    /// Bodies with status 200 that say that the service failed, with the words that the error has to hold.
    let refusals: [(body: String, words: String)]
    /// The `Host` of requests.
    let host: String
    let double: @Sendable () -> any ServiceDouble

    var testDescription: String { self.type }
}

let embeddingServices: [EmbeddingServiceRow] = [
    EmbeddingServiceRow(
        type: "openai",
        keys: #""apiKey":"sk-right-key""#,
        required: ["apiKey"],
        wrongCredential: ("apiKey", "sk-wrong-key"),
        refusals: [(#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#, "Rate limit reached")],
        host: "api.openai.com",
        double: { OpenAIEmbeddingDouble(key: "sk-right-key") }
    )
]
