import FilterAPI
import Testing
import Upstream

struct RewriteRuleTests {
    @Test(arguments: [
        ("/v1/", "/new/", "/v1/x", "/new/x"), ("/v1/", "/new/", "/v1/", "/new/"),
        ("/v1/", "/new/", "/v1/x?q=1&r", "/new/x?q=1&r"),
        ("/v1/", "/", "/v1/x", "/x"), ("/v1/", "/", "/v1/", "/"), ("/v1", "/", "/v1", "/"), ("/v1", "/", "/v1/x", "/x"),
        ("/v1", "/new", "/v1/x", "/new/x"), ("/v1", "/new/", "/v1/x", "/new/x"), ("/v1", "/new/", "/v1", "/new/"),
        ("/v1", "/new/", "/v1beta", "/new/beta"), ("/v1/", "/new", "/v1/x", "/newx"), ("/v1/", "", "/v1/x", "/x"),
        ("/v1", "", "/v1", "/"), ("/v1/", "new/", "/v1/x", "/new/x"), ("/", "/a/", "/", "/a/"),
        ("/", "/a/", "/x", "/a/x"),
        ("/v1/", "//evil/", "/v1/x", "/evil/x"),
        ("/v1/", "/compatible-mode/v1/", "/v1/chat?x", "/compatible-mode/v1/chat?x"),
        ("/v1/", "/é x#/", "/v1/y", "/%C3%A9%20x%23/y"), ("/v1/", "/p/http://h/", "/v1/y", "/p/http://h/y"),
        ("/a%2fb", "/c", "/a%2Fb/d", "/c/d"), ("/v1/", "/n?", "/v1/x", "/n?x"),
    ])
    func `a prefix is replaced as text, and rest and query stay`(
        _ prefix: String,
        _ replacement: String,
        _ target: String,
        _ expected: String
    ) throws {
        let rule = RewriteRule(path: .replacement(.prefix(replacement)))
        #expect(try self.rewritten(target, rule, .prefix(prefix)) == expected)
    }

    @Test(arguments: ["/v1/x?q=1", "/other?q=1"])
    func `on an exact path and on a regex the whole path is replaced`(_ target: String) throws {
        let rule = RewriteRule(path: .replacement(.prefix("/new/")))
        #expect(try self.rewritten(target, rule, .exact("/v1/x")) == "/new/?q=1")
        #expect(try self.rewritten(target, rule, .regex(try Pattern("x"))) == "/new/?q=1")
    }

    @Test func `a route without a path has matched the prefix slash`() throws {
        let rule = RewriteRule(path: .replacement(.prefix("/new/")))
        #expect(try self.rewritten("/a/b?c", rule, nil) == "/new/a/b?c")
    }

    @Test(arguments: [
        ("/exact", "/a/b?q=1", "/exact?q=1"), ("/exact", "/a", "/exact"), ("/exact?a=1", "/x?q=1", "/exact?a=1&q=1"),
        ("/exact?a=1", "/x", "/exact?a=1"), ("", "/x", "/"), ("exact", "/x?", "/exact?"), ("//h/x", "/x", "/h/x"),
    ])
    func `a path is replaced and the query stays`(_ replacement: String, _ target: String, _ expected: String) throws {
        #expect(
            try self.rewritten(target, RewriteRule(path: .replacement(.path(replacement))), .prefix("/")) == expected
        )
    }

    @Test(arguments: [
        ("^/a/(.*)", "/b/$1", "/a/x/y?q=/a/", "/b/x/y?q=/a/"), ("^/a/(.*)", "/b/\\1", "/a/", "/b/"),
        ("^/a/(.*)", "/b/$1", "/x?y", "/x?y"),
        ("^/(\\w+)/(\\w+)", "/$2/$1", "/a/b/c", "/b/a/c"), ("^/a", "", "/a", "/"), ("^/a/", "", "/a/b", "/b"),
        ("^/a", "/", "/a/b", "/b"),
        ("b", "x", "/abab?b", "/axax?b"), ("/", "//", "/a", "/a"), ("$", "#", "/a", "/a%23"),
    ])
    func `a regex rewrites the path without the query`(
        _ pattern: String,
        _ substitution: String,
        _ target: String,
        _ expected: String
    ) throws {
        let pattern = try Pattern(pattern)
        let rule = RewriteRule(path: .regex(pattern, try PatternSubstitution(substitution, for: pattern)))
        #expect(try self.rewritten(target, rule, .prefix("/")) == expected)
    }

    @Test(arguments: [
        ("/static", "/files/", "/static../secret"), ("/static", "/files/", "/static..?x"),
        ("/static", "/files/", "/static./x"),
        ("/static", "/files/", "/static%2e%2E/x"), ("/static", "/files/", "/static.%2e"), ("/a/x", "/b/.", "/a/x./y"),
    ])
    func `a rewrite that would lead out of the replacement is refused`(
        _ prefix: String,
        _ replacement: String,
        _ target: String
    ) {
        let rule = RewriteRule(path: .replacement(.prefix(replacement)), host: "h2")
        let route = route("r", path: .prefix(prefix))
        var head = request("h" + target)
        #expect(throws: RewriteError.dotSegment) { try rule.apply(to: &head, matched: route) }
        #expect(head.path == target)
        #expect(head.authority == "h")
    }

    @Test func `a path that a regex makes too long is refused`() throws {
        let pattern = try Pattern("a")
        let rule = RewriteRule(
            path: .regex(pattern, try PatternSubstitution(String(repeating: "b", count: 1_000), for: pattern))
        )
        var head = request("h/" + String(repeating: "a", count: 1_000))
        #expect(throws: RewriteError.tooLong) { try rule.apply(to: &head, matched: route("r")) }
    }

    @Test func `a path that takes too long to rewrite is refused`() throws {
        let pattern = try Pattern("(a?){300}c")
        let rule = RewriteRule(path: .regex(pattern, try PatternSubstitution("x", for: pattern)))
        var head = request("h/" + String(repeating: "a", count: 4_000) + "c")
        #expect(throws: RewriteError.tooManySteps) { try rule.apply(to: &head, matched: route("r")) }
        #expect(head.path.utf8.count == 4_002)
        var short = request("h/aaac")
        try rule.apply(to: &short, matched: route("r"))
        #expect(short.path == "/x")
    }

    @Test func `the authority stays unless a host is set`() throws {
        var head = request("chat.example.com:80/v1/x?y")
        try RewriteRule(path: .replacement(.path("/z"))).apply(to: &head, matched: route("r"))
        #expect(head.authority == "chat.example.com:80")
        try RewriteRule(host: "api.internal:8080").apply(to: &head, matched: route("r"))
        #expect(head.authority == "api.internal:8080")
        #expect(head.headers[.host] == "api.internal:8080")
        #expect(head.path == "/z?y")
    }

    @Test func `the target of OPTIONS for the whole server stays`() throws {
        var head = request("OPTIONS h*")
        try RewriteRule(path: .replacement(.prefix("/new/"))).apply(to: &head, matched: route("r"))
        #expect(head.path == "*")
    }

    private func rewritten(_ target: String, _ rule: RewriteRule, _ match: PathMatch?) throws -> String {
        var head = request("h" + target)
        try rule.apply(to: &head, matched: route("r", path: match))
        return head.path
    }
}
