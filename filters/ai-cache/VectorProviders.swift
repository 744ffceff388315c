/// The kinds of vector stores that `vector.type` names.
let vectorProviders: [any VectorProvider.Type] = [
    ChromaVectors.self,
    DashVectors.self,
    ElasticsearchVectors.self,
    MemoryVectors.self,
    MilvusVectors.self,
    PineconeVectors.self,
    QdrantVectors.self,
    WeaviateVectors.self,
]
