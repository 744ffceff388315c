import FilterAPI
import Testing
import Upstream

/// Lookups in a table of routes in the file's order; each says the route that is expected, or nil.
struct RouteTableTests {
    @Test(arguments: [
        ("a.com/", "a"), ("a.com/x", "a"), ("A.COM/", "a"), ("a.com:80/", "a"), ("A.Com:8443/x", "a"), ("a.com./", "a"),
        ("a.com.:80/", "a"), ("b.a.com/", "sub"), ("B.A.com:1/", "sub"), ("c.b.a.com/", "sub-b"),
        ("x.y.b.a.com/", "sub-b"),
        ("b.a.com./", "sub"), ("xa.com/", "any"), ("a.com.evil/", "any"), (".a.com/", "any"), ("a.comx/", "any"),
        ("[::1]/", "v6"), ("[::1]:80/", "v6"), ("[::1]:/", "v6"), ("[::2]/", "any"), ("[FE80::A]:1/", "v6-bare"),
        ("127.0.0.1/", "v4"), ("127.0.0.1:99/", "v4"), ("127.0.0.2/", "any"), ("/", "any"), ("com/", "any"),
        ("two.org/", "list"), ("x.two.net/", "list"), ("two.net/", "any"), ("port.org/", "port"),
        ("port.org:9/", "port"),
        ("a.co/", "any"), ("[::1/", "any"), (":80/", "any"), ("./", "any"), ("*/x", "any"),
    ])
    func `a host is found by exact name, then by the longest wildcard`(_ target: String, _ expected: String) {
        let table = RouteTable([
            route("any"), route("sub", domains: ["*.a.com"]), route("sub-b", domains: ["*.b.a.com"]),
            route("a", domains: ["a.com"]), route("v6", domains: ["[::1]"]), route("v6-bare", domains: ["fe80::a"]),
            route("v4", domains: ["127.0.0.1"]), route("list", domains: ["two.org", "*.two.net"]),
            route("port", domains: ["PORT.org:8080"]),
        ])
        let head = target == "*/x" ? RequestHead(authority: "*", path: "/x") : request(target)
        #expect(table.select(head)?.name == expected)
    }

    @Test(arguments: [
        ("/", "root"), ("/a", "a"), ("/a/", "a/"), ("/a/b", "a/"), ("/ab", "ab"), ("/abc", "ab"), ("/a?x=1", "a"),
        ("/a?/ready", "a"), ("/ready", "ready"), ("/ready?x", "ready"), ("/ready/", "root"), ("/readyz", "root"),
        ("/READY", "root"), ("/v1", "root"), ("/v1/", "v1/"), ("/v1/x", "v1/"), ("/v1beta", "root"),
        ("/v1/chat", "chat"),
        ("/v1/chat/", "chat-prefix"), ("/v1/chats", "v1/"), ("/v1/chat/completions", "completions"),
        ("/v1/chat/completions2", "chat-prefix"), ("/a%2Fb", "escaped"), ("/a%2fb", "a"), ("/%C3%A9", "accent"),
        ("/%C3%A9/x", "accent"), ("/%C3", "root"), ("/x", "root"), ("/img/x.png", "root"),
    ])
    func `a path is found by exact text, then by the longest prefix`(_ target: String, _ expected: String) {
        let table = RouteTable([
            route("root", path: .prefix("/")), route("a", path: .prefix("/a")), route("a/", path: .prefix("/a/")),
            route("ab", path: .prefix("/ab")), route("ready", path: .exact("/ready")),
            route("v1/", path: .prefix("/v1/")),
            route("chat-prefix", path: .prefix("/v1/chat/")), route("chat", path: .exact("/v1/chat")),
            route("completions", path: .exact("/v1/chat/completions")), route("escaped", path: .exact("/a%2fb")),
            route("accent", path: .prefix("/é")),
        ])
        #expect(table.select(request("h" + target))?.name == expected)
    }

    @Test(arguments: [
        ("/img/a.png", "png"), ("/img/a.png?x", "png"), ("/img/a.pngx", nil), ("/x?y=.png", nil), ("/v1/x", "version"),
        ("/v1/a.png", "png"), ("/static/a.png", "static"), ("/exact.png", "exact"), ("/x/v1/", nil),
        ("/middle", "middle"),
        ("/a/middle/b", "middle"), ("/A.PNG", nil), ("/js/A.JS", "js"), ("*", nil),
    ])
    func `regexes come last, match anywhere, and keep the file's order`(_ target: String, _ expected: String?) throws {
        let table = RouteTable([
            route("png", path: .regex(try Pattern("\\.png$"))),
            route("version", path: .regex(try Pattern("^/v[0-9]+/"))),
            route("middle", path: .regex(try Pattern("middle"))), route("static", path: .prefix("/static/")),
            route("exact", path: .exact("/exact.png")), route("js", path: .regex(try Pattern("(?i)\\.js$"))),
        ])
        #expect(table.select(request("h" + target))?.name == expected)
    }

