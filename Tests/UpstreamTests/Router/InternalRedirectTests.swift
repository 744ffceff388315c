import FilterAPI
import Testing
import Upstream

struct InternalRedirectTests {
    private static let every: Set = [301, 302, 303, 307, 308]

    private static func follow(
        _ policy: InternalRedirect,
        _ location: String = "/new",
        status: Int = 302,
        from text: String = "GET http://h:8080/old",
        followed: Int = 0
    ) -> RequestHead? {
        let answer = ResponseHead(status: status, headers: [.location: location])
        return policy.request(after: answer, to: request(text), following: followed)
    }

    @Test(arguments: [200, 201, 300, 301, 302, 303, 304, 307, 308, 404])
    func `only the statuses of the policy are followed`(_ status: Int) {
        #expect((Self.follow(InternalRedirect(), status: status) != nil) == (status == 302))
        let policy = InternalRedirect(statuses: Self.every)
        #expect((Self.follow(policy, status: status) != nil) == Self.every.contains(status))
    }

    @Test(arguments: [(1, 0, true), (1, 1, false), (3, 2, true), (3, 3, false)])
    func `so many redirects and no more`(_ maximum: Int, _ followed: Int, _ expected: Bool) {
        #expect((Self.follow(InternalRedirect(maximum: maximum), followed: followed) != nil) == expected)
    }

    /// A location, whether it is on the host of the request, and whether its scheme is the request's.
    @Test(arguments: [
        ("/new", true, true), ("http://h:8080/new", true, true), ("http://H/new", true, true),
        ("http://h:81/new", true, true), ("https://h/new", true, false), ("http://other/new", false, true),
        ("//other/new", false, true), ("https://other/new", false, false), ("http://h.other/new", false, true),
    ])
    func `host and scheme stay unless the policy says otherwise`(
        _ location: String,
        _ isSameHost: Bool,
        _ isSameScheme: Bool
    ) {
        #expect((Self.follow(InternalRedirect(), location) != nil) == (isSameHost && isSameScheme))
        #expect((Self.follow(InternalRedirect(keepsHost: false), location) != nil) == isSameScheme)
        #expect((Self.follow(InternalRedirect(schemes: [.http, .https]), location) != nil) == isSameHost)
        let isSecure = location.hasPrefix("https")
        #expect((Self.follow(InternalRedirect(schemes: [.https]), location) != nil) == (isSameHost && isSecure))
    }

    @Test func `an answer has one location`() {
        var answer = ResponseHead(status: 302)
        #expect(InternalRedirect().request(after: answer, to: request("http://h/"), following: 0) == nil)
        answer.headers.add(.location, "/a")
        #expect(InternalRedirect().request(after: answer, to: request("http://h/"), following: 0)?.path == "/a")
        answer.headers.add(.location, "/b")
        #expect(InternalRedirect().request(after: answer, to: request("http://h/"), following: 0) == nil)
    }

    /// A method, a status, and the method that follows.
    @Test(arguments: [
        ("POST", 301, "POST"), ("POST", 302, "POST"), ("POST", 303, "GET"), ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("PUT", 303, "GET"), ("GET", 303, "GET"), ("HEAD", 303, "HEAD"),
    ])
    func `only 303 makes it a GET without what describes a body`(_ method: String, _ status: Int, _ expected: String) {
        let fields: HeaderFields = ["content-type": "text/plain", "content-length": "3", "x-a": "b", "digest": "d"]
        let answer = ResponseHead(status: status, headers: [.location: "/new"])
        let next = InternalRedirect(statuses: Self.every).request(
            after: answer,
            to: request("\(method) http://h/old", headers: fields),
            following: 0
        )
        #expect(next?.method.rawValue == expected)
        #expect(next?.headers["x-a"] == "b")
        #expect(next?.headers.contains("content-type") == (method == expected))
        #expect(next?.headers.contains("digest") == (method == expected))
    }

    @Test func `the host that follows is also in the field`() {
        let next = Self.follow(InternalRedirect(keepsHost: false), "http://other:81/new")
        #expect(next?.authority == "other:81" && next?.headers[.host] == "other:81" && next?.path == "/new")
    }
}
