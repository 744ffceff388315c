import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

@Suite("request-id")
struct RequestIdTests {
    private static let form = #"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"#

    @Test func upstreamAndClientSeeTheSameNewID() async throws {
        let gateway = try TestGateway(filters: [.init(RequestID.self)])
        var seen: Set<String> = []
        for _ in 0..<20 {
            let response = await gateway.send(TestRequest())
            let id = try #require(response.headers["x-request-id"])
            #expect(try Pattern(Self.form).matches(id))
            #expect(gateway.upstreamRequests.last?.headers.values(of: "x-request-id") == [id])
            seen.insert(id)
        }
        #expect(seen.count == 20)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var config: ConfigurationNode?
        var headers: HeaderFields = [:]
        /// What the upstream gets, by name; `*` is a new id.
        let upstream: [String: String]
        let client: [String: String?]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "an id that is there stays",
            headers: ["x-request-id": "given"],
            upstream: ["x-request-id": "given"],
            client: ["x-request-id": "given"]
        ),
        Case(
            testDescription: "it gives way when asked",
            config: ["override": true],
            headers: ["x-request-id": "given"],
            upstream: ["x-request-id": "*"],
            client: ["x-request-id": "*"]
        ),
        Case(
            testDescription: "one that no log can take gives way",
            headers: ["x-request-id": "a b"],
            upstream: ["x-request-id": "*"],
            client: ["x-request-id": "*"]
        ),
        Case(
            testDescription: "one that is too long gives way",
            headers: ["x-request-id": String(repeating: "a", count: 129)],
            upstream: ["x-request-id": "*"],
            client: ["x-request-id": "*"]
        ),
        Case(
            testDescription: "another name carries the same",
            config: ["header": "X-Correlation-Id"],
            headers: ["x-request-id": "given", "x-correlation-id": "spoofed"],
            upstream: ["x-request-id": "given", "x-correlation-id": "given"],
            client: ["x-correlation-id": "given", "x-request-id": nil]
        ),
        Case(
            testDescription: "the client gets none when it need not",
            config: ["response": false],
            headers: ["x-request-id": "given"],
            upstream: ["x-request-id": "given"],
            client: ["x-request-id": nil]
        ),
    ]

    @Test(arguments: cases)
    func requests(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(RequestID.self, config: example.config)])
        let response = await gateway.send(TestRequest(headers: example.headers))
        let request = try #require(gateway.upstreamRequests.first)
        for (name, expected) in example.upstream {
            let value = try #require(request.headers[HeaderName(name)])
            #expect(expected == "*" ? try Pattern(Self.form).matches(value) : value == expected)
        }
        for (name, expected) in example.client {
            let value = response.headers[HeaderName(name)]
            #expect(expected == "*" ? value == request.headers[HeaderName(name)] : value == expected)
        }
    }

    @Test func anAnswerMadeBeforeItsTurnHasTheIDToo() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(KeyAuth.self, config: ["consumers": [["name": "a", "credential": "k"]]]), .init(RequestID.self),
            ]
        )
        let response = await gateway.send(TestRequest(headers: ["x-request-id": "given"]))
        #expect(response.status == 401 && response.headers["x-request-id"] == "given")
    }

    @Test func theTextHasVersionAndVariant() {
        #expect(UniqueID.text(0, 0) == "00000000-0000-4000-8000-000000000000")
        #expect(UniqueID.text(.max, .max) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(UniqueID.text(0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF) == "01234567-89ab-4def-8123-456789abcdef")
    }

    @Test(
        arguments: [
            (["header": "a b"], "expected the name of a header field"),
            (["header": "te"], "it belongs to one connection"),
            (["header": "host"], "expected a field of its own"), (["name": "x"], #"unknown key "name""#),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: RequestID.self, config: config)
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }
}
