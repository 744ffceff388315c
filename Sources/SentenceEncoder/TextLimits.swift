/// How much of a text counts, and what is done to all of it: `sentence_bert_config.json` and `tokenizer_config.json`.
struct TextLimits: Sendable, Hashable {
    /// The most tokens that count, whatever the files say: the weights of one head take the square of it.
    static let mostTokens = 8192
    /// The most memory that one thread may need to work with, in bytes.
    static let mostBytes = 1 << 30

    /// How many tokens count, those around the text included.
    let tokens: Int
    /// Whether capitals are made small before anything else.
    let lowersCase: Bool

    init(_ directory: ModelDirectory, _ shape: NetworkShape) throws(ModelError) {
        let range = 8...10_000_000
        let own = try directory.jsonIfPresent("sentence_bert_config.json")
        self.lowersCase = try own?.bool("do_lower_case", default: false) ?? false
        var limit = min(shape.longestText, Self.mostTokens)
        if let own, own.member("max_seq_length") != nil {
            limit = min(limit, try own.integer("max_seq_length", in: range))
        } else if let tokenizer = try directory.jsonIfPresent("tokenizer_config.json"),
            // Without a limit the reference writes 10^30.
            let length = tokenizer.member("model_max_length")?.number, length < Double(range.upperBound)
        {
            limit = min(limit, try tokenizer.integer("model_max_length", in: range))
        }
        self.tokens = limit
        let bytes = Workspace.bytes(shape, tokens: limit, longest: limit)
        guard bytes <= Self.mostBytes else {
            throw ModelError(
                file: "config.json",
                field: "max_position_embeddings",
                "found texts of \(limit) tokens, for which each thread would need \(bytes) bytes; expected at most \(Self.mostBytes); a smaller \"max_seq_length\" in sentence_bert_config.json helps"
            )
        }
    }
}
