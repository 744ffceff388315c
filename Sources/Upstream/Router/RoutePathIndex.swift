import FilterAPI

/// The routes of one host, ordered by what they say of the path.
final class RoutePathIndex: Sendable {
    private let exact: ByteTable
    private let prefixes: ByteTrie
    /// Routes of one exact path or of one prefix, in the file's order; the values of table and tree.
    private let groups: [[Route]]
    private let regexes: [(pattern: Pattern, route: Route)]
    /// Routes without a condition on the path; only they take `OPTIONS *`.
    private let everyPath: [Route]

    init(_ routes: [Route] = []) {
        var groups: [[Route]] = []
        var exact: [String: Int] = [:]
        var prefixes: [String: Int] = [:]
        func add(_ route: Route, to table: inout [String: Int], _ key: String) {
            if let group = table[key] {
                groups[group].append(route)
            } else {
                table[key] = groups.count
                groups.append([route])
            }
        }
        var regexes: [(pattern: Pattern, route: Route)] = []
        for route in routes {
            switch route.match.path {
            case .exact(let path): add(route, to: &exact, path)
            case .prefix(let path): add(route, to: &prefixes, path)
            case nil: add(route, to: &prefixes, "/")
            case .regex(let pattern): regexes.append((pattern, route))
            }
        }
        self.exact = ByteTable(exact.map { (Array($0.key.utf8), $0.value) })
        self.prefixes = ByteTrie(prefixes.map { (Array($0.key.utf8), $0.value) })
        self.groups = groups
        self.regexes = regexes
        self.everyPath = routes.filter { $0.match.path == nil }
    }

    /// Hands out the routes that take a path, most specific first, until `body` answers true.
    func visit(
        _ path: UnsafeRawBufferPointer,
        counting steps: inout Int,
        _ body: (Route) -> Bool
    ) -> Bool {
        guard path.first == UInt8(ascii: "/") else {
            return Self.visit(self.everyPath, counting: &steps, body)
        }
        if let group = self.exact.value(of: path, counting: &steps) {
            if Self.visit(self.groups[group], counting: &steps, body) { return true }
        }
        var prefix = self.prefixes.longest(in: path, .forwards, counting: &steps)
        while let found = prefix {
            if Self.visit(self.groups[found.value], counting: &steps, body) { return true }
            prefix = self.prefixes.shorter(than: found)
        }
        for (pattern, route) in self.regexes {
            steps += 1
            if pattern.matches(path), body(route) { return true }
        }
        return false
    }

    private static func visit(_ routes: [Route], counting steps: inout Int, _ body: (Route) -> Bool) -> Bool {
        for route in routes {
            steps += 1
            if body(route) { return true }
        }
        return false
    }
}
