import FilterAPI
import NIOHPACK
import Testing

@testable import Upstream

/// Header sections of requests.
struct HTTP2RequestFieldsTests {
    private func section(
        _ head: RequestHead,
        _ framing: RequestFraming = .none,
        usesTLS: Bool = false
    ) -> [String] {
        HTTP2RequestFields.head(head, framing: framing, usesTLS: usesTLS).map { "\($0.name): \($0.value)" }
    }

    @Test func pseudoFieldsComeFirstAndHostBecomesTheAuthority() {
        let head = RequestHead(method: .post, authority: "a.test", path: "/p?q=1", headers: ["x-a": "b"])
        #expect(
            section(head, .length(3)) == [
                ":method: POST", ":scheme: http", ":authority: a.test", ":path: /p?q=1", "x-a: b", "content-length: 3",
            ]
        )
        #expect(section(head, usesTLS: true)[1] == ":scheme: https")
    }

    @Test(arguments: [
        ("connection", "x-a", false), ("keep-alive", "1", false), ("proxy-connection", "close", false),
        ("transfer-encoding", "chunked", false), ("upgrade", "h2c", false), ("expect", "100-continue", false),
        ("content-length", "9", false), ("te", "gzip", false), ("te", "trailers", true), ("cookie", "a=b", true),
        ("grpc-timeout", "1S", true),
    ])
    func fieldsOfOneConnectionStayBehind(_ name: String, _ value: String, _ goesOn: Bool) {
        var head = RequestHead(authority: "a.test")
        head.headers.add(HeaderName(name), value)
        #expect(section(head, .chunked).contains("\(name): \(value)") == goesOn)
    }

    @Test func secretsAreNeverIndexed() {
        let head = RequestHead(
            authority: "a.test",
            headers: ["authorization": "Bearer x", "cookie": "a=b", "x-a": "b"]
        )
        let section = HTTP2RequestFields.head(head, framing: .none, usesTLS: false)
        for (name, _, indexing) in section {
            let isSecret = name == "authorization" || name == "cookie"
            #expect((indexing == .neverIndexed) == isSecret, "\(name)")
        }
    }

    @Test func withoutAHostThereIsNoAuthority() {
        #expect(section(RequestHead()) == [":method: GET", ":scheme: http", ":path: /"])
    }

    @Test func severalFieldsOfANameStaySeveral() {
        var head = RequestHead(authority: "a.test")
        head.headers.add(HeaderName("cookie"), "a=b")
        head.headers.add(HeaderName("cookie"), "c=d")
        #expect(section(head).suffix(2) == ["cookie: a=b", "cookie: c=d"])
    }
}
