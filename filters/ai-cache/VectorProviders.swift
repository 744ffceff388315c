/// The kinds of vector stores that `vector.type` names.
let vectorProviders: [any VectorProvider.Type] = [
    MemoryVectors.self,
    QdrantVectors.self,
]
