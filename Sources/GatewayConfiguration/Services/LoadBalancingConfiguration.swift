import FilterAPI

/// `loadBalancing` of a service: how requests are spread over its endpoints.
package struct LoadBalancingConfiguration: Sendable, Hashable {
    /// The way of choosing an endpoint.
    package enum Policy: String, Sendable, CaseIterable {
        /// In turn, by weight.
        case roundRobin
        /// The less busy of two drawn by weight.
        case leastRequest
        /// Drawn by weight.
        case random
        /// Where the key of the request belongs.
        case ringHash
    }

    /// What of a request is its key.
    package enum Hash: Sendable, Hashable {
        case header(String)
        case cookie(String)
        case query(String)
        case sourceAddress
    }

    /// The way of choosing.
    package let policy: Policy
    /// The key of `ringHash`; of no effect with others.
    package let hash: Hash
    /// How long an endpoint that is new, or healthy again, gets less than its share; `nil` for no time.
    package let slowStart: Duration?

    init(_ fields: ConfigurationFields) {
        policy = fields.choice("policy", default: Policy.roundRobin, help: "How endpoints are chosen.")
        let hash = fields.object("hash", help: "What of a request chooses its endpoint; with ringHash.") {
            LoadBalancingConfiguration.hash($0)
        }
        self.hash = hash ?? .sourceAddress
        slowStart = fields.duration(
            "slowStart",
            in: .milliseconds(10)...Duration.seconds(3600),
            help: "How long an endpoint that is new or healthy again gets less than its share."
        )
        if policy == .ringHash, fields.has("slowStart") {
            fields.error(
                at: "slowStart",
                "found it with the policy ringHash, whose keys belong to endpoints at all times"
            )
        }
        if policy == .ringHash, hash == nil {
            fields.error("\"ringHash\" needs \"hash\", such as hash: { header: x-user }")
        }
        if policy != .ringHash, fields.has("hash") {
            fields.error(at: "hash", "found it with the policy \(policy.rawValue); only \"ringHash\" takes it")
        }
    }

    private static func hash(_ fields: ConfigurationFields) -> Hash {
        let header = fields.parsed("header", help: "Name of a header field.", headerName)
        let cookie = fields.parsed("cookie", help: "Name of a cookie.", cookieName)
        let query = fields.parsed("query", help: "Name of a query parameter.", parameterName)
        let source = fields.bool("sourceAddress", help: "Whether the client's address is the key.")
        let keys = ["header", "cookie", "query", "sourceAddress"].filter { fields.has($0) }
        if keys.count != 1 || source == false {
            fields.error("expected exactly one of header: NAME, cookie: NAME, query: NAME, sourceAddress: true")
        }
        if let header { return .header(header) }
        if let cookie { return .cookie(cookie) }
        if let query { return .query(query) }
        return .sourceAddress
    }
}

/// The name of a header field in lower case.
func headerName(_ text: String) throws(ConfigurationMistake) -> String {
    guard let name = HeaderName(validating: text) else {
        throw ConfigurationMistake("expected the name of a header field")
    }
    return name.string
}

/// The name of a cookie (RFC 6265, section 4.1.1).
func cookieName(_ text: String) throws(ConfigurationMistake) -> String {
    guard isToken(text) else { throw ConfigurationMistake("expected the name of a cookie") }
    return text
}

/// The name of a query parameter as it stands in a request.
func parameterName(_ text: String) throws(ConfigurationMistake) -> String {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains(where: { "&=#".contains($0) })
    else { throw ConfigurationMistake("expected the name of a query parameter, escaped as in a request") }
    return text
}
