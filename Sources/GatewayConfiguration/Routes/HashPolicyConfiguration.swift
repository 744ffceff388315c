import FilterAPI

/// An item of a route's `hashPolicy`: a key that chooses the endpoints of services with `ringHash`.
package struct HashPolicyConfiguration: Sendable, Hashable {
    /// A cookie for clients that have none.
    package struct Cookie: Sendable, Hashable {
        /// The name.
        package let name: String
        /// How long the client keeps it; none for as long as its session lasts.
        package let lifetime: Duration
        /// The paths for which the client sends it.
        package let path: String?
    }

    /// What of a request is the key.
    package let key: LoadBalancingConfiguration.Hash
    /// What a client without the key's cookie gets; nil for nothing.
    package let cookie: Cookie?
    /// Whether the keys behind this one are left out when a request has it.
    package let isTerminal: Bool

    /// Reads `hashPolicy`.
    static func read(_ fields: ConfigurationFields) -> [HashPolicyConfiguration] {
        let items = fields.objects("hashPolicy", help: "What chooses the endpoints of services with ringHash.") {
            HashPolicyConfiguration($0)
        }
        if fields.has("hashPolicy"), items.isEmpty {
            fields.error(at: "hashPolicy", "found no key; expected a list such as [{ header: x-user }]")
        }
        return items
    }

    private init(_ fields: ConfigurationFields) {
        let header = fields.parsed("header", help: "Name of a header field.", headerName)
        let cookie = fields.alternatives(
            "cookie",
            help: "Name of a cookie, or a mapping of one that clients without it get.",
            scalar: { (text) throws(ConfigurationMistake) -> (String, Cookie?) in (try cookieName(text), nil) },
            object: HashPolicyConfiguration.cookie
        )
        let query = fields.parsed("query", help: "Name of a query parameter.", parameterName)
        let source = fields.bool("sourceAddress", help: "Whether the client's address is the key.")
        isTerminal = fields.bool("terminal", default: false, help: "Whether the keys behind it are left out then.")
        self.cookie = cookie?.1
        key =
            header.map(LoadBalancingConfiguration.Hash.header)
            ?? cookie.map { LoadBalancingConfiguration.Hash.cookie($0.0) }
            ?? query.map(LoadBalancingConfiguration.Hash.query) ?? .sourceAddress
        let keys = ["header", "cookie", "query", "sourceAddress"].filter { fields.has($0) }
        if !fields.isDescribing, keys.count != 1 || source == false {
            fields.error("expected exactly one of header: NAME, cookie: NAME, query: NAME, sourceAddress: true")
        }
    }

    private static func cookie(_ fields: ConfigurationFields) -> (String, Cookie?) {
        let name = fields.requiredParsed("name", help: "Name of the cookie.", cookieName) ?? ""
        let lifetime = fields.duration(
            "ttl",
            in: .zero...Duration.seconds(365 * 86_400),
            help: "How long a client without the cookie keeps a new one; 0s for its session; default no new one."
        )
        let path = fields.parsed("path", help: "Paths for which the client sends it.") {
            (text) throws(ConfigurationMistake) in
            guard text.hasPrefix("/"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") })
            else {
                throw ConfigurationMistake("expected a path such as /shop")
            }
            return text
        }
        if fields.has("path"), lifetime == nil {
            fields.error(at: "path", "needs \"ttl\"; no cookie is set without it")
        }
        return (name, lifetime.map { Cookie(name: name, lifetime: $0, path: path) })
    }
}
