import FilterAPI

/// The configuration of `log-request-response`.
struct LogRequestResponseConfiguration: FilterConfiguration {
    /// What is logged of one message.
    struct Side: Sendable {
        let logsHeaders: Bool
        /// The most bytes that are logged of a body; `nil` for none.
        let bodyLimit: Int?
        /// Parts of content types, in lower case.
        let contentTypes: [String]

        /// Whether nothing is logged.
        var isOff: Bool { !self.logsHeaders && self.bodyLimit == nil }
    }

    let request: Side
    let response: Side
    let redaction: Redaction

    init(_ fields: ConfigurationFields) {
        let types = ["application/json", "application/xml"]
        self.request = fields.objectOrDefaults("request", help: "What is logged of requests.") {
            Side($0, contentTypes: types + ["application/x-www-form-urlencoded", "text/plain"])
        }
        self.response = fields.objectOrDefaults("response", help: "What is logged of responses.") {
            Side($0, contentTypes: types + ["text/plain", "text/html"])
        }
        self.redaction = fields.objectOrDefaults("redact", help: "What is logged as <redacted>.") { Redaction($0) }
    }
}

extension LogRequestResponseConfiguration.Side {
    fileprivate init(_ fields: ConfigurationFields, contentTypes: [String]) {
        self.logsHeaders = fields.objectOrDefaults("headers", help: "The header fields.") {
            $0.bool("enabled", default: false, help: "Log the header fields.")
        }
        let body = fields.objectOrDefaults("body", help: "The body.") { body in
            (
                isOn: body.bool("enabled", default: false, help: "Log the body."),
                limit: body.size(
                    "maxSize",
                    in: 1...(1 << 20),
                    default: 10 * 1024,
                    help: "The most bytes that are logged."
                ),
                types: body.strings(
                    "contentTypes",
                    default: contentTypes,
                    help: "Content types, or parts of them, whose bodies are logged."
                )
            )
        }
        self.bodyLimit = body.isOn ? body.limit : nil
        self.contentTypes = body.types.map { $0.lowercased() }
    }
}
