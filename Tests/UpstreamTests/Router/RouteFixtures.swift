import FilterAPI
import Upstream

/// Makes a route whose service is its name.
func route(
    _ name: String,
    index: Int = 0,
    domains: [String] = [],
    path: PathMatch? = nil,
    methods: [HTTPMethod] = [],
    headers: [HeaderCondition] = [],
    query: [QueryCondition] = [],
    rewrite: RewriteRule? = nil
) -> Route {
    Route(
        name: name,
        index: index,
        match: RouteMatch(
            domains: domains.compactMap { DomainPattern($0) },
            path: path,
            methods: methods,
            headers: headers,
            query: query
        ),
        action: .service(name + ".static"),
        rewrite: rewrite
    )
}

/// A request from `METHOD http://host/path`; parts may be left out from the left.
func request(_ text: String, headers: HeaderFields = [:]) -> RequestHead {
    var rest = Substring(text)
    var method = HTTPMethod.get
    if let space = rest.firstIndex(of: " ") {
        method = HTTPMethod(rawValue: String(rest[..<space]))
        rest = rest[rest.index(after: space)...]
    }
    let isSecure = rest.hasPrefix("https://")
    if isSecure { rest = rest.dropFirst(8) } else if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
    let slash = rest.firstIndex { $0 == "/" || $0 == "*" } ?? rest.endIndex
    return RequestHead(
        method: method,
        scheme: isSecure ? .https : .http,
        authority: String(rest[..<slash]),
        path: String(rest[slash...]),
        headers: headers
    )
}
