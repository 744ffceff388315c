import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

@Suite("headers")
struct HeadersTests {
    private static let config: ConfigurationNode = [
        "request": [
            "remove": ["x-gone", "x-both"], "set": ["x-set": "new", "x-both": "set"],
            "add": ["x-add": "2", "x-both": "add"],
        ],
        "response": ["remove": ["server"], "set": ["x-frame-options": "DENY"], "add": ["set-cookie": "b=2"]],
    ]

    @Test func fieldsOfRequestsChange() async throws {
        let gateway = try TestGateway(filters: [.init(Headers.self, config: Self.config)])
        await gateway.send(
            TestRequest(headers: [
                "x-gone": "1", "X-Set": "old", "x-add": "1", "x-both": "old", "x-kept": "1", "x-set": "o2",
            ])
        )
        let headers = try #require(gateway.upstreamRequests.first).headers
        #expect(headers["x-gone"] == nil && headers["x-kept"] == "1")
        #expect(headers.values(of: "x-set") == ["new"] && headers.values(of: "x-add") == ["1", "2"])
        #expect(headers.values(of: "x-both") == ["set", "add"])
    }

    @Test func fieldsOfResponsesChange() async throws {
        let gateway = try TestGateway(filters: [.init(Headers.self, config: Self.config)]) { _ in
            TestResponse(headers: ["server": "x", "X-Frame-Options": "ALLOW", "set-cookie": "a=1"])
        }
        let headers = await gateway.send(TestRequest()).headers
        #expect(headers["server"] == nil && headers.values(of: "x-frame-options") == ["DENY"])
        #expect(headers.values(of: "set-cookie") == ["a=1", "b=2"])
    }

    @Test func fieldsOfLocalResponsesChangeToo() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(KeyAuth.self, config: ["consumers": [["name": "a", "credential": "k"]]]),
                .init(Headers.self, config: Self.config),
            ]
        )
        let response = await gateway.send(TestRequest())
        #expect(response.status == 401 && response.headers["x-frame-options"] == "DENY")
    }

    @Test func theHostIsTheTargetsToo() async throws {
        let config: ConfigurationNode = ["request": ["set": ["Host": "inner.example"]]]
        let gateway = try TestGateway(filters: [.init(Headers.self, config: config)])
        await gateway.send(TestRequest())
        #expect(gateway.upstreamRequests.first?.authority == "inner.example")
        #expect(gateway.upstreamRequests.first?.headers.values(of: .host) == ["inner.example"])
    }

    @Test(
        arguments: [
            (["request": ["set": ["a b": "1"]]], "expected the name of a header field"),
            (["request": ["remove": ["connection"]]], "it belongs to one connection"),
            (["request": ["remove": ["host"]]], #"found "host"; a request has exactly one, which "set" can change"#),
            (["request": ["add": ["host": "a"]]], #"found "host"; a request has exactly one, which "set" can change"#),
            (["response": ["add": ["content-length": "1"]]], "it belongs to one connection or to the framing"),
            (["response": ["set": ["x": "a\r\nb: c"]]], #"the value of "x" holds a control character"#),
            (["response": ["sett": ["x": "a"]]], #"unknown key "sett"; did you mean "set"?"#),
            ([:], "changes nothing; expected set, add or remove below request or response"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: Headers.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
