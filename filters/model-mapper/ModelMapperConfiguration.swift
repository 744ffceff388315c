import FilterAPI

/// The configuration of `model-mapper`.
struct ModelMapperConfiguration: FilterConfiguration {
    let modelKey: JSONKeyPath
    let mapping: ModelMapping
    let paths: PathSuffixes
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        self.modelKey = fields.modelKey()
        let mapping = fields.map(
            "modelMapping",
            help: "Models by the name that clients use; `x*` for names that begin with x, `*` for all others."
        )
        self.mapping = ModelMapping(mapping)
        self.paths = fields.pathSuffixes("enableOnPathSuffix", default: PathSuffixes.modelCalls)
        self.maximumBodyBytes = fields.maximumBodyBytes()
        if !fields.isDescribing, mapping.contains(where: { $0.0.isEmpty }) {
            fields.error(at: "modelMapping", "found an empty name; expected the name of a model, or \"*\"")
        }
    }
}
