import FilterAPI

/// The configuration of `request-validation`.
struct RequestValidationConfiguration: FilterConfiguration {
    /// What the header fields as an object have to fit.
    let headers: JSONSchema?
    /// What a JSON body has to fit.
    let body: JSONSchema?
    /// The status of a refusal.
    let rejectedCode: Int
    /// The body of a refusal; `nil` for the gateway's own.
    let rejectedMessage: String?
    /// The most bytes of a body that is checked.
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        let isSwagger = fields.bool(
            "enable_swagger",
            default: false,
            help: "Read the schemas as those of Swagger 2 (draft 4)."
        )
        let isOAS3 = fields.bool(
            "enable_oas3",
            default: false,
            help: "Read the schemas as those of OpenAPI 3 (draft 7)."
        )
        let draft = isSwagger ? SchemaReading.Draft.four : .seven
        func schema(_ key: String, folds: Bool, _ help: String) -> JSONSchema? {
            fields.node(key, help: help).map {
                SchemaReading.schema($0, at: fields.location.key(key), fields.context, draft, foldsNames: folds)
            }
        }
        self.headers = schema("header_schema", folds: true, "JSON Schema of the header fields, as an object of texts.")
        self.body = schema("body_schema", folds: false, "JSON Schema of the body.")
        self.rejectedCode = fields.integer(
            "rejected_code",
            in: 200...599,
            default: 403,
            help: "The status of a refusal."
        )
        self.rejectedMessage = fields.string("rejected_msg", help: "The body of a refusal; default the gateway's own.")
        self.maximumBodyBytes = fields.size(
            "max_body_bytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of a body; a longer one is answered 413."
        )
        guard !fields.isDescribing else { return }
        if isSwagger, isOAS3 {
            fields.error(at: "enable_oas3", "enable_swagger and enable_oas3 are both true; expected one of them")
        }
        if !fields.has("header_schema"), !fields.has("body_schema") {
            fields.error("missing key \"header_schema\" or \"body_schema\" (a JSON Schema)")
        }
    }
}
