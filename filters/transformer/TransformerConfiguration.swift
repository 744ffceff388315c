import FilterAPI

/// The configuration of `transformer`.
struct TransformerConfiguration: FilterConfiguration {
    /// The rules for requests.
    let request: TransformRules
    /// The rules for responses.
    let response: TransformRules
    /// Whether a changed request may get another route.
    let reroutes: Bool
    /// The most bytes of a body that rules read.
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        self.reroutes = fields.bool(
            "reroute",
            default: true,
            help: "Select the route anew when rules change what it was selected by."
        )
        self.request = TransformReading(.request).rules(
            "reqRules",
            fields,
            help: "Changes of requests, in their order."
        )
        self.response = TransformReading(.response)
            .rules("respRules", fields, help: "Changes of responses, in their order.")
        self.maximumBodyBytes = fields.size(
            "maxBodyBytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of a body that rules read; a longer request is answered 413, a longer response 500."
        )
        if !fields.isDescribing, !fields.has("reqRules"), !fields.has("respRules") {
            fields.error("missing key \"reqRules\" or \"respRules\" (at least one list of rules)")
        }
    }
}
