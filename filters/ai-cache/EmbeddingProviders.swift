/// The kinds of embedders that `embedding.type` names.
let embeddingProviders: [any EmbeddingProvider.Type] = [
    OpenAIEmbedding.self
]
