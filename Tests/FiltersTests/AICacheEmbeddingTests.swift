import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

/// What embedding services do beside what all of them do.
@Suite("ai-cache: what each embedding service has of its own")
struct AICacheEmbeddingTests {
    private func embedder(_ type: String, _ keys: String) throws -> any WaitingEmbedder {
        let provider = try #require(embeddingProviders.first { $0.type == type })
        let read = try ReadProvider(#"{"serviceName":"e.dns",\#(keys)}"#) { provider.read($0) }
        guard case .waiting(let embedder)? = try read.opener?(.alone) else { throw NoProvider(errors: read.errors) }
        return embedder
    }

    /// What the embedder sends for a text.
    private func request(
        _ type: String,
        _ keys: String,
        text: String = "q\"é\n",
        at seconds: Int = embeddingTime
    ) async throws -> CalloutRequest {
        let callouts = DoubleCallouts(NoService())
        await #expect(throws: ProviderError.self) {
            _ = try await self.embedder(type, keys).vector(of: text, by: callouts, at: seconds)
        }
        return try #require(callouts.requests.first)
    }

    /// What the embedder makes of an answer with status 200.
    private func vector(_ type: String, _ keys: String, answer: String) async throws -> [Float] {
        let callouts = DoubleCallouts(NoService(), .replaced(status: 200, body: bytes(answer)))
        return try await self.embedder(type, keys).vector(of: "q", by: callouts, at: embeddingTime)
    }

