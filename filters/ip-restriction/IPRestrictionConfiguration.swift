import FilterAPI

/// The configuration of `ip-restriction`.
struct IPRestrictionConfiguration: FilterConfiguration {
    /// Where the address is taken from.
    enum Source: String, CaseIterable, Sendable {
        /// The client as the listener knows it.
        case origin = "origin-source"
        /// A header field.
        case header
    }

    /// Which addresses pass.
    enum Rule: Sendable {
        case only(AddressSet)
        case allBut(AddressSet)
    }

    let source: Source
    let header: HeaderName
    let rule: Rule
    let status: Int
    let message: String

    init(_ fields: ConfigurationFields) {
        self.source = fields.choice(
            "ip_source_type",
            default: .origin,
            help: "Where the client's address is taken from."
        )
        let header = fields.string(
            "ip_header_name",
            default: "x-forwarded-for",
            help: "The header field with the address, for ip_source_type: header."
        )
        self.header = HeaderName(header)
        let allow = fields.networks("allow", help: "Networks and addresses that pass; all others are refused.")
        let deny = fields.networks("deny", help: "Networks and addresses that are refused; all others pass.")
        self.rule = fields.has("allow") ? .only(AddressSet(allow)) : .allBut(AddressSet(deny))
        self.status = fields.integer("status", in: 200...599, default: 403, help: "Status of a refusal.")
        self.message = fields.string(
            "message",
            default: "Your IP address is blocked.",
            help: "What the body of a refusal says."
        )
        guard !fields.isDescribing else { return }
        switch (fields.has("allow"), fields.has("deny")) {
        case (true, true): fields.error(at: "deny", "found both \"allow\" and \"deny\"; expected one of them")
        case (false, false): fields.error("missing key \"allow\" or \"deny\" (list of networks)")
        default: break
        }
        if HeaderName(validating: header) == nil {
            fields.error(at: "ip_header_name", "found a name that no header field can have")
        }
    }
}

extension ConfigurationFields {
    /// A list of networks and addresses; what is none is reported with its place in the list.
    fileprivate func networks(_ key: String, help: String) -> [AddressRange] {
        self.parsedList(key, help: help) { (text) throws(ConfigurationMistake) in
            try AddressRange(text)
        }
    }
}
