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
    /// What becomes of the request's fields on its way to the service.
    package let requestHeaders: HeaderChange?
    /// What becomes of the fields of every answer.
    package let responseHeaders: HeaderChange?
    /// When a request is sent again.
    package let retry: RetryPolicy?
    /// The service that answers when the route's own fails.
    package let fallback: FallbackRule?
    /// The service that gets copies of requests.
    package let mirror: MirrorRule?
    /// Which redirects of the service are followed here.
    package let internalRedirect: InternalRedirect?
    /// What chooses the endpoints of services with a ring of hashes; `nil` for the services' own keys.
    package let hashPolicy: HashPolicy?

    package init(
        name: String,
        index: Int,
        id: Int? = nil,
        match: RouteMatch = RouteMatch(),
        action: RouteAction,
        rewrite: RewriteRule? = nil,
        timeout: Duration? = nil,
        requestBodyLimit: Int? = nil,
        upgrades: [String] = [],
        requestHeaders: HeaderChange? = nil,
        responseHeaders: HeaderChange? = nil,
        retry: RetryPolicy? = nil,
        fallback: FallbackRule? = nil,
        mirror: MirrorRule? = nil,
        internalRedirect: InternalRedirect? = nil,
        hashPolicy: HashPolicy? = nil
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
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.retry = retry
        self.fallback = fallback
        self.mirror = mirror
        self.internalRedirect = internalRedirect
        self.hashPolicy = hashPolicy
    }
}

/// What becomes of a route's requests.
package enum RouteAction: Sendable {
    /// They go to the service with this address, such as `qwen.dns`.
    case service(String)
    /// They are divided among these services.
    case services(ServiceSplit)
    /// The client is sent elsewhere.
    case redirect(RedirectRule)
    /// The gateway answers.
    case response(DirectResponse)
}

extension RouteAction {
    /// The service that answers: of several the one with the largest share.
    package var service: String? {
        switch self {
        case .service(let name): name
        case .services(let split): split.heaviest
        case .redirect, .response: nil
        }
    }
}