    @Test(
        "requests are the documented ones, byte for byte",
        arguments: [
            (
                "azure", #""apiKey":"k","apiVersion":"2024-10-21","serviceHost":"u.openai.azure.com""#,
                "/openai/deployments/text-embedding-ada-002/embeddings?api-version=2024-10-21", ["api-key": "k"],
                #"{"input":"q\"é\n"}"#
            ),
            (
                "azure", #""apiKey":"k","apiVersion":"a&b=c","serviceHost":"h","model":"my/own model?""#,
                "/openai/deployments/my%2Fown%20model%3F/embeddings?api-version=a%26b%3Dc", ["api-key": "k"],
                #"{"input":"q\"é\n"}"#
            ),
            (
                "cohere", #""apiKey":"k""#, "/v2/embed", ["authorization": "Bearer k"],
                #"{"texts":["q\"é\n"],"model":"embed-v4.0","input_type":"search_query","embedding_types":["float"]}"#
            ),
            (
                "cohere", #""apiKey":"k","apiVersion":"v1","model":"m""#, "/v1/embed", ["authorization": "Bearer k"],
                #"{"texts":["q\"é\n"],"model":"m","input_type":"search_query"}"#
            ),
            (
                "dashscope", #""apiKey":"k""#, "/api/v1/services/embeddings/text-embedding/text-embedding",
                ["authorization": "Bearer k"],
                #"{"model":"text-embedding-v2","input":{"texts":["q\"é\n"]},"parameters":{"text_type":"query"}}"#
            ),
            (
                "huggingface", #""apiKey":"k""#,
                "/hf-inference/models/sentence-transformers/all-MiniLM-L6-v2/pipeline/feature-extraction",
                ["authorization": "Bearer k"], #"{"inputs":"q\"é\n"}"#
            ),
            (
                "huggingface", #""apiKey":"k","serviceHost":"api-inference.huggingface.co","model":"o/a model""#,
                "/pipeline/feature-extraction/o/a%20model", ["authorization": "Bearer k"],
                #"{"inputs":"q\"é\n","options":{"wait_for_model":false}}"#
            ),
            (
                "ollama", #""timeout":100"#, "/api/embed", [:], #"{"input":"q\"é\n","model":"nomic-embed-text"}"#
            ),
            (
                "ollama", #""apiKey":"k","model":"m""#, "/api/embed", ["authorization": "Bearer k"],
                #"{"input":"q\"é\n","model":"m"}"#
            ),
            (
                "textin", #""textinAppId":"a","textinSecretCode":"s","textinMatryoshkaDim":1024"#,
                "/ai/service/v1/acge_embedding", ["x-ti-app-id": "a", "x-ti-secret-code": "s"],
                #"{"input":["q\"é\n"],"matryoshka_dim":1024}"#
            ),
        ]
    )
    func requests(type: String, keys: String, path: String, headers: [String: String], body: String) async throws {
        let request = try await self.request(type, keys)
        let usual = ["content-type": "application/json", "accept": "application/json"]
        let sent = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + $1 }
        #expect(request.method == .post && request.path == path)
        #expect(sent == headers.merging(usual) { $0 + $1 })
        #expect(String(buffer: request.body) == body)
    }

    @Test(
        "every key that the reference has for all embedders is taken",
        arguments: [
            ("azure", #","apiKey":"k","apiVersion":"v""#, 0), ("cohere", #","apiKey":"k""#, 0),
            ("dashscope", #","apiKey":"k""#, 0), ("huggingface", #","apiKey":"k","waitForModel":true"#, 0),
            ("ollama", "", 0), ("ollama", #","apiKey":"k""#, 0), ("openai", #","apiKey":"k""#, 0),
            (
                "textin", #","apiKey":"k","textinAppId":"a","textinSecretCode":"s","textinMatryoshkaDim":8"#, 2
            ), ("xfyun", #","apiKey":"k","appId":"a","apiSecret":"s""#, 1),
        ]
    )
    func generalKeys(type: String, keys: String, warnings: Int) throws {
        let provider = try #require(embeddingProviders.first { $0.type == type })
        let json = #"{"serviceName":"e.dns","servicePort":443,"serviceHost":"h","timeout":10000,"model":"m"\#(keys)}"#
        let read = try ReadProvider(json) { provider.read($0) }
        #expect(read.opener != nil && read.errors.count == warnings)
        #expect(read.errors.allSatisfy { $0.hasPrefix("has no effect: ") && $0.hasSuffix("; leave it out") })
    }
}

// MARK: - Hugging Face

extension AICacheEmbeddingTests {
    private static let older = #""apiKey":"k","serviceHost":"api-inference.huggingface.co","model":"m""#

    @Test(
        "Hugging Face: one vector, or the mean of those of the tokens",
        arguments: [
            ("[1,-0.5,2e0]", [1, -0.5, 2]), ("[[1,2]]", [1, 2]), ("[[1,2],[3,6]]", [2, 4]),
            ("[[[1,2],[3,6],[2,1]]]", [2, 3]), ("[[0,0],[0,3],[0,0]]", [0, 1]), ("[[1],[2],[3],[4]]", [2.5]),
        ] as [(String, [Float])]
    )
    func pooling(answer: String, expected: [Float]) async throws {
        #expect(try await self.vector("huggingface", #""apiKey":"k""#, answer: answer) == expected)
    }

    @Test(
        "Hugging Face: answers that are no vectors",
        arguments: [
            ("[]", "bad_answer: the answer is an empty list; expected a list of numbers"),
            ("[[1,2],[3]]", "bad_answer: the vectors of the text's tokens are empty or differ in length"),
            ("[[1,2],[]]", "bad_answer: the vectors of the text's tokens are empty or differ in length"),
            ("[[1,2],3]", "bad_answer: [1] of the answer is a number; expected a list of numbers"),
            ("[[1,\"2\"]]", "bad_answer: [0] of the answer is a list; expected a list of numbers"),
            ("[1,[2]]", "bad_answer: the whole of the answer is a list; expected a list of numbers"),
            ("[[1],[-1]]", "bad_vector: the vector is all zeros"),
            ("[[1e999],[1]]", "bad_vector: the vector holds a number that is not finite"),
            ("{\"embedding\":[1]}", "bad_answer: the whole of the answer is an object; expected a list of numbers"),
        ]
    )
    func noVectors(answer: String, message: String) async throws {
        let error = await #expect(throws: ProviderError.self) {
            try await self.vector("huggingface", #""apiKey":"k""#, answer: answer)
        }
        #expect(error?.description == message)
    }

    @Test("Hugging Face: waitForModel decides what a model that is not loaded does", arguments: [true, false])
    func waitForModel(waits: Bool) async throws {
        let double = HuggingFaceEmbeddingDouble(.older(isLoading: true), model: "m", key: "k")
        let embedder = try self.embedder("huggingface", #"\#(Self.older),"waitForModel":\#(waits)"#)
        if waits {
            let vector = try await embedder.vector(of: "q", by: DoubleCallouts(double), at: embeddingTime)
            #expect(vector.count == TextVector.dimensions)
        } else {
            let error = await #expect(throws: ProviderError.self) {
                try await embedder.vector(of: "q", by: DoubleCallouts(double), at: embeddingTime)
            }
            #expect(error?.message.contains("Model m is currently loading") == true)
        }
    }
}

// MARK: - TextIn, Cohere, DashScope

extension AICacheEmbeddingTests {
    @Test("TextIn: a vector of another length is an error")
    func textInDimensions() async throws {
        let keys = #""textinAppId":"a","textinSecretCode":"s","textinMatryoshkaDim":3"#
        await #expect(throws: ProviderError(.badVector, "the vector has 2 dimensions; expected 3")) {
            try await self.vector("textin", keys, answer: #"{"code":200,"result":{"embedding":[[1,2]]}}"#)
        }
    }

    @Test(
        "DashScope: an empty code is a success",
        arguments: [#""code":"","message":"""#, #""code":null"#, #""request_id":"1""#]
    )
    func dashScopeSuccess(members: String) async throws {
        let answer = #"{\#(members),"output":{"embeddings":[{"embedding":[1,2]}]}}"#
        #expect(try await self.vector("dashscope", #""apiKey":"k""#, answer: answer) == [1, 2])
    }

    @Test("Cohere: each version reads its own answers only")
    func cohereVersions() async throws {
        let typed = #"{"embeddings":{"float":[[1,2]]}}"#
        let bare = #"{"embeddings":[[1,2]]}"#
        let older = #""apiKey":"k","apiVersion":"v1""#
        #expect(try await self.vector("cohere", #""apiKey":"k""#, answer: typed) == [1, 2])
        #expect(try await self.vector("cohere", older, answer: bare) == [1, 2])
        await #expect(throws: ProviderError(.badAnswer, "the answer has no embeddings.float[0]")) {
            try await self.vector("cohere", #""apiKey":"k""#, answer: bare)
        }
        await #expect(throws: ProviderError(.badAnswer, "the answer has no embeddings[0]")) {
            try await self.vector("cohere", older, answer: typed)
        }
    }
}

// MARK: - iFlytek

extension AICacheEmbeddingTests {
    private static let xfyun = #""appId":"xf-app","apiKey":"xf-right-key","apiSecret":"xf-right-secret""#

    /// The expected paths were computed with the modules hmac, base64 and email.utils of Python.
    @Test(
        "xfyun: the signature is the one that others compute",
        arguments: [
            (
                "", embeddingTime,
                "/?host=emb-cn-huabei-1.xf-yun.com&date=Thu%2C%2001%20Jan%202026%2000%3A00%3A00%20GMT&authorization="
                    + "YXBpX2tleT0ieGYtcmlnaHQta2V5IiwgYWxnb3JpdGhtPSJobWFjLXNoYTI1NiIsIGhlYWRlcnM9Imhvc3QgZGF0ZSByZXF1"
                    + "ZXN0LWxpbmUiLCBzaWduYXR1cmU9IkI5SXYxM3V1dW9nTXVXRmVYTlBmNXBzVnlScHVrSlpsOTYxUlRpRVZUT1k9Ig%3D%3D"
            ),
            (
                #","serviceHost":"h.example:8443""#, 1_709_214_245,
                "/?host=h.example%3A8443&date=Thu%2C%2029%20Feb%202024%2013%3A44%3A05%20GMT&authorization="
                    + "YXBpX2tleT0ieGYtcmlnaHQta2V5IiwgYWxnb3JpdGhtPSJobWFjLXNoYTI1NiIsIGhlYWRlcnM9Imhvc3QgZGF0ZSByZXF1"
                    + "ZXN0LWxpbmUiLCBzaWduYXR1cmU9InY5aHNWaDhzOVdVeEw4TlRTVWhOYTlUZm1sUHR4blUrM05KbXQ4REtEQlU9Ig%3D%3D"
            ),
        ]
    )
    func signature(keys: String, seconds: Int, path: String) async throws {
        let request = try await self.request("xfyun", Self.xfyun + keys, at: seconds)
        #expect(request.path == path && request.headers["authorization"] == nil)
        let message = "eyJtZXNzYWdlcyI6W3siY29udGVudCI6InFcIsOpXG4iLCJyb2xlIjoidXNlciJ9XX0="
        #expect(
            String(buffer: request.body)
                == #"{"header":{"app_id":"xf-app","status":3},"parameter":{"emb":{"domain":"query","feature":"#
                + #"{"encoding":"utf8"}}},"payload":{"messages":{"text":"\#(message)"}}}"#
        )
    }

    @Test("xfyun: a signature with the wrong secret, or of another time, is refused")
    func wrongSignatures() async throws {
        let double = XfyunEmbeddingDouble(
            appID: "xf-app",
            key: "xf-right-key",
            secret: "xf-other-secret",
            now: embeddingTime
        )
        let embedder = try self.embedder("xfyun", Self.xfyun)
        for (seconds, words) in [
            (embeddingTime, "signature does not match"), (embeddingTime + 301, "a valid date"),
        ] {
            let error = await #expect(throws: ProviderError.self) {
                try await embedder.vector(of: "q", by: DoubleCallouts(double), at: seconds)
            }
            #expect(error?.description.hasPrefix("status: status 403") == true)
            #expect(error?.message.contains(words) == true)
        }
    }

    @Test("xfyun: what a request is signed with does not get into errors")
    func hiddenSignature() async throws {
        let sent = try await self.request("xfyun", Self.xfyun)
        let signature = try #require(sent.path.split(separator: "authorization=").last)
        for (status, body) in [
            (502, sent.path), (200, #"{"header":{"code":1,"message":"\#(signature) of xf-right-key"}}"#),
        ] {
            let callouts = DoubleCallouts(NoService(), .replaced(status: status, body: bytes(body)))
            let error = await #expect(throws: ProviderError.self) {
                try await self.embedder("xfyun", Self.xfyun).vector(of: "q", by: callouts, at: embeddingTime)
            }
            #expect(error?.message.contains(Secret.redacted) == true)
            #expect(error?.message.contains(signature.prefix(40)) == false)
            #expect(error?.message.contains("xf-right-key") == false)
        }
    }

    @Test("xfyun: the vector is base64 of numbers with the low byte first")
    func floats() async throws {
        let answer = #"{"header":{"code":0},"payload":{"feature":{"text":"AACAPwAAAL/NzMw9"}}}"#
        #expect(try await self.vector("xfyun", Self.xfyun, answer: answer) == [1, -0.5, 0.1])
    }

    @Test(
        "xfyun: texts that are no vectors",
        arguments: [
            (#""""#, "bad_answer: payload.feature.text of the answer is not base64 of 32-bit numbers"),
            (#""AACAPwAA""#, "bad_answer: payload.feature.text of the answer is not base64 of 32-bit numbers"),
            (#""AACAPw=""#, "bad_answer: payload.feature.text of the answer is not base64 of 32-bit numbers"),
            (#""AACA*w==""#, "bad_answer: payload.feature.text of the answer is not base64 of 32-bit numbers"),
            ("[1,2]", "bad_answer: payload.feature.text of the answer is not base64 of 32-bit numbers"),
            (#""AACAPwAAwH8=""#, "bad_vector: the vector holds a number that is not finite"),
            (#""AAAAAAAAAAA=""#, "bad_vector: the vector is all zeros"),
        ]
    )
    func noFloats(text: String, message: String) async throws {
        let error = await #expect(throws: ProviderError.self) {
            try await self.vector(
                "xfyun",
                Self.xfyun,
                answer: #"{"header":{"code":0},"payload":{"feature":{"text":\#(text)}}}"#
            )
        }
        #expect(error?.description == message)
    }
}

/// A service that knows nothing.
private struct NoService: ServiceDouble {
    func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer { ServiceDoubleAnswer(status: 404, "") }
}