    @Test(arguments: [
        ("GET h/x", "get"), ("POST h/x", "post"), ("PATCH h/x", "rest"), ("PURGE h/x", "purge"), ("get h/x", "rest"),
        ("HEAD h/x", "rest"), ("DELETE h/x", "post"), ("POST h/y", nil), ("GET h/xy", "get"),
    ])
    func `a method that does not fit falls through`(_ target: String, _ expected: String?) {
        let table = RouteTable([
            route("get", path: .prefix("/x"), methods: [.get]),
            route("post", path: .prefix("/x"), methods: [.post, .delete]),
            route("purge", path: .prefix("/x"), methods: [HTTPMethod(rawValue: "PURGE")]),
            route("rest", path: .prefix("/x")),
        ])
        #expect(table.select(request(target))?.name == expected)
    }

    @Test(
        arguments: [
            (["x-tier": "gold"], "exact"), (["X-Tier": "gold"], "exact"), (["x-tier": "Gold"], "none"),
            (["x-tier": "golden"], "none"), (["x-tier": "silver-1"], "prefix"), (["x-tier": "Silver-1"], "none"),
            (["x-tier": "a-bronze-b"], "regex"), (["x-tier": ""], "none"), (["x-any": ""], "present"),
            (["x-any": "v"], "present"),
            (["user-agent": "curl/8"], "agent"), (["user-agent": "wget", "x-tier": "gold"], "exact"),
            (["x-both": "1"], "none"), (["x-both": "1", "x-other": "2"], "both"), ([:], "none"),
            (["x-tier": "brass", "x-any": "1"], "present"),
        ] as [(HeaderFields, String)]
    )
    func `conditions on header fields`(_ headers: HeaderFields, _ expected: String) throws {
        let table = RouteTable([
            route("exact", headers: [.init("x-tier", .exact("gold"))]),
            route("prefix", headers: [.init("x-tier", .prefix("silver"))]),
            route("regex", headers: [.init("x-tier", .regex(try Pattern("bronze")))]),
            route("present", headers: [.init("x-any", .present)]),
            route("agent", headers: [.init("user-agent", .prefix("curl/"))]),
            route("both", headers: [.init("x-both", .exact("1")), .init("X-Other", .present)]),
            route("none"),
        ])
        #expect(table.select(request("h/", headers: headers))?.name == expected)
    }

    @Test(arguments: [
        ("/?debug=1", "exact"), ("/?debug=2", "none"), ("/?a=b&debug=1", "exact"), ("/?debug=1&a=b", "exact"),
        ("/?debug=0&debug=1", "exact"), ("/?debug", "none"), ("/?debug=", "none"), ("/?Debug=1", "none"),
        ("/?xdebug=1", "none"),
        ("/?debug=1#", "none"), ("/?flag", "present"), ("/?flag=", "present"), ("/?flag=x", "present"),
        ("/?a&flag&b", "present"),
        ("/?flagx", "none"), ("/?model=gpt-4o", "prefix"), ("/?model=gp", "none"), ("/?id=42", "regex"),
        ("/?id=4x", "none"),
        ("/", "none"), ("/?", "none"), ("/?&&", "none"), ("/?=1", "none"), ("/?debug%3D1", "none"),
        ("/?q=a=b", "equals"),
        ("/?debug=%31", "none"),
    ])
    func `conditions on the query`(_ target: String, _ expected: String) throws {
        let table = RouteTable([
            route("exact", query: [.init("debug", .exact("1"))]), route("present", query: [.init("flag", .present)]),
            route("prefix", query: [.init("model", .prefix("gpt-"))]),
            route("regex", query: [.init("id", .regex(try Pattern("^[0-9]+$")))]),
            route("equals", query: [.init("q", .exact("a=b"))]), route("none"),
        ])
        #expect(table.select(request("h" + target))?.name == expected)
    }

    @Test(
        arguments: [("/?a", [:], "a"), ("/", ["x": "1"], "no-header"), ("/", [:], "no-query")]
            as [(String, HeaderFields, String)]
    )
    func `conditions that something is absent`(_ target: String, _ headers: HeaderFields, _ expected: String) {
        let table = RouteTable([
            route("no-query", headers: [.init("x", .absent)], query: [.init("a", .absent)]),
            route("no-header", headers: [.init("x", .present)], query: [.init("a", .absent)]), route("a"),
        ])
        #expect(table.select(request("h" + target, headers: headers))?.name == expected)
    }
}
