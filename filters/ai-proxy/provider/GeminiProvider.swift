import FilterAPI
import NIOCore

/// Google's Gemini: chat completions are turned into `generateContent`.
struct GeminiProvider: ModelProvider {
    private let host: String
    private let version: String
    private let safety: [(category: String, threshold: String)]

    init(_ fields: ConfigurationFields) {
        self.host = fields.string("providerDomain", default: "generativelanguage.googleapis.com", help: "The host.")
        self.version = fields.string("apiVersion", default: "v1beta", help: "The API's version, in the path.")
        self.safety = fields.map("geminiSafetySetting", help: "Thresholds by category.").map { ($0.0, $0.1) }
    }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        guard call.isChat, !question.model.isEmpty else { return nil }
        let method = question.streams ? "streamGenerateContent?alt=sse" : "generateContent"
        let model = PercentEncoding.encode(question.model)
        return ModelEndpoint(host: self.host, path: "/\(self.version)/models/\(model):\(method)")
    }

    func authorize(_ headers: inout HeaderFields, with token: Secret) {
        headers.set("x-goog-api-key", token.reveal())
    }

    func conversion(of call: ModelCall) -> (any ModelConversion)? { GeminiConversion(safety: self.safety) }
}

/// Chat completions as Gemini's `generateContent`.
///
/// Source: Gemini API reference, "Generating content", v1beta.
struct GeminiConversion: ModelConversion {
    let safety: [(category: String, threshold: String)]

    func request(_ body: JSONDocument, _ question: ModelQuestion) -> ByteBuffer {
        GeminiRequest(chat: ChatRequest(document: body), safety: self.safety).bytes
    }

    func answer(_ body: JSONDocument, _ completion: ChatCompletion) -> ByteBuffer? {
        guard let candidate = GeminiCandidate(body) else { return nil }
        var completion = completion
        var usage = TokenUsage()
        usage.add(body)
        completion.take(id: usage.id, model: usage.model)
        let reason = candidate.finishReason ?? "stop"
        return completion.whole(candidate.message, finishReason: reason, ChatCompletion.Usage(usage))
    }

    func events(_ completion: ChatCompletion) -> any EventConversion { GeminiEvents(completion) }
}

/// The first candidate of an answer, or of an event.
struct GeminiCandidate {
    var message = ChatCompletion.Message()
    /// Why it ended, in OpenAI's words; `nil` while it goes on.
    var finishReason: String?

    /// Reads an answer; `nil` when it has no candidate and no reason for that.
    init?(_ body: JSONDocument) {
        let chat = ChatRequest(document: body)
        let root = JSONDocument.root
        guard let candidate = body.member("candidates", of: root).flatMap({ body.elements(of: $0).first }) else {
            // A question that the provider refused has no candidates.
            guard body.member("promptFeedback", of: root) != nil else { return nil }
            self.finishReason = "content_filter"
            return
        }
        let parts = body.member("content", of: candidate).flatMap { body.member("parts", of: $0) }
        let elements = parts.map { body.elements(of: $0) } ?? []
        for (place, part) in elements.enumerated() {
            if let text = chat.text("text", of: part) {
                let isThought = body.member("thought", of: part).map { body.kind(of: $0) == .true } ?? false
                if isThought { self.message.reasoning += text } else { self.message.text += text }
            }
            guard let call = body.member("functionCall", of: part), let name = chat.text("name", of: call) else {
                continue
            }
            let arguments = body.member("args", of: call).map { String(buffer: body.literal($0)) }
            self.message.toolCalls.append(
                ChatCompletion.ToolCall(id: "call_\(place)_\(name)", name: name, arguments: arguments ?? "{}")
            )
        }
        self.finishReason = chat.text("finishReason", of: candidate).map { reason in
            switch reason {
            case "STOP": self.message.toolCalls.isEmpty ? "stop" : "tool_calls"
            case "MAX_TOKENS": "length"
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII": "content_filter"
            default: "stop"
            }
        }
    }
}

/// The events of Gemini's answers as chunks.
struct GeminiEvents: EventConversion {
    private var completion: ChatCompletion
    private var usage = TokenUsage()
    private var hasBegun = false
    private var toolCalls = 0

    init(_ completion: ChatCompletion) { self.completion = completion }

    mutating func take(_ event: JSONDocument) -> ByteBuffer {
        self.usage.add(event)
        self.completion.take(id: self.usage.id, model: self.usage.model)
        guard let candidate = GeminiCandidate(event) else { return ByteBuffer() }
        let (isFirst, firstCall) = (!self.hasBegun, self.toolCalls)
        self.hasBegun = true
        self.toolCalls += candidate.message.toolCalls.count
        return self.completion.chunk(finishReason: candidate.finishReason) { delta in
            if isFirst { delta.member("role", "assistant") }
            if !candidate.message.text.isEmpty || isFirst { delta.member("content", candidate.message.text) }
            if !candidate.message.reasoning.isEmpty { delta.member("reasoning_content", candidate.message.reasoning) }
            guard !candidate.message.toolCalls.isEmpty else { return }
            delta.member("tool_calls") { calls in
                calls.array { list in
                    for (place, call) in candidate.message.toolCalls.enumerated() {
                        list.object {
                            $0.member("index", firstCall + place)
                            ChatCompletion.write(call, &$0)
                        }
                    }
                }
            }
        }
    }

    mutating func finish() -> ByteBuffer { self.completion.end(ChatCompletion.Usage(self.usage)) }
}
