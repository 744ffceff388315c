import NIOHTTP1
import TestSupport
import Testing

@Suite("request-validation over a socket")
struct RequestValidationSocketTests {
    private static let filters = """
          - filter: request-validation
            config:
              header_schema:
                required: [x-tenant]
              body_schema:
                type: object
                required: [boolean_payload, array_payload, regex_payload]
                properties:
                  boolean_payload: { type: boolean }
                  array_payload:
                    type: array
                    minItems: 1
                    items: { type: integer, minimum: 1, maximum: 10 }
                    uniqueItems: true
                    default: [1, 2, 3]
                  regex_payload: { type: string, minLength: 1, maxLength: 10, pattern: "^[a-zA-Z0-9_]+$" }
                  enum_payload: { type: string, enum: [enum_string_1, "2"] }
              rejected_msg: customize reject message
        """
    private static let tenant = "content-type: application/json\r\nX-Tenant: a\r\n"

    @Test(
        arguments: [
            (#"{"boolean_payload":true,"array_payload":[1,10],"regex_payload":"abc_1"}"#, nil),
            (
                #"{"boolean_payload":"true","array_payload":[1],"regex_payload":"a"}"#,
                "at /boolean_payload: expected boolean"
            ),
            (
                #"{"boolean_payload":true,"array_payload":[1,1],"regex_payload":"a"}"#,
                "at /array_payload: expected elements that are all different"
            ),
            (
                #"{"boolean_payload":true,"array_payload":[1,11],"regex_payload":"a"}"#,
                "at /array_payload/1: expected at most 10"
            ),
            (
                #"{"boolean_payload":true,"array_payload":[],"regex_payload":"a"}"#,
                "at /array_payload: expected at least 1 elements"
            ),
            (
                #"{"boolean_payload":true,"array_payload":[1],"regex_payload":"abc@123"}"#,
                "at /regex_payload: expected a text that matches"
            ),
            (
                #"{"boolean_payload":true,"array_payload":[1],"regex_payload":"a","enum_payload":2}"#,
                "at /enum_payload: expected string"
            ),
            (#"{"boolean_payload":true,"array_payload":[1]}"#, #"at the root: expected a member "regex_payload""#),
            ("not json", "at the root: expected a JSON text"),
        ] as [(String, String?)]
    )
    func bodies(_ body: String, _ reason: String?) async throws {
        let exchange = try await FilterExchange.of(.init(fields: Self.tenant, body: body), through: Self.filters)
        #expect(exchange.answer.status == (reason == nil ? 200 : 403))
        #expect(exchange.received.map(\.body) == (reason == nil ? [body] : []))
        guard let reason else { return }
        #expect(exchange.answer.body == "customize reject message")
        #expect(exchange.line.details == "request-validation.invalid_body")
        #expect(exchange.messages.contains { $0.contains(reason) }, "\(exchange.messages)")
    }

    @Test func headers() async throws {
        let exchange = try await FilterExchange.of(.init(method: "GET", fields: ""), through: Self.filters)
        #expect(exchange.answer.status == 403 && exchange.line.details == "request-validation.invalid_headers")
        let passing = try await FilterExchange.of(.init(method: "GET", fields: Self.tenant), through: Self.filters)
        #expect(passing.answer.status == 200)
    }

    @Test func longBodies() async throws {
        let filters = "  - { filter: request-validation, config: { body_schema: {}, max_body_bytes: 4 } }"
        #expect(try await FilterExchange.of(.init(body: "[1,2]"), through: filters).answer.status == 413)
    }
}
