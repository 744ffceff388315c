import FilterAPI
import TestSupport
import Testing
import Upstream

/// Compares the table with a scan of all routes that follows the words of the specification.
struct RoutePropertyTests {
    @Test(arguments: 0..<40)
    func `the table answers as a scan by specificity does`(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let routes = try (0..<random.next(in: 1...40)).map { try self.randomRoute($0, &random) }
        let table = RouteTable(routes)
        var selected = 0
        for _ in 0..<100 {
            let head = self.randomRequest(&random)
            let expected = scan(routes, head)
            #expect(table.select(head)?.name == expected?.name, "\(head.method.rawValue) \(head.authority)\(head.path)")
            let explained = table.explain(head)
            #expect(explained.count == routes.count)
            #expect(explained.first { $0.outcome == .selected }?.route.name == expected?.name)
            if expected != nil { selected += 1 }
        }
        #expect(selected > 0)
    }

    @Test func `no host and no target traps`() throws {
        var random = SeededRandom(seed: 11)
        let routes = try (0..<60).map { try self.randomRoute($0, &random) }
        let table = RouteTable(routes)
        let rules = [RedirectRule(scheme: .https), RedirectRule(path: .prefix("/n/"))]
        let rewrite = RewriteRule(path: .replacement(.prefix("/n/")), host: "n")
        let pieces = [
            "/", "a", "?", "&", "=", "q", ".", "..", ":", "[", "]", "*", "%", "%2e", "\\", "\0", "\r\n", "é", "a.com",
        ]
        for _ in 0..<5_000 {
            var head = request("GET http://h/", headers: ["x": "1"])
            head.target = MessageText((0..<random.next(in: 0...8)).map { _ in random.element(of: pieces) }.joined())
            head.host = MessageText((0..<random.next(in: 0...6)).map { _ in random.element(of: pieces) }.joined())
            let selected = table.select(head)
            let explained = table.explain(head)
            #expect(explained.count == routes.count)
            #expect(explained.first { $0.outcome == .selected }?.route.name == selected?.name)
            for rule in rules {
                let location = rule.location(for: head, matched: routes[0])
                #expect(location.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
                #expect(location.hasPrefix("http") || (location.hasPrefix("/") && !location.hasPrefix("//")))
            }
            try? rewrite.apply(to: &head, matched: routes[0])
        }
    }

    private static let labels = ["a", "b", "com", "a.com", "b.com", "b.a.com", "c.b.a.com"]
    private static let paths = ["/", "/a", "/a/", "/a/b", "/ab", "/a/b/", "/a/b/c", "/b", "/ba", "/b/a/a"]

    private func randomRoute(_ index: Int, _ random: inout SeededRandom) throws -> Route {
        let domains = (0..<random.next(in: 0...2)).map { _ in
            random.chance(15) ? "*" : (random.chance(50) ? "*." : "") + random.element(of: Self.labels)
        }
        let path: PathMatch? =
            switch random.next(in: 0...6) {
            case 0, 1: .exact(random.element(of: Self.paths))
            case 2, 3, 4: .prefix(random.element(of: Self.paths))
            case 5: .regex(try Pattern(random.element(of: ["b$", "^/a", "a/?b", "c"])))
            default: nil
            }
        return route(
            "r\(index)",
            index: index,
            domains: domains,
            path: path,
            methods: random.chance(25) ? [random.element(of: [.get, .post])] : [],
            headers: random.chance(25)
                ? [.init("x", random.element(of: [.exact("1"), .present, .absent, .prefix("2")]))] : [],
            query: random.chance(25)
                ? [.init("q", random.element(of: [.exact("1"), .present, .absent, .prefix("2")]))] : []
        )
    }

    private func randomRequest(_ random: inout SeededRandom) -> RequestHead {
        let host = random.element(of: Self.labels + ["x.com", "x.y.a.com", "A.COM:80", "other", ""])
        let query = random.element(of: ["", "", "?q=1", "?q", "?q=23&q=1", "?p=1"])
        return RequestHead(
            method: random.element(of: [.get, .post]),
            authority: host,
            path: random.element(of: Self.paths + ["/x", "/a/c"]) + query,
            headers: random.element(of: [[:], ["x": "1"], ["x": ""], ["x": "22"]])
        )
    }
}

/// The best of all fitting routes; the first in the file among equals.
private func scan(_ routes: [Route], _ head: RequestHead) -> Route? {
    var best: (route: Route, rank: [Int])?
    for route in routes where fulfils(head, route.match) {
        guard let host = hostRank(route.match.domains, head), let path = pathRank(route.match.path, head) else {
            continue
        }
        let rank = host + path
        if best.map({ $0.rank.lexicographicallyPrecedes(rank) }) ?? true { best = (route, rank) }
    }
    return best?.route
}

private func hostRank(_ domains: [DomainPattern], _ head: RequestHead) -> [Int]? {
    let host = head.authority.lowercased().prefix { $0 != ":" }
    let ranks: [[Int]] = (domains.isEmpty ? [.any] : domains).compactMap { domain in
        switch domain {
        case .exact(let name): host == name ? [2, 0] : nil
        case .subdomains(let suffix): host.hasSuffix(suffix) && host.count > suffix.count ? [1, suffix.count] : nil
        case .any: [0, 0]
        }
    }
    return ranks.max { $0.lexicographicallyPrecedes($1) }
}

private func pathRank(_ match: PathMatch?, _ head: RequestHead) -> [Int]? {
    let path = String(head.pathWithoutQuery)
    return switch match {
    case .exact(let text): path == text ? [2, 0] : nil
    case .prefix(let text): path.hasPrefix(text) ? [1, text.count] : nil
    case .regex(let pattern): pattern.matches(path) ? [0, 0] : nil
    case nil: [1, 1]
    }
}

private func fulfils(_ head: RequestHead, _ match: RouteMatch) -> Bool {
    guard match.methods.isEmpty || match.methods.contains(head.method) else { return false }
    let parameters = (head.query ?? "").split(separator: "&").map {
        $0.split(separator: "=", maxSplits: 1).map(String.init)
    }
    return match.headers.allSatisfy { holds($0.value, head.headers.values(of: $0.name)) }
        && match.query.allSatisfy { condition in
            holds(condition.value, parameters.filter { $0.first == condition.name }.map { $0.count > 1 ? $0[1] : "" })
        }
}

private func holds(_ match: ValueMatch, _ values: [String]) -> Bool {
    switch match {
    case .exact(let text): values.contains(text)
    case .prefix(let text): values.contains { $0.hasPrefix(text) }
    case .regex(let pattern): values.contains { pattern.matches($0) }
    case .present: !values.isEmpty
    case .absent: values.isEmpty
    }
}
