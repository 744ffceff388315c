/// The sizes of a network and what it computes with: `config.json`.
struct NetworkShape: Sendable, Hashable {
    /// How tensors are named, and where positions begin.
    enum Family: String, Sendable, CaseIterable {
        case bert
        case distilbert
        case roberta
        case xlmRoberta = "xlm-roberta"
        case camembert

        /// Whether positions count from behind the padding token's id.
        var countsFromPadding: Bool { self == .roberta || self == .xlmRoberta || self == .camembert }
        /// What tensors of a model for another task are named under.
        var prefix: String {
            switch self {
            case .bert: "bert."
            case .distilbert: "distilbert."
            case .roberta, .xlmRoberta, .camembert: "roberta."
            }
        }
    }

    /// What stands between the two layers of a feed-forward part.
    enum Activation: Sendable, Hashable {
        case gelu, geluTanh, relu
    }

    let family: Family
    let vocabulary: Int
    let hidden: Int
    let layers: Int
    let heads: Int
    let inner: Int
    let positions: Int
    /// How many kinds of tokens the embedding table has; 0 for none.
    let kinds: Int
    let activation: Activation
    let epsilon: Float
    /// The position of the first token.
    let firstPosition: Int

    /// The most tokens that there are positions for.
    var longestText: Int { self.positions - self.firstPosition }

    /// Reads `config.json`.
    init(_ config: JSONValue) throws(ModelError) {
        let type = try config.requiredString("model_type")
        guard let family = Family(rawValue: type) else {
            let known = Family.allCases.map(\.rawValue).joined(separator: ", ")
            throw try config.required("model_type").error("found \"\(type)\"; expected one of \(known)")
        }
        let isDistilled = family == .distilbert
        self.family = family
        self.vocabulary = try config.integer("vocab_size", in: 1...4_000_000)
        self.hidden = try config.integer(isDistilled ? "dim" : "hidden_size", in: 1...8192)
        self.layers = try config.integer(isDistilled ? "n_layers" : "num_hidden_layers", in: 1...96)
        self.heads = try config.integer(isDistilled ? "n_heads" : "num_attention_heads", in: 1...256)
        self.inner = try config.integer(isDistilled ? "hidden_dim" : "intermediate_size", in: 1...65536)
        self.positions = try config.integer("max_position_embeddings", in: 1...65536, default: 512)
        self.kinds = isDistilled ? 0 : try config.integer("type_vocab_size", in: 0...64, default: 2)
        self.activation = try Self.activation(config, isDistilled ? "activation" : "hidden_act")
        self.epsilon = try Self.epsilon(config)
        self.firstPosition =
            family.countsFromPadding ? try config.integer("pad_token_id", in: 0...1024, default: 1) + 1 : 0
        guard self.hidden % self.heads == 0 else {
            throw ModelError(
                file: "config.json",
                field: isDistilled ? "n_heads" : "num_attention_heads",
                "found \(self.heads); expected a divisor of the \(self.hidden) numbers of a token"
            )
        }
        guard self.longestText >= 8 else {
            throw config.error("expected \"max_position_embeddings\" to leave room for at least 8 tokens")
        }
        try Self.refuseOthers(config)
    }

    private static func activation(_ config: JSONValue, _ name: String) throws(ModelError) -> Activation {
        switch try config.string(name) ?? "gelu" {
        case "gelu", "gelu_python": return .gelu
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh": return .geluTanh
        case "relu": return .relu
        case let other:
            throw try config.required(name).error(
                "found \"\(other)\"; expected gelu, gelu_new, gelu_fast, gelu_pytorch_tanh or relu"
            )
        }
    }

    /// What is added to the variance: one that outweighs it would make all vectors the same.
    private static func epsilon(_ config: JSONValue) throws(ModelError) -> Float {
        guard let value = config.member("layer_norm_eps") else { return 1e-12 }
        guard let number = value.number, number >= 1e-15, number <= 1e-3 else {
            let found = value.number.map { "\($0)" } ?? "something else"
            throw value.error("found \(found); expected a number from 1e-15 to 1e-3")
        }
        return Float(number)
    }

    /// Refuses settings that change what is computed in ways that are not known here.
    private static func refuseOthers(_ config: JSONValue) throws(ModelError) {
        if let position = config.member("position_embedding_type"), position.string != "absolute" {
            throw position.error("found \"\(position.string ?? "")\"; expected absolute")
        }
        for name in ["is_decoder", "add_cross_attention"] where try config.bool(name, default: false) {
            throw try config.required(name).error("found true; expected false, as in an encoder")
        }
        if let size = config.member("embedding_size"), size.integer != config.member("hidden_size")?.integer {
            throw size.error("expected the same number as in \"hidden_size\"")
        }
    }
}
