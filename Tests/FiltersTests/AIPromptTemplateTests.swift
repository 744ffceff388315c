import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let json: HeaderFields = ["content-type": "application/json"]

@Suite struct AIPromptTemplateTests {
    static let config: ConfigurationNode = [
        "maxBodyBytes": 400,
        "templates": [
            [
                "name": "developer-chat",
                "template": [
                    "model": "gpt-3.5-turbo", "temperature": 0.50, "stream": true,
                    "messages": [
                        ["role": "system", "content": "You are a {{program}} expert, in {{language}}."],
                        ["role": "user", "content": "Write {{ {{program}} {{none}}."],
                    ],
                ],
            ]
        ],
    ]

    private func filled(_ first: String, _ second: String) -> String {
        #"{"model":"gpt-3.5-turbo","temperature":0.5,"stream":true,"messages":[{"role":"system","content":"\#(first)"},{"role":"user","content":"\#(second)"}]}"#
    }

    @Test(
        arguments: [
            (
                #"{"program":"quick sort","language":"python"}"#, "You are a quick sort expert, in python.",
                "Write {{ quick sort {{none}}."
            ),
            (
                #"{"program":"a\"b\\\n","language":"{{program}}"}"#, #"You are a a\"b\\\n expert, in {{program}}."#,
                #"Write {{ a\"b\\\n {{none}}."#
            ),
            (#"{"program":1.0,"language":["x"]}"#, #"You are a 1.0 expert, in [\"x\"]."#, "Write {{ 1.0 {{none}}."),
            ("{}", "You are a {{program}} expert, in {{language}}.", "Write {{ {{program}} {{none}}."),
        ]
    )
    func aTemplateIsFilled(_ properties: String, _ first: String, _ second: String) async throws {
        let gateway = try TestGateway(filters: [.init(AIPromptTemplate.self, config: Self.config)])
        let body = #"{"template":"developer-chat","properties":\#(properties)}"#
        await gateway.send(TestRequest(.post, headers: json, body: body))
        #expect(gateway.upstreamRequests.map(\.text) == [self.filled(first, second)])
        #expect(gateway.isIdle)
    }

    @Test(
        arguments: [
            (#"{"model":"m","messages":[]}"#, "application/json", nil), (#"{"template":"x"}"#, "application/json", nil),
            (#"{"properties":{}}"#, "application/json", nil), ("no json", "application/json", nil),
            (#"{"template":"x","properties":{}}"#, "text/plain", nil),
            (#"{"template":"x","properties":{}}"#, "application/json", "false"),
        ] as [(String, String, String?)]
    )
    func otherRequestsPass(_ body: String, _ type: String, _ enable: String?) async throws {
        var headers: HeaderFields = ["content-type": type]
        headers["template-enable"] = enable
        let gateway = try TestGateway(filters: [.init(AIPromptTemplate.self, config: Self.config)], chunking: .bytes(1))
        await gateway.send(TestRequest(.post, headers: headers, body: body))
        #expect(gateway.upstreamRequests.map(\.text) == [body])
    }

    @Test(
        arguments: [
            (#"{"template":"none","properties":{}}"#, 400, "ai-prompt-template.unknown_template"),
            (#"{"template":7,"properties":{}}"#, 400, "ai-prompt-template.unknown_template"),
            (
                #"{"template":"developer-chat","properties":{"program":"\#(String(repeating: "x", count: 180))"}}"#,
                413,
                "ai-prompt-template.too_large"
            ),
        ]
    )
    func whatCannotBeMadeIsRefused(_ body: String, _ status: Int, _ detail: String) async throws {
        let gateway = try TestGateway(filters: [.init(AIPromptTemplate.self, config: Self.config)])
        let response = await gateway.send(TestRequest(.post, headers: json, body: body))
        #expect(response.status == status && response.details == detail)
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test(
        arguments: [
            ([:], #"missing key "templates""#), (["templates": []], "found an empty list"),
            (["templates": [["template": [:]]]], #"missing key "name" (string)"#),
            (["templates": [["name": "a"]]], "expected a mapping: the body of a request"),
            (["templates": [["name": "a", "template": "x"]]], "expected a mapping: the body of a request"),
            (
                ["templates": [["name": "a", "template": [:]], ["name": "a", "template": [:]]]],
                "found the name of an earlier template"
            ),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AIPromptTemplate.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
