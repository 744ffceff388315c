import FilterAPI
import NIOCore
import Testing
import Upstream

/// Work is counted in slots, nodes, bytes and routes looked at.
struct RouteLookupCostTests {
    @Test(arguments: ["h/exact/7/x", "h/prefix/7/y", "h/none", "host7.com/a", "a.sub7.com/a", "deep/prefix/99/"])
    func `a lookup takes about as many steps among 10,000 routes as among 100`(_ target: String) {
        let (few, many) = (self.steps(target, routes: 100), self.steps(target, routes: 10_000))
        // The tree's branches are found by bisection, the table's slots by a few probes.
        #expect(many <= few + 40, "\(few) and \(many)")
        #expect(many <= 100)
    }

    @Test func `a long path or host that fits nothing costs no more than its bytes`() {
        let table = RouteTable(Self.routes(10_000))
        for (host, path) in [
            ("h", "/prefix/" + String(repeating: "1/", count: 4_000)),
            (String(repeating: "a.", count: 4_000) + "sub7.com", "/x"),
            (String(repeating: ".", count: 8_000), "/"), ("h", String(repeating: "/", count: 8_000)),
        ] {
            var steps = 0
            _ = table.select(RequestHead(authority: host, path: path), counting: &steps)
            #expect(steps <= 200)
        }
    }

    @Test func `prefixes that begin with each other are walked once`() {
        let routes = (1...400).map { length in
            route(
                "r\(length)",
                index: length,
                path: .prefix("/" + String(repeating: "a", count: length)),
                methods: [.post]
            )
        }
        let table = RouteTable(routes)
        var steps = 0
        let path = "/" + String(repeating: "a", count: 300) + "b"
        #expect(table.select(RequestHead(authority: "h", path: path), counting: &steps) == nil)
        #expect(steps <= 3 * 300 + 10)
        #expect(table.select(RequestHead(method: .post, authority: "h", path: path))?.name == "r300")
    }

    @Test func `a received head is matched in the buffer that it arrived in`() {
        let table = RouteTable([route("r", domains: ["chat.example.com"], path: .prefix("/v1/"))])
        var head = RequestHead()
        head.headers.wire = ByteBuffer(string: "GET /v1/x?y HTTP/1.1\r\nHost: Chat.Example.com:80\r\n\r\n")
        head.target = .received(start: 4, length: 7)
        head.host = .received(start: 28, length: 19)
        #expect(table.select(head)?.name == "r")
    }

    private func steps(_ target: String, routes count: Int) -> Int {
        let table = RouteTable(Self.routes(count))
        var steps = 0
        _ = table.select(request(target), counting: &steps)
        return steps
    }

    private static func routes(_ count: Int) -> [Route] {
        (0..<count).map { index in
            switch index % 4 {
            case 0: route("e\(index)", index: index, domains: ["h"], path: .exact("/exact/\(index / 4)/x"))
            case 1: route("p\(index)", index: index, domains: ["h", "deep"], path: .prefix("/prefix/\(index / 4)/"))
            case 2: route("h\(index)", index: index, domains: ["host\(index / 4).com"], path: .exact("/a"))
            default: route("w\(index)", index: index, domains: ["*.sub\(index / 4).com"])
            }
        }
    }
}
