import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

@Suite("custom-response")
struct CustomResponseTests {
    @Test func everyRequestIsAnswered() async throws {
        let config: ConfigurationNode = [
            "status_code": 201,
            "headers": ["x-a=1", "x-b = a=b=c ", "set-cookie=a=1", "set-cookie=b=2", "Content-Length=5"],
            "body": #"{"hello":"world"}"#,
        ]
        let gateway = try TestGateway(filters: [.init(CustomResponse.self, config: config)])
        let response = await gateway.send(TestRequest(.post, body: "x"))
        #expect(response.status == 201 && response.text == #"{"hello":"world"}"#)
        #expect(response.headers["x-a"] == "1" && response.headers["x-b"] == "a=b=c")
        #expect(response.headers.values(of: "set-cookie") == ["a=1", "b=2"])
        #expect(response.headers[.contentType] == "application/json; charset=utf-8")
        #expect(response.headers[.contentLength] == "17")
        #expect(response.details == "custom-response.fixed")
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test(
        arguments: [
            (["body": "plain"], "text/plain; charset=utf-8"), (["body": "[1]"], "application/json; charset=utf-8"),
            (["body": "<p>", "headers": ["Content-Type=text/html"]], "text/html"), (["status_code": 204], nil),
        ] as [(ConfigurationNode, String?)]
    )
    func theTypeIsThatOfTheBody(_ config: ConfigurationNode, _ type: String?) async throws {
        let gateway = try TestGateway(filters: [.init(CustomResponse.self, config: config)])
        #expect(await gateway.send(TestRequest()).headers[.contentType] == type)
    }

    private static let replacing: ConfigurationNode = [
        "status_code": 302, "headers": ["Location=https://example.com/later"], "enable_on_status": [429, "503"],
        "body": "later",
    ]

    @Test(arguments: [(429, 302, "later"), (503, 302, "later"), (200, 200, "upstream"), (404, 404, "upstream")])
    func anAnswerIsReplacedByItsStatus(_ upstream: Int, _ status: Int, _ body: String) async throws {
        let gateway = try TestGateway(filters: [.init(CustomResponse.self, config: Self.replacing)]) { _ in
            TestResponse(status: upstream, headers: ["x-upstream": "1", "content-encoding": "gzip"], body: "upstream")
        }
        let response = await gateway.send(TestRequest())
        #expect(response.status == status && response.text == body)
        #expect((response.headers["x-upstream"] == nil) == (status == 302))
        #expect((response.headers["content-encoding"] == nil) == (status == 302))
        #expect(response.headers["location"] == (status == 302 ? "https://example.com/later" : nil))
        #expect(gateway.upstreamRequests.count == 1 && gateway.isIdle)
    }

    @Test func anAnswerOfAnotherFilterIsReplacedToo() async throws {
        let limit: ConfigurationNode = ["limit_by_header": "x-k", "limit_keys": [["key": "a", "query_per_day": 1]]]
        let gateway = try TestGateway(
            filters: [.init(CustomResponse.self, config: Self.replacing), .init(KeyRateLimit.self, config: limit)]
        )
        #expect(await gateway.send(TestRequest(headers: ["x-k": "a"])).status == 200)
        let second = await gateway.send(TestRequest(headers: ["x-k": "a"]))
        #expect(second.status == 302 && second.details == "custom-response.replaced")
    }

    @Test(arguments: [(200, 1, "ok"), (404, 2, "missing"), (500, 3, "other"), (204, 3, "other")])
    func severalResponsesHaveTheirStatuses(_ upstream: Int, _ number: Int, _ body: String) async throws {
        let config: ConfigurationNode = [
            "rules": [
                ["body": "ok", "headers": ["x-n=1"], "enable_on_status": [200, 201]],
                ["body": "missing", "headers": ["x-n=2"], "enable_on_status": [404]],
                ["body": "other", "headers": ["x-n=3"]],
            ]
        ]
        let gateway = try TestGateway(filters: [.init(CustomResponse.self, config: config)]) { _ in
            TestResponse(status: upstream)
        }
        let response = await gateway.send(TestRequest())
        #expect(response.headers["x-n"] == "\(number)" && response.text == body && response.status == 200)
    }

    @Test(
        arguments: [
            (["headers": ["x-a"]], "expected NAME=VALUE"),
            (["headers": ["a b=1"]], "expected the name of a header field"),
            (["headers": ["Connection=close"]], "it belongs to one connection"),
            (["enable_on_status": [42]], "expected a whole number (200 to 599)"),
            (["enable_on_status": []], "found no status; expected at least one"),
            (["status_code": 600], "expected a whole number (200 to 599)"),
            (["rules": []], "found no response; expected at least one"),
            (
                ["rules": [["body": "a"]], "body": "b"],
                #"found "body" beside "rules"; expected it in one of the rules"#
            ),
            (["status": 200], #"unknown key "status""#),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: CustomResponse.self, config: config)
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }
}
