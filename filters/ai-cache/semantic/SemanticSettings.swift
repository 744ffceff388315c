import FilterAPI

/// What finds questions that mean the same: `vector` and `embedding`.
struct SemanticSettings: Sendable {
    /// Makes the embedder; `nil` when the configuration has errors.
    let openEmbedder: EmbedderOpener?
    /// Makes the vector store.
    let vectors: VectorSettings
}

/// The vector store with how its answers are judged: `vector`.
struct VectorSettings: Sendable {
    /// What makes the store; `nil` when the configuration has errors.
    let opener: VectorStoreOpener?
    /// How many neighbours are asked for.
    let topK: Int
    let threshold: SimilarityThreshold
    /// How often a wrong answer may be given; `nil` when the threshold alone decides.
    let verification: VerificationSettings?

    /// Reads `vector`.
    ///
    /// - Parameters:
    ///   - fields: The mapping.
    ///   - isUsed: Whether anything will be looked up, so that a doubtful threshold matters.
    init(_ fields: ConfigurationFields, isUsed: Bool) {
        let variants = vectorProviders.map { provider in ConfigurationVariant(provider.type) { provider.read($0) } }
        let chosen = fields.variant("type", of: variants, help: "The kind of vector store.")
        self.opener = chosen?.value
        self.topK = fields.integer("topK", in: 1...1000, default: 1, help: "How many neighbours are looked at.")
        let threshold = SimilarityThreshold(
            value: fields.double(
                "threshold",
                default: SimilarityThreshold.unreachable,
                help: "What a neighbour's score is compared with."
            ),
            relation: fields.choice(
                "thresholdRelation",
                default: SimilarityThreshold.Relation.lt,
                help: "How the score has to compare: gt or gte for similarities, lt or lte for distances."
            )
        )
        self.verification = VerificationSettings(vector: fields)
        let isLearnt = self.verification != nil && !fields.has("threshold")
        self.threshold = isLearnt ? .anything : threshold
        if isUsed, !isLearnt, let chosen, let score = chosen.value?.score { self.warn(fields, chosen.name, score) }
    }

    /// How many neighbours the store is asked for: with a scope more than are looked at, since a store that cannot tell
    /// scopes apart may give those of others.
    func asked(scope: String?) -> Int {
        scope == nil ? self.topK : min(max(self.topK * 4, 20), max(self.topK, 1000))
    }

    private func warn(_ fields: ConfigurationFields, _ type: String, _ score: ScoreKind) {
        if let doubt = self.threshold.doubtAboutRelation(for: score, of: type) {
            fields.warning(at: "thresholdRelation", doubt)
        }
        // With an error bound a low threshold is no more than a saving of comparisons.
        if self.verification != nil { return }
        if let doubt = self.threshold.doubtAboutValue(for: score) { fields.warning(at: "threshold", doubt) }
    }
}

extension ConfigurationFields {
    /// Reads `vector`, `embedding` and `enableSemanticCache`.
    ///
    /// - Parameters:
    ///   - hasCache: Whether there is a store for exact questions too.
    ///   - isRequired: Whether one of the two stores has to be there.
    /// - Returns: nil when similar questions do not count.
    func semanticSettings(hasCache: Bool, isRequired: Bool) -> SemanticSettings? {
        let wanted = self.bool(
            "enableSemanticCache",
            help: "Whether similar questions count; default: true when there is a vector store."
        )
        let vectors = self.object("vector", help: "The vector store, in which similar questions are found.") {
            VectorSettings($0, isUsed: wanted != false)
        }
        let embedding = self.object("embedding", help: "What makes vectors of questions.") { Self.embedder($0) }
        if self.isDescribing { return nil }
        let hasVectors = vectors != nil
        if wanted == true, !hasVectors {
            self.error(at: "enableSemanticCache", "found true; expected \"vector\" beside it")
        } else if wanted == false, hasVectors, !hasCache {
            self.error(at: "enableSemanticCache", "found false without \"cache\"; nothing would be looked up")
        }
        if hasVectors, embedding == nil {
            self.error("missing key \"embedding\" (what makes the vectors that \"vector\" is asked for)")
        } else if !hasVectors, embedding != nil {
            self.error("missing key \"vector\" (the store that vectors of \"embedding\" are for)")
        } else if !hasVectors, !hasCache, isRequired {
            self.error("missing key \"cache\" or \"vector\" (the store that answers are kept in)")
        }
        guard let vectors, wanted != false else { return nil }
        return SemanticSettings(openEmbedder: embedding ?? nil, vectors: vectors)
    }

    /// Reads `embedding`.
    private static func embedder(_ fields: ConfigurationFields) -> EmbedderOpener? {
        let variants = embeddingProviders.map { provider in ConfigurationVariant(provider.type) { provider.read($0) } }
        return fields.variant("type", of: variants, help: "The kind of embedder.")?.value
    }
}
