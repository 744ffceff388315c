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

/// The time at which the suite asks, in seconds since 1970: 1 January 2026.
let embeddingTime = 1_767_225_600

private let miniLM = "sentence-transformers/all-MiniLM-L6-v2"

let embeddingServices: [EmbeddingServiceRow] = [
    EmbeddingServiceRow(
        type: "azure",
        keys: #""apiKey":"az-right-key","apiVersion":"2024-10-21","serviceHost":"unit.openai.azure.com""#,
        required: ["apiKey", "apiVersion", "serviceHost"],
        wrongCredential: ("apiKey", "az-wrong-key"),
        refusals: [(#"{"error":{"code":"429","message":"Requests have exceeded the limit"}}"#, "exceeded the limit")],
        host: "unit.openai.azure.com",
        double: {
            AzureEmbeddingDouble(deployment: "text-embedding-ada-002", apiVersion: "2024-10-21", key: "az-right-key")
        }
    ),
    EmbeddingServiceRow(
        type: "cohere",
        keys: #""apiKey":"co-right-key""#,
        required: ["apiKey"],
        wrongCredential: ("apiKey", "co-wrong-key"),
        refusals: [(#"{"message":"you are out of calls"}"#, "refused: you are out of calls")],
        host: "api.cohere.com",
        double: { CohereEmbeddingDouble(.v2, key: "co-right-key") }
    ),
    EmbeddingServiceRow(
        type: "cohere",
        keys: #""apiKey":"co-right-key","apiVersion":"v1","model":"embed-multilingual-v3.0""#,
        required: ["apiKey"],
        wrongCredential: ("apiKey", "co-wrong-key"),
        refusals: [(#"{"message":"you are out of calls"}"#, "refused: you are out of calls")],
        host: "api.cohere.com",
        double: { CohereEmbeddingDouble(.v1, key: "co-right-key") }
    ),
    EmbeddingServiceRow(
        type: "dashscope",
        keys: #""apiKey":"sk-right-key""#,
        required: ["apiKey"],
        wrongCredential: ("apiKey", "sk-wrong-key"),
        refusals: [
            (#"{"code":"Throttling","message":"Too many requests","request_id":"1"}"#, "code Throttling: Too many"),
            (#"{"code":"Arrearage","message":null,"output":{"embeddings":[{"embedding":[1]}]}}"#, "code Arrearage"),
        ],
        host: "dashscope.aliyuncs.com",
        double: { DashScopeEmbeddingDouble(key: "sk-right-key") }
    ),
    EmbeddingServiceRow(
        type: "huggingface",
        keys: #""apiKey":"hf_right_key""#,
        required: ["apiKey"],
        wrongCredential: ("apiKey", "hf_wrong_key"),
        refusals: [
            (#"{"error":"Model too busy"}"#, "refused: Model too busy"),
            (#"{"error":["`inputs` is wrong"],"warnings":[]}"#, "refused: [\"`inputs` is wrong\"]"),
        ],
        host: "router.huggingface.co",
        double: { HuggingFaceEmbeddingDouble(.router, model: miniLM, key: "hf_right_key") }
    ),
    EmbeddingServiceRow(
        type: "huggingface",
        keys: #""apiKey":"hf_right_key","serviceHost":"api-inference.huggingface.co","model":"bert-base-uncased""#,
        required: ["apiKey"],
        wrongCredential: ("apiKey", "hf_wrong_key"),
        refusals: [(#"{"error":"Model too busy","estimated_time":20.0}"#, "refused: Model too busy")],
        host: "api-inference.huggingface.co",
        double: {
            HuggingFaceEmbeddingDouble(.older(isLoading: false), model: "bert-base-uncased", key: "hf_right_key")
        }
    ),
    EmbeddingServiceRow(
        type: "ollama",
        keys: #""model":"nomic-embed-text""#,
        required: [],
        wrongCredential: nil,
        refusals: [(#"{"error":"the input length exceeds the context length"}"#, "exceeds the context length")],
        host: "e.dns",
        double: { OllamaEmbeddingDouble(model: "nomic-embed-text") }
    ),
    EmbeddingServiceRow(
        type: "openai",
        keys: #""apiKey":"sk-right-key""#,
        required: ["apiKey"],
        wrongCredential: ("apiKey", "sk-wrong-key"),
        refusals: [(#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#, "Rate limit reached")],
        host: "api.openai.com",
        double: { OpenAIEmbeddingDouble(key: "sk-right-key") }
    ),
    EmbeddingServiceRow(
        type: "textin",
        keys: #""textinAppId":"ti-right-app","textinSecretCode":"ti-right-code","textinMatryoshkaDim":64"#,
        required: ["textinAppId", "textinSecretCode", "textinMatryoshkaDim"],
        wrongCredential: ("textinSecretCode", "ti-wrong-code"),
        refusals: [
            (#"{"code":40003,"message":"余额不足"}"#, "refused: code 40003: 余额不足"),
            (#"{"code":500,"message":"服务器内部错误","result":{"embedding":[[1]]}}"#, "code 500: 服务器内部错误"),
        ],
        host: "api.textin.com",
        double: { TextInEmbeddingDouble(appID: "ti-right-app", secretCode: "ti-right-code") }
    ),
    EmbeddingServiceRow(
        type: "xfyun",
        keys: #""appId":"xf-app","apiKey":"xf-right-key","apiSecret":"xf-right-secret""#,
        required: ["appId", "apiKey", "apiSecret"],
        wrongCredential: ("apiKey", "xf-wrong-key"),
        refusals: [
            (#"{"header":{"code":10313,"message":"app_id mismatch","sid":"1"}}"#, "code 10313: app_id mismatch"),
            (#"{"header":{"code":11202,"message":"over limit"},"payload":null}"#, "code 11202: over limit"),
        ],
        host: "emb-cn-huabei-1.xf-yun.com",
        double: {
            XfyunEmbeddingDouble(appID: "xf-app", key: "xf-right-key", secret: "xf-right-secret", now: embeddingTime)
        }
    ),
]
