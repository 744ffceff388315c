import FilterAPI
import Testing
import Upstream

struct RedirectTargetTests {
    /// A reference, and the target that it leads to from `https://h:8443/a/b?c`.
    @Test(arguments: [
        // RFC 3986, section 5.2.
        ("/x", "https://h:8443/x"),
        ("/x?y=z", "https://h:8443/x?y=z"),
        ("x", "https://h:8443/a/x"),
        ("x/y?z", "https://h:8443/a/x/y?z"),
        ("./x", "https://h:8443/a/x"),
        ("../x", "https://h:8443/x"),
        ("../../../x", "https://h:8443/x"),
        ("?d", "https://h:8443/a/b?d"),
        ("//other/x", "https://other/x"),
        ("//other", "https://other/"),
        ("//other?d", "https://other/?d"),
        ("http://other:81/x?y", "http://other:81/x?y"),
        ("HTTPS://Other/x", "https://Other/x"),
        ("https://[::1]:9/x", "https://[::1]:9/x"),
        // A fragment is the client's own affair.
        ("/x#part", "https://h:8443/x"),
        ("#part", "https://h:8443/a/b?c"),
        // The form that matcher, filters and services see.
        ("/%61//b/./c/../d", "https://h:8443/a/b/d"),
        ("/x%2fy", "https://h:8443/x%2Fy"),
        ("/x?http://other/", "https://h:8443/x?http://other/"),
    ])
    func `a reference is resolved as a client would`(_ location: String, _ expected: String) throws {
        let target = try #require(RedirectTarget(location, of: request("https://h:8443/a/b?c")))
        #expect("\(target.scheme.rawValue)://\(target.authority)\(target.path)" == expected)
    }

    @Test(arguments: [
        "", "ftp://h/x", "mailto:a@b", "https:/x", "https:x", "x:y", "https://", "//", "https:///x", "https://user@h/x",
        "https://h:port/x", "https://h:/x", "/a b", "/a\r\nx: y", "/%zz", "/%00", "/é",
    ])
    func `what leads nowhere is no target`(_ location: String) {
        #expect(RedirectTarget(location, of: request("https://h:8443/a/b?c")) == nil)
    }

    @Test func `the scheme of a relative reference is that which the client has used`() {
        let proxied = request("http://h/a", headers: ["x-forwarded-proto": "https"])
        #expect(RedirectTarget("/x", of: proxied)?.scheme == .https)
    }
}
