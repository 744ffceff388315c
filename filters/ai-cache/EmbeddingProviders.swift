/// The kinds of embedders that `embedding.type` names.
let embeddingProviders: [any EmbeddingProvider.Type] = [
    AzureEmbedding.self,
    CohereEmbedding.self,
    DashScopeEmbedding.self,
    HuggingFaceEmbedding.self,
    LocalEmbedding.self,
    NGramEmbedding.self,
    OllamaEmbedding.self,
    OpenAIEmbedding.self,
    TextInEmbedding.self,
    XfyunEmbedding.self,
]
