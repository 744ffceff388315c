import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let json: HeaderFields = ["content-type": "application/json"]

@Suite struct AIPromptDecoratorTests {
    static let around: ConfigurationNode = [
        "prepend": [["role": "system", "content": "Be \"brief\"."]], "append": [["role": "user", "content": "Bye."]],
    ]
    static let before = #"{"role":"system","content":"Be \"brief\"."}"#
    static let after = #"{"role":"user","content":"Bye."}"#
    static let replacing: ConfigurationNode = [
        "prepend": [["role": "system", "content": "You are OpenClaw."]],
        "replace": [
            ["on_role": "system", "pattern": "OpenClaw", "replacement": "a$1gent"],
            ["pattern": "secret-(\\d+)", "replacement": "[$1]", "regex": true],
            ["pattern": "a.b", "replacement": "c\\d"],
        ],
    ]

    @Test(
        arguments: [
            (
                around, #"{ "messages" : [ {"role":"user","content":"hi", "x":1.0} ], "n":2 }"#,
                #"{ "messages" : [ \#(before),{"role":"user","content":"hi", "x":1.0},\#(after) ], "n":2 }"#
            ),
            (around, #"{"messages":[]}"#, #"{"messages":[\#(before),\#(after)]}"#),
            (around, #"{"messages":[ ]}"#, #"{"messages":[ \#(before),\#(after)]}"#),
            (around, #"{"messages":[1],"messages":["evil"]}"#, #"{"messages":[\#(before),1,\#(after)]}"#),
            (around, #"{"prompt":"x"}"#, #"{"prompt":"x"}"#), (around, #"{"messages":"x"}"#, #"{"messages":"x"}"#),
            (around, "[", "["),
            (
                replacing,
                #"{"messages":[{"role":"system","content":"OpenClaw"},{"role":"user","content":"OpenClaw secret-12 a.b axb"},{"role":"user","content":[{"type":"text","text":"secret-1"}]}]}"#,
                #"{"messages":[{"role":"system","content":"You are a$1gent."},{"role":"system","content":"a$1gent"},{"role":"user","content":"OpenClaw [12] c\\d axb"},{"role":"user","content":[{"type":"text","text":"secret-1"}]}]}"#
            ),
            (["prepend": []], #"{"messages":[1]}"#, #"{"messages":[1]}"#),
        ] as [(ConfigurationNode, String, String)],
        [Chunking.whole, .random(seed: 9)]
    )
    func messagesAreAddedAndChanged(
        _ given: (config: ConfigurationNode, body: String, forwarded: String),
        _ chunking: Chunking
    ) async throws {
        let gateway = try TestGateway(
            filters: [.init(AIPromptDecorator.self, config: given.config)],
            chunking: chunking
        )
        await gateway.send(TestRequest(.post, "/v1/chat/completions", headers: json, body: given.body))
        #expect(gateway.upstreamRequests.map(\.text) == [given.forwarded])
        #expect(gateway.isIdle)
    }

    @Test func otherBodiesPass() async throws {
        let gateway = try TestGateway(filters: [.init(AIPromptDecorator.self, config: Self.around)])
        await gateway.send(TestRequest(.post, headers: ["content-type": "text/plain"], body: #"{"messages":[]}"#))
        #expect(gateway.upstreamRequests.map(\.text) == [#"{"messages":[]}"#])
    }

    @Test func whatBecomesTooLongIsAnErrorOfTheFilter() async throws {
        let config: ConfigurationNode = [
            "maxBodyBytes": 64, "replace": [["pattern": "a", "replacement": "0123456789"]],
        ]
        let gateway = try TestGateway(filters: [.init(AIPromptDecorator.self, config: config)])
        let body = #"{"messages":[{"role":"user","content":"aaaaaaaaaa"}]}"#
        let response = await gateway.send(TestRequest(.post, headers: json, body: body))
        #expect(response.status == 500 && response.details == "filter_error{ai-prompt-decorator}")
    }

    @Test(
        arguments: [
            (["prepend": [["role": "system"]]], #"missing key "content" (string)"#),
            (["append": [["content": "x"]]], #"missing key "role" (string)"#),
            (["replace": [["replacement": "x"]]], #"missing key "pattern" (string)"#),
            (["replace": [["pattern": "x"]]], #"missing key "replacement" (string)"#),
            (
                ["replace": [["pattern": "(", "replacement": "x", "regex": true]]],
                "found a text that is no regular expression"
            ),
            (
                ["replace": [["pattern": "a", "replacement": "$1", "regex": true]]],
                "found a text that is no replacement"
            ),
            (["prepends": []], #"unknown key "prepends"; did you mean "prepend"?"#),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AIPromptDecorator.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
