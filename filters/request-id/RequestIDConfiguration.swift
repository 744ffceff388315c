import FilterAPI

/// The configuration of `request-id`.
struct RequestIDConfiguration: FilterConfiguration {
    let header: HeaderName
    /// Whether an id that came with the request gives way to a new one.
    let overrides: Bool
    /// Whether the response carries the id.
    let isAnswered: Bool

    init(_ fields: ConfigurationFields) {
        let header = fields.string("header", default: "x-request-id", help: "Name of the field that carries the id.")
        self.header = HeaderName(header)
        self.overrides = fields.bool(
            "override",
            default: false,
            help: "Whether an id that came with the request gives way to a new one."
        )
        self.isAnswered = fields.bool("response", default: true, help: "Whether the response carries the id too.")
        if let mistake = mistake(inFieldName: header) {
            fields.error(at: "header", mistake)
        } else if header.lowercased() == "host" {
            fields.error(at: "header", "found \"host\"; expected a field of its own for the id")
        }
    }
}
