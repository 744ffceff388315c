import FilterAPI
import Testing
import Upstream

struct RedirectRuleTests {
    @Test(arguments: [
        (RedirectRule(scheme: .https), "http://h/a?b=c", "https://h/a?b=c"),
        (RedirectRule(scheme: .https), "http://h:8080/", "https://h/"),
        (RedirectRule(scheme: .https), "http://h:80/", "https://h/"),
        (RedirectRule(scheme: .https), "https://h:8443/a", "https://h:8443/a"),
        (RedirectRule(scheme: .https), "http://[::1]:80/a", "https://[::1]/a"),
        (RedirectRule(scheme: .http), "https://h:443/a", "http://h/a"),
        (RedirectRule(host: "new"), "http://h:8080/a?b", "http://new/a?b"),
        (RedirectRule(host: "new:81"), "https://h/a", "https://new:81/a"),
        (RedirectRule(scheme: .https, host: "new:8443"), "http://h:80/a", "https://new:8443/a"),
        (RedirectRule(path: .prefix("/new/")), "http://h/old/x?y", "http://h/new/x?y"),
        (RedirectRule(path: .prefix("/new/")), "http://h:8080/old/", "http://h:8080/new/"),
        (RedirectRule(path: .prefix("/")), "http://h/old/", "http://h/"),
        (RedirectRule(path: .prefix("")), "http://h/old/x", "http://h/x"),
        (RedirectRule(path: .path("/exact")), "http://h/old/x?y", "http://h/exact?y"),
        (RedirectRule(path: .path("/exact?z")), "http://h/old/x?y", "http://h/exact?z&y"),
        (RedirectRule(path: .path("//evil")), "http://h/old/", "http://h/evil"),
        (RedirectRule(scheme: .https, host: "n", path: .prefix("/new/")), "http://h/old/x?y", "https://n/new/x?y"),
        (RedirectRule(), "http://h/old/", "http://h/old/"), (RedirectRule(scheme: .https), "/old/x", "/old/x"),
        (RedirectRule(scheme: .https, host: "n"), "/old/x", "https://n/old/x"),
        (RedirectRule(scheme: .https), "http://:80/old/", "/old/"),
    ])
    func `what the rule does not name stays`(_ rule: RedirectRule, _ target: String, _ expected: String) {
        let route = route("r", path: .prefix("/old/"))
        #expect(rule.location(for: request(target), matched: route) == expected)
    }

    @Test(arguments: [
        ("h", "//evil.com/x", "http://h/evil.com/x"), ("", "//evil.com/x", "/evil.com/x"),
        ("", "/\\evil.com", "/%5Cevil.com"),
        ("", "///evil.com", "/evil.com"), ("h@evil.com", "/x", "/x"), ("h/evil", "/x", "/x"), ("h\\evil", "/x", "/x"),
        ("h?evil", "/x", "/x"),
        ("h#evil", "/x", "/x"), ("h evil", "/x", "/x"), ("é", "/x", "/x"), ("h", "/é?é", "http://h/%C3%A9?%C3%A9"),
    ])
    func `a request cannot make the location another host's address`(
        _ authority: String,
        _ path: String,
        _ expected: String
    ) {
        let head = RequestHead(authority: authority, path: path)
        #expect(RedirectRule().location(for: head, matched: route("r")) == expected)
    }

    @Test func `a location has neither line breaks nor controls`() {
        var head = RequestHead(authority: "h", path: "/")
        head.target = MessageText("/a\r\nset-cookie: x=1\0?b\r\nc")
        let location = RedirectRule(scheme: .https).location(for: head, matched: route("r"))
        #expect(location == "https://h/a%0D%0Aset-cookie:%20x=1%00?b%0D%0Ac")
        head.host = MessageText("h\r\nx: y")
        #expect(RedirectRule(scheme: .https).location(for: head, matched: route("r")).hasPrefix("/a%0D"))
    }

    @Test func `the status is permanent unless the rule says otherwise`() {
        #expect(RedirectRule(scheme: .https).status == 301)
        #expect(RedirectRule(scheme: .https, status: 308).status == 308)
    }
}
