package import FilterAPI

/// The routes of a snapshot, ordered so that a lookup reads host and path once.
///
/// The order of specificity: an exact host, then wildcards from the longest, then any host; for one host an exact path,
/// then prefixes from the longest, then regexes. What is equally specific keeps the file's order. Methods, header
/// fields and query do not rank; a route whose conditions on them fail is passed over, and the next takes its turn,
/// be it of a less specific path or host.
package struct RouteTable: Sendable {
    /// All routes in the file's order.
    package let routes: [Route]
    private let exactHosts: ByteTable
    /// Keys are the domains with the dot before them, back to front: `moc.elpmaxe.`.
    private let wildcardHosts: ByteTrie
    /// The values of both.
    private let indexes: [RoutePathIndex]
    private let anyHost: RoutePathIndex

    /// Orders the routes.
    ///
    /// - Parameter routes: All routes in the file's order.
    package init(_ routes: [Route]) {
        var exact: [String: [Route]] = [:]
        var wildcards: [String: [Route]] = [:]
        var any: [Route] = []
        for route in routes {
            let domains: Set<DomainPattern> = route.match.domains.isEmpty ? [.any] : Set(route.match.domains)
            for domain in domains {
                switch domain {
                case .exact(let host): exact[host, default: []].append(route)
                case .subdomains(let suffix): wildcards[suffix, default: []].append(route)
                case .any: any.append(route)
                }
            }
        }
        self.routes = routes
        self.indexes = (Array(exact.values) + Array(wildcards.values)).map { RoutePathIndex($0) }
        self.exactHosts = ByteTable(exact.keys.enumerated().map { (Array($1.utf8), $0) })
        self.wildcardHosts = ByteTrie(
            wildcards.keys.enumerated().map { (Array($1.utf8.reversed()), exact.count + $0) }
        )
        self.anyHost = RoutePathIndex(any)
    }

    /// The route that takes a request, or `nil`.
    package func select(_ head: RequestHead) -> Route? {
        var steps = 0
        return self.select(head, counting: &steps)
    }

    /// As ``select(_:)``, and adds to `steps` the slots, nodes, bytes and routes that were looked at.
    package func select(_ head: RequestHead, counting steps: inout Int) -> Route? {
        var selected: Route?
        self.visit(head, counting: &steps) { route, query in
            guard !route.hasConditions || route.match.mismatch(of: head, query: query) == nil else { return false }
            selected = route
            return true
        }
        return selected
    }

    /// Hands out the routes whose host and path fit, with the request's query, until `body` answers true.
    func visit(
        _ head: RequestHead,
        counting steps: inout Int,
        _ body: (Route, UnsafeRawBufferPointer) -> Bool
    ) {
        head.target.withBytes(in: head.headers.wire) { target in
            let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
            let path = UnsafeRawBufferPointer(rebasing: target[..<mark])
            let query = UnsafeRawBufferPointer(rebasing: target[min(mark + 1, target.count)...])
            head.host.withBytes(in: head.headers.wire) { authority in
                _ = self.visit(hostBytes(of: authority), path, counting: &steps) { body($0, query) }
            }
        }
    }

    private func visit(
        _ host: UnsafeRawBufferPointer,
        _ path: UnsafeRawBufferPointer,
        counting steps: inout Int,
        _ body: (Route) -> Bool
    ) -> Bool {
        if let index = self.exactHosts.value(of: host, lowercasing: true, counting: &steps) {
            if self.indexes[index].visit(path, counting: &steps, body) { return true }
        }
        // The first byte is left out: the label that the `*` stands for is not empty.
        let subdomain = UnsafeRawBufferPointer(rebasing: host.dropFirst())
        var wildcard = self.wildcardHosts.longest(in: subdomain, .backwardsLowercasing, counting: &steps)
        while let found = wildcard {
            if self.indexes[found.value].visit(path, counting: &steps, body) { return true }
            wildcard = self.wildcardHosts.shorter(than: found)
        }
        return self.anyHost.visit(path, counting: &steps, body)
    }
}
