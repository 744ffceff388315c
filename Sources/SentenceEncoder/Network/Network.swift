import CSentenceEncoder

/// The encoder of Devlin et al. (arXiv 1810.04805) and its relatives: tokens to vectors, every token seeing every other.
///
/// Texts of a batch lie one behind the other without padding, so that each costs what it has, and its vector does not
/// depend on its company.
struct Network: Sendable {
    let shape: NetworkShape
    let weights: NetworkWeights
    let kernels: Kernels

    /// Computes the vectors of all tokens; they are then in `workspace.state`, one behind the other.
    ///
    /// - Parameters:
    ///   - texts: The ids of each text's tokens: at least one, at most as many as there are positions for and as the
    ///     workspace takes, all within the vocabulary.
    ///   - workspace: Room for the numbers between.
    /// - Throws: ``EncodingError/tokensOutOfRange`` before anything is computed, since the kernels check nothing.
    func run(_ texts: [[Int32]], _ workspace: Workspace) throws(EncodingError) {
        let longest = min(self.shape.longestText, workspace.longest)
        for text in texts {
            guard !text.isEmpty, text.count <= longest, text.allSatisfy({ $0 >= 0 && Int($0) < self.shape.vocabulary })
            else { throw .tokensOutOfRange }
        }
        let count = texts.reduce(0) { $0 + $1.count }
        workspace.reserve(count)
        self.embed(texts, workspace)
        for layer in self.weights.layers {
            self.attend(layer, texts, count, workspace)
            self.feedForward(layer, count, workspace)
        }
    }

    private func embed(_ texts: [[Int32]], _ workspace: Workspace) {
        let hidden = self.shape.hidden
        var row = workspace.state
        for text in texts {
            for (place, id) in text.enumerated() {
                let word = self.weights.words.numbers + Int(id) * hidden
                let position = self.weights.positions.numbers + (place + self.shape.firstPosition) * hidden
                for index in 0..<hidden { row[index] = word[index] + position[index] }
                if let kind = self.weights.kind?.numbers {
                    for index in 0..<hidden { row[index] += kind[index] }
                }
                row += hidden
            }
        }
        let count = texts.reduce(0) { $0 + $1.count }
        self.normalise(workspace.state, adding: nil, self.weights.embeddingNorm, count)
    }

    private func attend(_ layer: LayerWeights, _ texts: [[Int32]], _ count: Int, _ workspace: Workspace) {
        self.kernels.apply(layer.query, to: workspace.state, rows: count, into: workspace.queries)
        self.kernels.apply(layer.key, to: workspace.state, rows: count, into: workspace.keys)
        self.kernels.apply(layer.value, to: workspace.state, rows: count, into: workspace.values)
        var first = 0
        for text in texts {
            for head in 0..<self.shape.heads { self.attend(head, first, text.count, workspace) }
            first += text.count
        }
        self.kernels.apply(layer.attended, to: workspace.attended, rows: count, into: workspace.inner)
        self.normalise(workspace.state, adding: workspace.inner, layer.attentionNorm, count)
    }

    /// Lets the tokens of one text see each other through one head.
    private func attend(_ head: Int, _ first: Int, _ count: Int, _ workspace: Workspace) {
        let hidden = self.shape.hidden
        let size = hidden / self.shape.heads
        let start = first * hidden + head * size
        let functions = self.kernels.functions.pointee
        functions.multiply(
            workspace.queries + start,
            hidden,
            workspace.keys + start,
            hidden,
            nil,
            1 / Float(size).squareRoot(),
            workspace.scores,
            count,
            count,
            count,
            size
        )
        functions.softmax(workspace.scores, count, count, count)
        functions.mix(
            workspace.scores,
            count,
            workspace.values + start,
            hidden,
            workspace.attended + start,
            hidden,
            count,
            size,
            count
        )
    }

    private func feedForward(_ layer: LayerWeights, _ count: Int, _ workspace: Workspace) {
        self.kernels.apply(layer.inner, to: workspace.state, rows: count, into: workspace.inner)
        self.kernels.activate(workspace.inner, count * self.shape.inner, self.shape.activation)
        self.kernels.apply(layer.outer, to: workspace.inner, rows: count, into: workspace.attended)
        self.normalise(workspace.state, adding: workspace.attended, layer.outputNorm, count)
    }

    private func normalise(_ values: Rows, adding more: Rows?, _ norm: Norm, _ rows: Int) {
        self.kernels.normalise(
            values,
            adding: more,
            norm,
            self.shape.epsilon,
            rows: rows,
            hidden: self.shape.hidden
        )
    }
}
