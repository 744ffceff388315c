/// A matrix and what is added to its product.
struct Linear: Sendable {
    /// `outputs` rows of `inputs` numbers.
    let weight: Tensor
    let bias: Tensor
    let inputs: Int
    let outputs: Int
}

/// Scale and offset of a layer norm.
struct Norm: Sendable {
    let weight: Tensor
    let bias: Tensor
}

/// One layer: attention, then the feed-forward part, a norm behind each.
struct LayerWeights: Sendable {
    let query: Linear
    let key: Linear
    let value: Linear
    let attended: Linear
    let attentionNorm: Norm
    let inner: Linear
    let outer: Linear
    let outputNorm: Norm
}

/// All tensors of a network, under the names that the families give them.
struct NetworkWeights: Sendable {
    let words: Tensor
    let positions: Tensor
    /// What is added to every token; `nil` for families without kinds of tokens.
    let kind: Tensor?
    let embeddingNorm: Norm
    let layers: [LayerWeights]

    init(_ file: SafeTensors, _ shape: NetworkShape) throws(ModelError) {
        let reader = WeightReader(file: file, prefix: shape.family.prefix)
        let hidden = shape.hidden
        self.words = try reader.tensor("embeddings.word_embeddings.weight", [shape.vocabulary, hidden])
        self.positions = try reader.tensor("embeddings.position_embeddings.weight", [shape.positions, hidden])
        self.kind =
            shape.kinds > 0
            ? try reader.tensor("embeddings.token_type_embeddings.weight", [shape.kinds, hidden]) : nil
        self.embeddingNorm = try reader.norm("embeddings.LayerNorm", hidden)
        var layers: [LayerWeights] = []
        for index in 0..<shape.layers {
            layers.append(
                shape.family == .distilbert
                    ? try reader.distilledLayer("transformer.layer.\(index).", shape)
                    : try reader.layer("encoder.layer.\(index).", shape)
            )
        }
        self.layers = layers
    }

    private var tensors: [Tensor] {
        let linears = self.layers.flatMap { [$0.query, $0.key, $0.value, $0.attended, $0.inner, $0.outer] }
        let norms = [self.embeddingNorm] + self.layers.flatMap { [$0.attentionNorm, $0.outputNorm] }
        return [self.words, self.positions] + [self.kind].compactMap { $0 }
            + linears.flatMap { [$0.weight, $0.bias] } + norms.flatMap { [$0.weight, $0.bias] }
    }

    /// The bytes of tensors that had to be copied out of the file.
    var allocatedBytes: Int { self.tensors.reduce(0) { $0 + $1.allocatedBytes } }
    /// The bytes of all tensors in single precision.
    var totalBytes: Int { self.tensors.reduce(0) { $0 + $1.count * 4 } }
}

/// Finds tensors by name, also under the prefix of a model for another task.
private struct WeightReader {
    let file: SafeTensors
    let prefix: String

    func tensor(_ name: String, older: String? = nil, _ shape: [Int]) throws(ModelError) -> Tensor {
        let names = [name] + [older].compactMap { $0 }
        return try self.file.tensor(names + names.map { self.prefix + $0 }, shape: shape)
    }

    func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(ModelError) -> Linear {
        Linear(
            weight: try self.tensor(name + ".weight", [outputs, inputs]),
            bias: try self.tensor(name + ".bias", [outputs]),
            inputs: inputs,
            outputs: outputs
        )
    }

    /// A layer norm, also with the names of the first BERT.
    func norm(_ name: String, _ hidden: Int) throws(ModelError) -> Norm {
        Norm(
            weight: try self.tensor(name + ".weight", older: name + ".gamma", [hidden]),
            bias: try self.tensor(name + ".bias", older: name + ".beta", [hidden])
        )
    }

    func layer(_ name: String, _ shape: NetworkShape) throws(ModelError) -> LayerWeights {
        LayerWeights(
            query: try self.linear(name + "attention.self.query", shape.hidden, shape.hidden),
            key: try self.linear(name + "attention.self.key", shape.hidden, shape.hidden),
            value: try self.linear(name + "attention.self.value", shape.hidden, shape.hidden),
            attended: try self.linear(name + "attention.output.dense", shape.hidden, shape.hidden),
            attentionNorm: try self.norm(name + "attention.output.LayerNorm", shape.hidden),
            inner: try self.linear(name + "intermediate.dense", shape.hidden, shape.inner),
            outer: try self.linear(name + "output.dense", shape.inner, shape.hidden),
            outputNorm: try self.norm(name + "output.LayerNorm", shape.hidden)
        )
    }

    func distilledLayer(_ name: String, _ shape: NetworkShape) throws(ModelError) -> LayerWeights {
        LayerWeights(
            query: try self.linear(name + "attention.q_lin", shape.hidden, shape.hidden),
            key: try self.linear(name + "attention.k_lin", shape.hidden, shape.hidden),
            value: try self.linear(name + "attention.v_lin", shape.hidden, shape.hidden),
            attended: try self.linear(name + "attention.out_lin", shape.hidden, shape.hidden),
            attentionNorm: try self.norm(name + "sa_layer_norm", shape.hidden),
            inner: try self.linear(name + "ffn.lin1", shape.hidden, shape.inner),
            outer: try self.linear(name + "ffn.lin2", shape.inner, shape.hidden),
            outputNorm: try self.norm(name + "output_layer_norm", shape.hidden)
        )
    }
}
