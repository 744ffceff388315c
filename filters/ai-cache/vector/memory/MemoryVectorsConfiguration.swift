import FilterAPI

/// The keys of `vector` beside `type: memory`.
struct MemoryVectorsConfiguration: FilterConfiguration {
    let collection: String
    let bounds: MemoryVectors.Bounds
    let graph: GraphSettings
    let snapshot: SnapshotSettings?

    init(_ fields: ConfigurationFields) {
        self.collection = fields.string(
            "collectionID",
            default: "default",
            help: "Names the entries that are kept over reloads; another name begins anew."
        )
        self.bounds = MemoryVectors.Bounds(
            maximumEntries: fields.integer(
                "maxEntries",
                in: 1...10_000_000,
                default: 100_000,
                help: "How many questions are kept; the one used longest ago makes room."
            ),
            maximumBytes: fields.size(
                "maxBytes",
                in: (64 << 10)...(1 << 40),
                default: 512 << 20,
                help: "The memory that they may take, vectors and answers included."
            )
        )
        let standard = GraphSettings()
        self.graph = GraphSettings(
            links: fields.integer(
                "M",
                in: 4...64,
                default: standard.links,
                help: "Links of a vector in the graph; more find more and take more memory."
            ),
            buildWidth: fields.integer(
                "efConstruction",
                in: 8...2000,
                default: standard.buildWidth,
                help: "How thoroughly the graph is built."
            ),
            searchWidth: fields.integer(
                "efSearch",
                in: 8...2000,
                default: standard.searchWidth,
                help: "How thoroughly the graph is searched."
            )
        )
        self.snapshot = SnapshotSettings(fields)
    }
}
