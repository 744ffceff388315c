package import FilterAPI

/// The conditions under which a route takes a request; all must hold.
package struct RouteMatch: Sendable {
    /// The hosts; empty for every host.
    package var domains: [DomainPattern]
    /// The path without the query; `nil` for every path, which ranks as the prefix `/`.
    package var path: PathMatch?
    /// The methods; empty for every method.
    package var methods: [HTTPMethod]
    /// Conditions on header fields.
    package var headers: [HeaderCondition]
    /// Conditions on the query.
    package var query: [QueryCondition]

    package init(
        domains: [DomainPattern] = [],
        path: PathMatch? = nil,
        methods: [HTTPMethod] = [],
        headers: [HeaderCondition] = [],
        query: [QueryCondition] = []
    ) {
        self.domains = domains
        self.path = path
        self.methods = methods
        self.headers = headers
        self.query = query
    }
}

/// A condition on a request's normalised path, without its query.
package enum PathMatch: Sendable, Hashable {
    /// The whole path.
    case exact(String)
    /// The path's first characters. They are compared as they stand: `/v1` matches `/v1`, `/v1/x` and `/v1beta`, and
    /// `/v1/` does not match `/v1`.
    case prefix(String)
    /// Anywhere in the path, unless the pattern is anchored.
    case regex(Pattern)
}

/// A condition on the fields of a name; it holds when it does for any of them.
package struct HeaderCondition: Sendable {
    package let name: HeaderName
    package let value: ValueMatch

    package init(_ name: HeaderName, _ value: ValueMatch) {
        self.name = name
        self.value = value
    }
}

/// A condition on the query parameters of a name; it holds when it does for any of them.
///
/// Names and values are compared as they stand in the request, without decoding `%` or `+`. A parameter without `=` has
/// the empty value.
package struct QueryCondition: Sendable {
    package let name: String
    package let value: ValueMatch

    package init(_ name: String, _ value: ValueMatch) {
        self.name = name
        self.value = value
    }
}

/// A condition on a value; compares with case.
package enum ValueMatch: Sendable, Hashable {
    case exact(String)
    case prefix(String)
    /// Anywhere in the value, unless the pattern is anchored.
    case regex(Pattern)
    /// Any value, the empty one too.
    case present
    /// There is none of that name.
    case absent
}
