import FilterAPI

/// The configuration of `custom-response`: one response, or several under `rules`.
struct CustomResponseConfiguration: FilterConfiguration {
    let responses: [FixedResponse]

    private static let keys = ["status_code", "headers", "body", "enable_on_status"]

    init(_ fields: ConfigurationFields) {
        let one = FixedResponse(fields)
        let several = fields.objects("rules", help: "Several responses; each with the keys of one.") {
            FixedResponse($0)
        }
        self.responses = fields.has("rules") ? several : [one]
        guard !fields.isDescribing, fields.has("rules") else { return }
        if several.isEmpty { fields.error(at: "rules", "found no response; expected at least one") }
        if let key = Self.keys.first(where: { fields.has($0) }) {
            fields.error(at: key, "found \"\(key)\" beside \"rules\"; expected it in one of the rules")
        }
        if several.filter(\.statuses.isEmpty).count > 1 {
            fields.error(at: "rules", "found several responses without enable_on_status; expected at most one")
        }
    }
}
