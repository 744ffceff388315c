import FilterAPI
import NIOCore

/// Somebody who serves language models.
///
/// To add one that has OpenAI's API at another address, add a line to ``CompatibleProvider``; for any other, a file in
/// `provider/` and a line to ``modelProviders``.
protocol ModelProvider: Sendable {
    /// Whether calls need a token.
    var needsToken: Bool { get }

    /// Where a call goes; `nil` when the provider has no such call.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - question: What its body asks for.
    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint?

    /// Puts a token where the provider looks for it; other credentials are gone already.
    func authorize(_ headers: inout HeaderFields, with token: Secret)

    /// What turns requests and answers into the provider's form and back; `nil` when it is OpenAI's.
    func conversion(of call: ModelCall) -> (any ModelConversion)?
}

extension ModelProvider {
    /// Yes.
    var needsToken: Bool { true }

    /// `Authorization: Bearer TOKEN`.
    func authorize(_ headers: inout HeaderFields, with token: Secret) {
        headers.set(.authorization, "Bearer \(token.reveal())")
    }

    /// OpenAI's form.
    func conversion(of call: ModelCall) -> (any ModelConversion)? { nil }
}

/// Where a call goes.
struct ModelEndpoint: Sendable, Hashable {
    /// The host; `nil` to leave the request's.
    let host: String?
    /// Path and query.
    let path: String
}

/// Turns chat completions into another form and back.
protocol ModelConversion: Sendable {
    /// The request in the provider's form.
    func request(_ body: JSONDocument, _ question: ModelQuestion) -> ByteBuffer

    /// A whole answer in OpenAI's form, or `nil` when it is not what the provider answers.
    func answer(_ body: JSONDocument, _ completion: ChatCompletion) -> ByteBuffer?

    /// What turns a streamed answer's events.
    func events(_ completion: ChatCompletion) -> any EventConversion
}

/// Turns the events of one streamed answer into chunks of chat completions.
protocol EventConversion {
    /// Takes an event and gives what becomes of it, as events.
    mutating func take(_ event: JSONDocument) -> ByteBuffer
    /// What is said in the end.
    mutating func finish() -> ByteBuffer
}

/// The providers by their `type`.
var modelProviders: [ConfigurationVariant<(any ModelProvider)?>] {
    CompatibleProvider.variants + [
        ConfigurationVariant("azure") { AzureProvider($0) },
        ConfigurationVariant("claude") { ClaudeProvider($0) },
        ConfigurationVariant("gemini") { GeminiProvider($0) },
        ConfigurationVariant("generic") { GenericProvider($0) },
        ConfigurationVariant("ollama") { OllamaProvider($0) },
        ConfigurationVariant("openai") { OpenAIProvider($0) },
        ConfigurationVariant("qwen") { QwenProvider($0) },
    ]
}
