import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("transformer over a socket")
struct TransformerSocketTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rules: String
        var request = FilterExchange.Request()
        var status = 200
        /// Fields, path and body that the upstream receives; `nil` for any.
        var fields: [String: String?] = [:]
        var path: String?
        var body: String?
        /// Fields and body that the client receives.
        var answered: [String: String?] = [:]
        var answer: String?
    }

    private static let form = "content-type: application/x-www-form-urlencoded\r\n"

    static let cases: [Case] = [
        Case(
            testDescription: "the reference's example for header fields",
            rules: """
                      - { operate: remove, headers: [{ key: X-remove }] }
                      - { operate: rename, headers: [{ oldKey: X-not-renamed, newKey: X-renamed }] }
                      - { operate: replace, headers: [{ key: X-replace, newValue: replaced }] }
                      - { operate: add, headers: [{ key: X-add-append, value: 'host-$1', host_pattern: '^(.*)\\.com$' }] }
                      - { operate: map, headers: [{ fromKey: X-add-append, toKey: X-map }] }
                      - { operate: dedupe, headers: [{ key: X-dedupe-last, strategy: RETAIN_LAST }] }
                """,
            request: .init(
                method: "GET",
                path: "/get",
                fields:
                    "X-remove: exist\r\nX-not-renamed: test\r\nX-replace: no\r\nX-dedupe-last: a\r\nX-dedupe-last: b\r\n"
            ),
            fields: [
                "x-remove": nil, "x-renamed": "test", "x-replace": "replaced", "x-add-append": "host-h.example",
                "x-map": "host-h.example", "x-dedupe-last": "b",
            ],
            path: "/get"
        ),
        Case(
            testDescription: "the reference's example for the query",
            rules: """
                      - { operate: remove, querys: [{ key: k1 }] }
                      - { operate: rename, querys: [{ oldKey: k2, newKey: k2-new }] }
                      - { operate: replace, querys: [{ key: k2-new, newValue: v2-new }] }
                      - { operate: add, querys: [{ key: k3, value: 'v31-\\$1', path_pattern: '^.*?\\/(\\w+)[\\?]{0,1}.*$' }] }
                      - { operate: append, querys: [{ key: k3, appendValue: v32 }] }
                      - { operate: map, querys: [{ fromKey: k3, toKey: k4 }] }
                      - { operate: dedupe, querys: [{ key: k4, strategy: RETAIN_FIRST }] }
                """,
            request: .init(method: "GET", path: "/get?k1=v11&k1=v12&k2=v2", fields: ""),
            path: "/get?k2-new=v2-new&k3=v31-get&k3=v32&k4=v31-get"
        ),
        Case(
            testDescription: "the reference's example for a body",
            rules: """
                      - { operate: remove, body: [{ key: a1 }] }
                      - { operate: rename, body: [{ oldKey: a2, newKey: a2-new }] }
                      - { operate: replace, body: [{ key: a3, newValue: t3-new, value_type: string }] }
                      - { operate: add, body: [{ key: a1-new, value: t1-new }] }
                      - { operate: append, body: [{ key: a1-new, appendValue: 't1-$1-append', host_pattern: '^(.*)\\.com$' }] }
                      - { operate: map, body: [{ fromKey: a1-new, toKey: a4 }] }
                      - { operate: dedupe, body: [{ key: a4, strategy: RETAIN_FIRST }] }
                """,
            request: .init(body: #"{"a1":"t1","a2":"t2","a3":"t3"}"#),
            body: #"{"a3":"t3-new","a2-new":"t2","a1-new":["t1-new","t1-h.example-append"],"a4":"t1-new"}"#
        ),
        Case(
            testDescription: "a form",
            rules:
                "      - { operate: rename, body: [{ oldKey: a, newKey: b }] }\n      - { operate: map, mapSource: body, headers: [{ fromKey: b, toKey: x-b }] }",
            request: .init(fields: form, body: "a=1+2&c=3"),
            fields: ["x-b": nil],
            body: "c=3&b=1%202"
        ),
        Case(
            testDescription: "numbers keep their text",
            rules: "      - { operate: remove, body: [{ key: a }] }",
            request: .init(body: #"{"a":0,"b":1.0,"c":123456789012345678901234567890}"#),
            body: #"{"b":1.0,"c":123456789012345678901234567890}"#
        ),
        Case(
            testDescription: "what is no JSON passes",
            rules: "      - { operate: remove, body: [{ key: a }] }",
            request: .init(body: "{nonsense"),
            body: "{nonsense"
        ),
        Case(
            testDescription: "a body over the limit",
            rules: "      - { operate: remove, body: [{ key: a }] }\n    maxBodyBytes: 8",
            request: .init(body: #"{"a":"long"}"#),
            status: 413
        ),
    ]

    @Test(arguments: cases)
    func requests(_ example: Case) async throws {
        let filters = "  - filter: transformer\n    config:\n     reqRules:\n\(example.rules)"
            .replacingOccurrences(of: "\n    maxBodyBytes", with: "\n     maxBodyBytes")
        let exchange = try await FilterExchange.of(example.request, through: filters)
        #expect(exchange.answer.status == example.status)
        guard example.status == 200 else { return #expect(exchange.received.isEmpty) }
        let received = try #require(exchange.received.first)
        for (name, value) in example.fields {
            #expect(received.headers[name] == (value.map { [$0] } ?? []), "\(name)")
        }
        if let path = example.path { #expect(received.uri == path) }
        if let body = example.body {
            #expect(received.body == body)
            #expect(received.headers["content-length"] == ["\(body.utf8.count)"])
        }
    }

    @Test func answers() async throws {
        let filters = """
              - filter: transformer
                config:
                  respRules:
                    - { operate: remove, headers: [{ key: server }], body: [{ key: secret }] }
                    - { operate: add, headers: [{ key: x-made, value: "yes" }], body: [{ key: a.b, value: "1", value_type: number }] }
            """
        let exchange = try await FilterExchange.of(.init(fields: "accept-encoding: gzip\r\n"), through: filters) { _ in
            .init(headers: ["content-type": "application/json", "server": "s"], body: #"{"secret":1, "x":2.50}"#)
        }
        #expect(exchange.answer.body == #"{"x":2.50,"a":{"b":1}}"# && exchange.answer.isComplete)
        #expect(exchange.answer["server"] == nil && exchange.answer["x-made"] == "yes")
        #expect(exchange.received.first?.headers["accept-encoding"] == [])
    }
}
