import FilterAPI
import Testing
import Upstream

/// What the configuration's page promises of routing, by name.
struct SettledRoutingTests {
    @Test(arguments: [
        ("POST a.com/v1/x", "host-prefix"), ("GET a.com/v1/x", "any-prefix"), ("GET a.com/deep/x", "host-regex"),
        ("GET a.com/ready", "host-ready"), ("GET b.a.com/v1/x", "wild-prefix"), ("GET b.a.com/ready", "any-ready"),
        ("GET z.b.a.com/ready", "long-wild-ready"), ("GET z.b.a.com/v1/", "wild-prefix"),
        ("GET other/ready", "any-ready"),
        ("GET other/v1/", "any-prefix"), ("GET other/x", nil), ("GET a.com/x", nil), ("GET /ready", "any-ready"),
        ("PUT other/ready", "any-ready"),
    ])
    func `when a host has no fitting route those of a wildcard and of any host are tried`(
        _ target: String,
        _ expected: String?
    ) throws {
        let table = RouteTable([
            route("any-ready", path: .exact("/ready")), route("any-prefix", domains: ["*"], path: .prefix("/v1/")),
            route("wild-prefix", domains: ["*.a.com"], path: .prefix("/v1/")),
            route("long-wild-ready", domains: ["*.b.a.com"], path: .exact("/ready")),
            route("host-regex", domains: ["a.com"], path: .regex(try Pattern("deep"))),
            route("host-prefix", domains: ["a.com"], path: .prefix("/v1/"), methods: [.post]),
            route("host-ready", domains: ["a.com"], path: .exact("/ready")),
        ])
        #expect(table.select(request(target))?.name == expected)
    }

    @Test func `equal specificity keeps the file's order, and more conditions do not outrank`() {
        let plainFirst = RouteTable([
            route("plain", path: .prefix("/")),
            route("strict", path: .prefix("/"), methods: [.post], headers: [.init("x", .present)]),
        ])
        #expect(plainFirst.select(request("POST h/", headers: ["x": "1"]))?.name == "plain")
        let strictFirst = RouteTable([
            route("strict", path: .prefix("/"), methods: [.post], headers: [.init("x", .present)]),
            route("plain", path: .prefix("/")),
        ])
        #expect(strictFirst.select(request("POST h/", headers: ["x": "1"]))?.name == "strict")
        #expect(strictFirst.select(request("POST h/"))?.name == "plain")
    }

    @Test func `the host outranks the path`() {
        let table = RouteTable([route("path", path: .exact("/a")), route("host", domains: ["h"], path: .prefix("/"))])
        #expect(table.select(request("h/a"))?.name == "host")
    }

    @Test func `a wildcard does not match the domain itself`() {
        let table = RouteTable([route("wild", domains: ["*.example.com"])])
        #expect(table.select(request("example.com/")) == nil)
        #expect(table.select(request("a.example.com/"))?.name == "wild")
        #expect(table.select(request("a.b.c.EXAMPLE.com:99/"))?.name == "wild")
    }

    @Test func `a route with only domains matches every path, as the prefix slash`() {
        let table = RouteTable([
            route("domains", domains: ["h"]), route("slash", domains: ["h"], path: .prefix("/")),
            route("longer", domains: ["h"], path: .prefix("/a")),
        ])
        #expect(table.select(request("h/"))?.name == "domains")
        #expect(table.select(request("h/x/y?z"))?.name == "domains")
        #expect(table.select(request("h/a"))?.name == "longer")
        #expect(table.select(request("OPTIONS h*"))?.name == "domains")
        #expect(RouteTable([route("slash", path: .prefix("/"))]).select(request("OPTIONS h*")) == nil)
    }

    @Test(arguments: [
        ("POST h/v1/chat?debug=1", "1", "exact"), ("GET h/v1/chat?debug=1", "1", "long"),
        ("GET h/v1/chat?debug=2", "1", "regex"),
        ("GET h/v1/chat", "0", "short"), ("GET h/v2/chat", "0", "short"), ("GET h/w", "0", nil),
    ])
    func `a mismatch falls through to the next route and in the end to none`(
        _ target: String,
        _ value: String,
        _ expected: String?
    ) throws {
        let table = RouteTable([
            route("short", path: .prefix("/v"), headers: [.init("x", .exact("0"))]),
            route("regex", path: .regex(try Pattern("chat$")), headers: [.init("x", .exact("1"))]),
            route("long", path: .prefix("/v1/"), query: [.init("debug", .exact("1"))]),
            route("exact", path: .exact("/v1/chat"), methods: [.post]),
        ])
        #expect(table.select(request(target, headers: ["x": value]))?.name == expected)
    }

    @Test func `regexes match anywhere, header values with case, and present accepts an empty value`() throws {
        let table = RouteTable([
            route("regex", path: .regex(try Pattern("b+"))),
            route("case", path: .prefix("/c"), headers: [.init("x", .exact("Gold"))]),
            route("present", path: .prefix("/c"), headers: [.init("x", .present)]),
        ])
        #expect(table.select(request("h/abc"))?.name == "regex")
        #expect(table.select(request("h/c", headers: ["x": "Gold"]))?.name == "case")
        #expect(table.select(request("h/c", headers: ["x": "gold"]))?.name == "present")
        #expect(table.select(request("h/c", headers: ["x": ""]))?.name == "present")
        #expect(table.select(request("h/c")) == nil)
    }

    @Test func `any of several fields of a name may fulfil a condition`() {
        let table = RouteTable([route("r", headers: [.init("x-tier", .exact("gold"))])])
        var head = request("h/", headers: ["x-tier": "silver"])
        #expect(table.select(head) == nil)
        head.headers.add("X-Tier", "gold")
        #expect(table.select(head)?.name == "r")
    }

    @Test(arguments: ["", "a.*.com", "*a.com", "**.com", "*.", "a b", "a/b", "*.*.com", ".a.com", "[::1"])
    func `a domain that cannot be a host is refused`(_ text: String) {
        #expect(DomainPattern(text) == nil)
    }

    @Test func `a table without routes selects nothing`() {
        #expect(RouteTable([]).select(request("h/")) == nil)
        #expect(RouteTable([]).explain(request("h/")).isEmpty)
    }
}
