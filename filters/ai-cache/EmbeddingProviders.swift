/// The kinds of embedders that `embedding.type` names.
let embeddingProviders: [any EmbeddingProvider.Type] = [
    NGramEmbedding.self,
    OpenAIEmbedding.self,
]
