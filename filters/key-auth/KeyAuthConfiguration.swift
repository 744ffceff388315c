import FilterAPI

/// The configuration of `key-auth`.
struct KeyAuthConfiguration: FilterConfiguration {
    /// Who may call.
    struct Consumer {
        let name: String
        let credentials: [Secret]
        /// Where this consumer's keys are; `nil` for the common places.
        let keys: [String]?
    }

    let consumers: [Consumer]
    let keys: [String]
    let inHeader: Bool
    let inQuery: Bool
    let realm: String
    let access: ConsumerAccess

    init(_ fields: ConfigurationFields) {
        let reading = KeyConsumerReading()
        self.consumers = fields.objects("consumers", isRequired: true, named: "name", help: "Who may call.") {
            reading.consumer($0)
        }
        self.keys = fields.strings(
            "keys",
            default: ["x-api-key", "authorization"],
            help: "Names of the header fields and query parameters that hold the key."
        )
        self.inHeader = fields.bool("in_header", default: true, help: "Look for the key in header fields.")
        self.inQuery = fields.bool("in_query", default: true, help: "Look for the key in query parameters.")
        self.realm = fields.realm()
        self.access = ConsumerAccess(fields, consumers: self.consumers.map(\.name))
        guard !fields.isDescribing else { return }
        self.check(fields)
    }
}

extension KeyAuthConfiguration {
    private func check(_ fields: ConfigurationFields) {
        if !self.inHeader, !self.inQuery {
            fields.error(at: "in_query", "in_header and in_query are both false; expected at least one to be true")
        }
        if self.keys.isEmpty || self.keys.contains("") {
            fields.error(at: "keys", "expected names of header fields or query parameters, at least one")
        }
        self.checkNames(self.keys, fields)
        for consumer in self.consumers { self.checkNames(consumer.keys ?? [], fields) }
    }

    private func checkNames(_ names: [String], _ fields: ConfigurationFields) {
        guard self.inHeader, !self.inQuery else { return }
        for name in names where !name.isEmpty && HeaderName(validating: name) == nil {
            fields.error(at: "keys", "found a name that no header field can have; expected letters, digits and hyphens")
        }
        for name in names where name.contains("_") {
            fields.warning(
                at: "keys",
                "header fields with an underscore in their name are removed before the first filter; use a hyphen"
            )
        }
    }
}
