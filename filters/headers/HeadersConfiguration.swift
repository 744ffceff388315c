import FilterAPI

/// The configuration of `headers`.
struct HeadersConfiguration: FilterConfiguration {
    let request: FieldChange
    let response: FieldChange

    init(_ fields: ConfigurationFields) {
        self.request = fields.objectOrDefaults("request", help: "What becomes of the fields of requests.") {
            FieldChange($0, isRequest: true)
        }
        self.response = fields.objectOrDefaults("response", help: "What becomes of the fields of responses.") {
            FieldChange($0, isRequest: false)
        }
        if !fields.isDescribing, self.request.isEmpty, self.request.host == nil, self.response.isEmpty {
            fields.warning("changes nothing; expected set, add or remove below request or response")
        }
    }
}
