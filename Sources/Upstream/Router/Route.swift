import FilterAPI

/// One entry of the configuration's `routes`: which requests it takes and what becomes of them.
package final class Route: Sendable {
    /// The name.
    package let name: String
    /// The place in the file, from 0.
    package let index: Int
    /// What the gateway attached the rest of the entry to; means nothing here.
    package let id: Int
    /// Which requests it takes; exact paths and prefixes are in the form in which requests have them.
    package let match: RouteMatch
    /// Whether it asks for more than host and path.
    let hasConditions: Bool
    /// What becomes of a request.
    package let action: RouteAction
    /// How the request changes before it goes upstream.
    package let rewrite: RewriteRule?
    /// The time for the whole answer; `nil` for the gateway's default.
    package let timeout: Duration?
    /// The most bytes in a request's body; `nil` for the listener's limit.
    package let requestBodyLimit: Int?
    /// The protocols that a client may change to, in lower case.
    package let upgrades: [String]

    package init(
        name: String,
        index: Int,
        id: Int? = nil,
        match: RouteMatch = RouteMatch(),
        action: RouteAction,
        rewrite: RewriteRule? = nil,
        timeout: Duration? = nil,
        requestBodyLimit: Int? = nil,
        upgrades: [String] = []
    ) {
        var match = match
        match.path = match.path?.inRequestForm
        self.name = name
        self.index = index
        self.id = id ?? index
        self.match = match
        self.hasConditions = !match.methods.isEmpty || !match.headers.isEmpty || !match.query.isEmpty
        self.action = action
        self.rewrite = rewrite
        self.timeout = timeout
        self.requestBodyLimit = requestBodyLimit
        self.upgrades = upgrades
    }
}

/// What becomes of a route's requests.
package enum RouteAction: Sendable {
    /// They go to the service with this address, such as `qwen.dns`.
    case service(String)
    /// The client is sent elsewhere.
    case redirect(RedirectRule)
    /// The gateway answers.
    case response(DirectResponse)
}
