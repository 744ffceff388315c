import FilterAPI
import FilterTesting
import Logging
import Testing

@testable import BundledFilters

/// Says in both directions that it ran, and stands for the cache in these tests.
private final class Marker: Filter, RequestHeadHook, ResponseHeadHook {
    static let name = "ai-cache"
    static let phase = FilterPhase.authn
    static let priority = 10
    static let summary = "Marks requests and responses."
    let entry: String

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {
        self.entry = environment.name
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        stream.request.headers.add("x-ran", self.entry)
        return .continue
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        stream.response.headers.add("x-ran", self.entry)
        return .continue
    }
}

@Suite struct SkipHeaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var config: ConfigurationNode?
        let headers: HeaderFields
        /// The entries that ran, of `ai-cache` and `other`.
        let ran: [String]
        /// The fields that the upstream received beside those of every request.
        var forwarded: [String] = []
    }

    static let rules: ConfigurationNode = [
        "rules": [
            ["header": "X-Skip", "value": "Both", "filters": ["ai-cache"]],
            ["header": "x-skip", "value": "other", "filters": ["other"], "remove": true],
            ["header": "x-skip", "value": "on", "filters": ["other", "nobody"]],
        ]
    ]

    static let cases: [Case] = [
        Case(testDescription: "no header", headers: [:], ran: ["ai-cache", "other"]),
        Case(
            testDescription: "the default rule, on",
            headers: ["x-higress-skip-ai-cache": "on"],
            ran: [],
            forwarded: ["x-higress-skip-ai-cache"]
        ),
        Case(
            testDescription: "the default rule, another value",
            headers: ["x-higress-skip-ai-cache": "On"],
            ran: ["ai-cache", "other"],
            forwarded: ["x-higress-skip-ai-cache"]
        ),
        Case(
            testDescription: "the default rule, header dropped",
            config: ["remove": true],
            headers: ["x-higress-skip-ai-cache": "on"],
            ran: []
        ),
        Case(
            testDescription: "own rules replace the default one",
            config: rules,
            headers: ["x-higress-skip-ai-cache": "on"],
            ran: ["ai-cache", "other"],
            forwarded: ["x-higress-skip-ai-cache"]
        ),
        Case(
            testDescription: "no rules at all",
            config: ["rules": []],
            headers: ["x-higress-skip-ai-cache": "on"],
            ran: ["ai-cache", "other"],
            forwarded: ["x-higress-skip-ai-cache"]
        ),
        Case(
            testDescription: "a filter's name is all its entries",
            config: rules,
            headers: ["x-skip": "Both"],
            ran: [],
            forwarded: ["x-skip"]
        ),
        Case(
            testDescription: "an entry's name is that entry",
            config: rules,
            headers: ["x-skip": "on"],
            ran: ["ai-cache"],
            forwarded: ["x-skip"]
        ),
        Case(testDescription: "a rule that drops", config: rules, headers: ["x-skip": "other"], ran: ["ai-cache"]),
        Case(
            testDescription: "the value with more after it",
            config: rules,
            headers: ["x-skip": "other "],
            ran: ["ai-cache", "other"],
            forwarded: ["x-skip"]
        ),
        Case(
            testDescription: "a rule that keeps what the others drop",
            config: [
                "remove": true,
                "rules": [["header": "x-skip", "value": "on", "filters": ["other"], "remove": false]],
            ],
            headers: ["x-skip": "on"],
            ran: ["ai-cache"],
            forwarded: ["x-skip"]
        ),
        Case(
            testDescription: "the second of two fields",
            config: rules,
            headers: ["x-skip": "off", "X-Skip": "other"],
            ran: ["ai-cache"]
        ),
        Case(
            testDescription: "two rules, the first of which drops the header of both",
            config: [
                "rules": [
                    ["header": "x-skip", "value": "on", "filters": ["other"], "remove": true],
                    ["header": "x-skip", "value": "on", "filters": ["ai-cache"]],
                ]
            ],
            headers: ["x-skip": "on"],
            ran: []
        ),
    ]

    @Test(arguments: cases)
    func aFilterIsSkippedInBothDirections(_ example: Case) async throws {
        let gateway = try TestGateway(
            filters: [
                .init(Marker.self), .init(Marker.self, name: "other"), .init(SkipHeader.self, config: example.config),
            ]
        )
        let response = await gateway.send(TestRequest(headers: example.headers))
        let request = try #require(gateway.upstreamRequests.first)
        #expect(request.headers.values(of: "x-ran") == example.ran)
        #expect(response.headers.values(of: "x-ran") == example.ran.reversed())
        #expect(request.headers.map(\.name).filter { $0.contains("skip") } == example.forwarded)
        let saysSkip = !example.ran.contains("ai-cache")
        #expect(response.aiLog == (saysSkip ? ["cache_status": "skip"] : [:]))
        #expect(response.headers["x-sluice-cache"] == (saysSkip ? "skip" : nil))
        #expect(response.headers["cache-status"] == (saysSkip ? "sluice; fwd=request" : nil))
        #expect(gateway.isIdle)
    }

    @Test func explainingNeedsNoStream() throws {
        let environment = FilterEnvironment(name: "skip-header", logger: Logger(label: "test"))
        let filter = SkipHeader(ConfigurationFields.value(Self.rules), environment)
        let skips = filter.skips(for: RequestHead(headers: ["x-skip": "on"]))
        #expect(skips.map(\.filter) == ["other", "nobody"])
        #expect(skips.map(\.reason) == ["x-skip: on", "x-skip: on"])
        #expect(filter.skips(for: RequestHead()).isEmpty)
    }

    @Test(
        arguments: [
            (["rules": [["value": "on", "filters": ["a"]]]], #"missing key "header" (string)"#),
            (["rules": [["header": "x-a", "filters": ["a"]]]], #"missing key "value" (string)"#),
            (["rules": [["header": "x-a", "value": "on"]]], #"missing key "filters" (list of strings)"#),
            (["rules": [["header": "x-a", "value": "on", "filters": []]]], "found no string; expected at least one"),
            (
                ["rules": [["header": "x a", "value": "on", "filters": ["a"]]]],
                "found a name that no header field can have; expected letters, digits and hyphens"
            ),
            (["rule": []], #"unknown key "rule"; did you mean "rules"?"#),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: SkipHeader.self, config: config)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(message) == true)
    }
}

extension ConfigurationFields {
    /// A configuration that is known to be right.
    static func value<T: FilterConfiguration>(_ node: ConfigurationNode?, as type: T.Type = T.self) -> T {
        ConfigurationFields.read(
            node,
            position: SourcePosition(file: "<test>", line: 0, column: 0),
            location: .root,
            context: ConfigurationContext()
        ) { T($0) }
    }
}
