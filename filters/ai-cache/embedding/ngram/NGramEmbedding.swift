import FilterAPI

/// Vectors that tell how alike the wordings of texts are, without a model: `embedding.type: ngram`.
///
/// It knows letters and words, not meanings: it sees that the same words were asked in another order or form, and not that
/// other words mean the same. It computes on the event loop, so a long text gets no vector: other streams would wait, and one
/// word hardly counts in it.
struct NGramEmbedding: EmbeddingProvider, LocalEmbedder {
    static let type = "ngram"

    /// The longest text that gets a vector, in bytes of UTF-8; it takes about a millisecond.
    static let longestText = 4096

    let vectors: NGramVectors
    var longestAnswer: Int { Self.longestText }

    static func read(_ fields: ConfigurationFields) -> EmbedderOpener? {
        let dimensions = fields.integer(
            "dimensions",
            in: 64...4096,
            default: 512,
            help: "How many numbers a vector has; more keep different words apart better."
        )
        return { _ in .local(NGramEmbedding(vectors: NGramVectors(dimensions: dimensions))) }
    }

    func vector(of text: String) throws(ProviderError) -> [Float] {
        guard text.utf8.count <= Self.longestText else {
            throw ProviderError(.badVector, "the text is longer than \(Self.longestText) bytes")
        }
        guard let vector = self.vectors.vector(of: text) else {
            throw ProviderError(.badVector, "the text has neither letters nor digits")
        }
        return vector
    }
}
