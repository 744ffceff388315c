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
    let globalAuth: Bool?
    /// Names of the consumers that may pass; `nil` for all.
    let allow: Set<String>?

    init(_ fields: ConfigurationFields) {
        let reading = ConsumerReading()
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
        self.realm = fields.string("realm", default: "MSE Gateway", help: "Realm of the WWW-Authenticate field.")
        self.globalAuth = fields.bool(
            "global_auth",
            help:
                "true: authenticate everywhere; false: only where a rule matches; unset: everywhere if there are no rules."
        )
        let allow = fields.strings("allow", help: "In a rule: the consumers that may pass; default all; empty: nobody.")
        self.allow = fields.has("allow") ? Set(allow) : nil
        guard !fields.isDescribing else { return }
        self.check(fields, allow)
    }
}

extension KeyAuthConfiguration {
    private func check(_ fields: ConfigurationFields, _ allow: [String]) {
        if !self.inHeader, !self.inQuery {
            fields.error(at: "in_query", "in_header and in_query are both false; expected at least one to be true")
        }
        if self.keys.isEmpty || self.keys.contains("") {
            fields.error(at: "keys", "expected names of header fields or query parameters, at least one")
        }
        self.checkNames(self.keys, fields)
        for consumer in self.consumers { self.checkNames(consumer.keys ?? [], fields) }
        if self.realm.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            fields.error(at: "realm", "holds a control character; expected a text on one line")
        }
        let names = self.consumers.map(\.name)
        for (index, name) in allow.enumerated() where !names.contains(name) {
            fields.error(unknown: name, "consumer", at: "allow", item: index, among: names)
        }
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
