import NIOCore

/// How many tokens a language model's answer says that it took.
///
/// Understood are the members of OpenAI's chat completions, completions, embeddings and responses, of Anthropic's messages
/// and of Gemini's `generateContent`; in a stream what comes later counts.
struct TokenUsage: Sendable, Hashable {
    /// Tokens of the question.
    private(set) var input: Int?
    /// Tokens of the answer.
    private(set) var output: Int?
    /// Both together, as the answer says it.
    private var reportedTotal: Int?
    /// What the tokens of the question were, as JSON.
    private(set) var inputDetails: ByteBuffer?
    /// What the tokens of the answer were, as JSON.
    private(set) var outputDetails: ByteBuffer?
    /// The model that answered.
    private(set) var model: String?
    /// The answer's identifier.
    private(set) var id: String?

    /// More tokens than any answer has.
    private static let maximum = 1 << 40

    /// Whether the answer said anything about tokens.
    var isKnown: Bool { self.input != nil || self.output != nil || self.reportedTotal != nil }

    /// Both together; `nil` when nothing is known.
    var total: Int? {
        guard self.isKnown else { return nil }
        return self.reportedTotal ?? (self.input ?? 0) + (self.output ?? 0)
    }

    /// Takes what a body, or one event of a stream, says.
    mutating func add(_ piece: JSONDocument) {
        let root = JSONDocument.root
        for outer in [root] + (["message", "response"] as [StaticString]).compactMap({ piece.member($0, of: root) }) {
            self.addFacts(piece, outer)
            for name in ["usage", "usageMetadata"] as [StaticString] {
                if let usage = piece.member(name, of: outer) { self.addCounts(piece, usage) }
            }
        }
    }

    private mutating func addFacts(_ piece: JSONDocument, _ outer: Int) {
        for name in ["model", "modelVersion"] as [StaticString] {
            if let model = piece.member(name, of: outer).flatMap({ piece.string($0) }), !model.isEmpty {
                self.model = model
            }
        }
        for name in ["id", "responseId"] as [StaticString] where self.id == nil {
            if let id = piece.member(name, of: outer).flatMap({ piece.string($0) }), !id.isEmpty { self.id = id }
        }
    }

    private mutating func addCounts(_ piece: JSONDocument, _ usage: Int) {
        func count(_ names: [StaticString]) -> Int? {
            for name in names {
                if let count = piece.member(name, of: usage).flatMap({ piece.integer($0) }) {
                    return min(max(0, count), Self.maximum)
                }
            }
            return nil
        }
        func details(_ names: [StaticString]) -> ByteBuffer? {
            for name in names {
                if let value = piece.member(name, of: usage), piece.kind(of: value) == .object {
                    return piece.literal(value)
                }
            }
            return nil
        }
        self.input = count(["prompt_tokens", "input_tokens", "promptTokenCount"]) ?? self.input
        self.output = count(["completion_tokens", "output_tokens", "candidatesTokenCount"]) ?? self.output
        self.reportedTotal = count(["total_tokens", "totalTokenCount"]) ?? self.reportedTotal
        self.inputDetails = details(["prompt_tokens_details", "input_tokens_details"]) ?? self.inputDetails
        self.outputDetails = details(["completion_tokens_details", "output_tokens_details"]) ?? self.outputDetails
    }
}
