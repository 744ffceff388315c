package import FilterAPI

/// What a lookup made of one route.
package struct RouteConsideration: Sendable {
    /// The route.
    package let route: Route
    /// Whether it was selected, or why not.
    package let outcome: Outcome

    /// What became of a route.
    package enum Outcome: Sendable, Hashable {
        /// It takes the request.
        case selected
        /// A condition does not hold.
        case passedOver(RouteMismatch)
        /// A route that ranks before it takes the request.
        case lessSpecific
    }
}

/// The condition for which a route is passed over.
package enum RouteMismatch: Sendable, Hashable {
    /// None of its domains is the request's host.
    case host
    /// Its path is not the request's.
    case path
    /// Its methods lack the request's.
    case method
    /// The condition on this header field does not hold.
    case header(HeaderName)
    /// The condition on this query parameter does not hold.
    case query(String)
}

extension RouteTable {
    /// All routes with what a lookup makes of each.
    ///
    /// First those whose host and path fit, in the order in which they are considered; then the others in the file's
    /// order. Looks at every route, so it is for people and not for requests.
    package func explain(_ head: RequestHead) -> [RouteConsideration] {
        var considerations: [RouteConsideration] = []
        var seen: Set<ObjectIdentifier> = []
        var isSelected = false
        var steps = 0
        self.visit(head, counting: &steps) { route, query in
            guard seen.insert(ObjectIdentifier(route)).inserted else { return false }
            let mismatch = route.match.mismatch(of: head, query: query)
            let fitting: RouteConsideration.Outcome = isSelected ? .lessSpecific : .selected
            considerations.append(
                RouteConsideration(route: route, outcome: mismatch.map { .passedOver($0) } ?? fitting)
            )
            if mismatch == nil { isSelected = true }
            return false
        }
        for route in self.routes where !seen.contains(ObjectIdentifier(route)) {
            let mismatch: RouteMismatch = route.match.includesHost(of: head) ? .path : .host
            considerations.append(RouteConsideration(route: route, outcome: .passedOver(mismatch)))
        }
        return considerations
    }
}

extension RouteMatch {
    /// Whether one of the domains is the host of a request.
    fileprivate func includesHost(of head: RequestHead) -> Bool {
        guard !self.domains.isEmpty else { return true }
        return head.host.withBytes(in: head.headers.wire) { authority in
            let host = String(decoding: hostBytes(of: authority), as: UTF8.self).lowercased()
            return self.domains.contains { domain in
                switch domain {
                case .exact(let name): host == name
                case .subdomains(let suffix): host.utf8.count > suffix.utf8.count && host.hasSuffix(suffix)
                case .any: true
                }
            }
        }
    }
}
