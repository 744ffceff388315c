import FilterAPI

/// Where an auth filter authenticates, and which consumers may pass: the keys `global_auth` and `allow`, which all auth
/// filters share.
struct ConsumerAccess: Sendable {
    /// Whether requests are authenticated everywhere; `nil` for everywhere only when there are no rules.
    let globalAuth: Bool?
    /// Names of the consumers that may pass; `nil` for all.
    let allow: Set<String>?

    /// Declares and reads both keys.
    ///
    /// - Parameters:
    ///   - fields: The filter's configuration.
    ///   - consumers: The names of all its consumers; a name in `allow` that is none of them is an error.
    init(_ fields: ConfigurationFields, consumers: [String]) {
        self.globalAuth = fields.bool(
            "global_auth",
            help:
                "true: authenticate everywhere; false: only where a rule matches; unset: everywhere if there are no rules."
        )
        let allow = fields.strings("allow", help: "In a rule: the consumers that may pass; default all; empty: nobody.")
        self.allow = fields.has("allow") ? Set(allow) : nil
        if fields.isGiven("allow"), !fields.has("allow") {
            fields.error(at: "allow", "found nothing; expected a list of consumers, or [] for nobody")
        }
        for (index, name) in allow.enumerated() where !consumers.contains(name) {
            fields.error(unknown: name, "consumer", at: "allow", item: index, among: consumers)
        }
    }
}
