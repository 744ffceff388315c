import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

@Suite("request-block")
struct RequestBlockTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let config: ConfigurationNode
        var path = "/"
        var headers: HeaderFields = [:]
        var body = ""
        /// Why the request is refused; `nil` when it passes.
        let reason: String?
    }

    private static let urls: ConfigurationNode = ["block_urls": ["swagger.html", "foo=Bar", "a.b"]]
    private static let anyCase: ConfigurationNode = [
        "block_urls": ["swagger.html", "foo=Bar"], "case_sensitive": false,
    ]
    private static let bodies: ConfigurationNode = ["block_bodies": ["hello world", "\u{1}x", "drop table"]]

    static let cases: [Case] = [
        Case(testDescription: "nothing of it", config: urls, path: "/index.html?x=1", reason: nil),
        Case(testDescription: "a part of the path", config: urls, path: "/v1/swagger.html", reason: "url"),
        Case(testDescription: "a part of the query", config: urls, path: "/?x=1&foo=Bar", reason: "url"),
        Case(testDescription: "other case", config: urls, path: "/Swagger.html", reason: nil),
        Case(testDescription: "a dot is a dot", config: urls, path: "/axb", reason: nil),
        Case(testDescription: "other case, ignored", config: anyCase, path: "/SWAGGER.html?FOO=bar", reason: "url"),
        Case(
            testDescription: "the whole of it",
            config: ["block_exact_urls": ["/admin"]],
            path: "/admin",
            reason: "url"
        ),
        Case(
            testDescription: "more than the whole",
            config: ["block_exact_urls": ["/admin"]],
            path: "/admin?x",
            reason: nil
        ),
        Case(
            testDescription: "the whole in other case, ignored",
            config: ["block_exact_urls": ["/Admin"], "case_sensitive": false],
            path: "/aDMIN",
            reason: "url"
        ),
        Case(
            testDescription: "a regular expression",
            config: ["block_regexp_urls": ["^/api/v[0-9]+/debug"]],
            path: "/api/v12/debug",
            reason: "url"
        ),
        Case(
            testDescription: "a regular expression that does not match",
            config: ["block_regexp_urls": ["^/api/v[0-9]+/debug$"]],
            path: "/api/v12/debug/x",
            reason: nil
        ),
        Case(
            testDescription: "a regular expression, without case",
            config: ["block_regexp_urls": ["^/api$|^/DEBUG$"], "case_sensitive": false],
            path: "/debug",
            reason: "url"
        ),
        Case(
            testDescription: "the name of a field",
            config: ["block_headers": ["X-Evil"]],
            headers: ["x-eviL-thing": "1"],
            reason: "header"
        ),
        Case(
            testDescription: "a part of a value",
            config: ["block_headers": ["sqlmap"]],
            headers: ["user-agent": "sqlmap/1.0"],
            reason: "header"
        ),
        Case(
            testDescription: "a value in other case",
            config: ["block_headers": ["sqlmap"]],
            headers: ["user-agent": "SQLmap/1.0"],
            reason: nil
        ),
        Case(
            testDescription: "a name does not run into its value",
            config: ["block_headers": ["ab"]],
            headers: ["x-a": "b"],
            reason: nil
        ),
        Case(testDescription: "a body", config: bodies, body: "well, hello world!", reason: "body"),
        Case(testDescription: "a body with a control character", config: bodies, body: "\u{1}x", reason: "body"),
        Case(testDescription: "a body in other case", config: bodies, body: "Hello World", reason: nil),
        Case(
            testDescription: "a body in other case, ignored",
            config: ["block_bodies": ["hello world"], "case_sensitive": false],
            body: "HELLO WORLD",
            reason: "body"
        ),
        Case(testDescription: "no body", config: bodies, reason: nil),
    ]

    @Test(arguments: cases, [Chunking.whole, .bytes(1), .random(seed: 7)])
    func requests(_ example: Case, _ chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(RequestBlock.self, config: example.config)], chunking: chunking)
        let response = await gateway.send(
            TestRequest(example.body.isEmpty ? .get : .post, example.path, headers: example.headers, body: example.body)
        )
        guard let reason = example.reason else {
            #expect(response.status == 200)
            #expect(gateway.upstreamRequests.map(\.text) == [example.body])
            return
        }
        #expect(response.status == 403 && response.details == "request-block.\(reason)_blocked")
        #expect(gateway.upstreamRequests.isEmpty && gateway.isIdle)
    }

    @Test func theAnswerIsTheOperators() async throws {
        let config: ConfigurationNode = ["block_urls": ["/x"], "blocked_code": 451, "blocked_message": "go away"]
        let gateway = try TestGateway(filters: [.init(RequestBlock.self, config: config)])
        let response = await gateway.send(TestRequest(.get, "/x"))
        #expect(response.status == 451 && response.text == "go away")
        #expect(response.headers[.contentType] == "text/plain; charset=utf-8")
    }

    @Test func withoutAMessageTheAnswerIsTheGatewaysUsualOne() async throws {
        let gateway = try TestGateway(filters: [.init(RequestBlock.self, config: ["block_urls": ["/x"]])])
        let response = await gateway.send(TestRequest(.get, "/x"))
        #expect(response.text == #"{"error":{"code":403,"detail":"request-block.url_blocked"}}"# + "\n")
    }

    @Test(arguments: [(1000, 200), (1001, 413)])
    func aBodyIsReadUpToItsLimit(_ length: Int, _ status: Int) async throws {
        let config: ConfigurationNode = ["block_bodies": ["x"], "max_request_body_bytes": 1000]
        let gateway = try TestGateway(filters: [.init(RequestBlock.self, config: config)])
        let response = await gateway.send(TestRequest(.post, body: String(repeating: "a", count: length)))
        #expect(response.status == status)
        #expect(gateway.upstreamRequests.count == (status == 200 ? 1 : 0))
    }

    @Test func manyTextsAreAllSearched() async throws {
        let texts = (0..<500).map { "forbidden-word-number-\($0)-end" }
        let config: ConfigurationNode = [
            "block_bodies": .init(.sequence(texts.map { .init(stringLiteral: $0) }), position: urlsPosition)
        ]
        let gateway = try TestGateway(filters: [.init(RequestBlock.self, config: config)])
        for text in [texts[0], texts[123], texts[499]] {
            #expect(await gateway.send(TestRequest(.post, body: "a\(text)b")).status == 403)
        }
        #expect(await gateway.send(TestRequest(.post, body: "forbidden-word-number-500-end")).status == 200)
    }

    private let urlsPosition = SourcePosition(file: "<test>", line: 0, column: 0)

    @Test(
        arguments: [
            ([:], "found nothing to block; expected at least one of block_urls, block_exact_urls, block_regexp_urls,"),
            (["block_urls": [""]], "found an empty text, which occurs everywhere; expected a text"),
            (["block_regexp_urls": ["("]], "expected a regular expression: "),
            (["block_url": ["a"]], #"unknown key "block_url"; did you mean "block_urls"?"#),
            (["block_urls": ["a"], "blocked_code": 99], #"expected a whole number (200 to 599)"#),
            (["block_urls": "a"], "found a string; expected a list of strings"),
            (["block_bodies": ["a"], "max_request_body_bytes": "1GiB"], "expected a size such as"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: RequestBlock.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
