import NIOHTTP1
import TestSupport
import Testing

@Suite("custom-response over a socket, in the place of another answer")
struct ReplacedAnswerTests {
    private static let filters = """
          - filter: custom-response
            config: { status_code: 503, body: '{"error":"later"}', enable_on_status: [500, 404] }
          - filter: cors
            config: { allow_origins: ["https://app.example"], allow_credentials: true }
          - filter: headers
            config: { response: { set: { strict-transport-security: "max-age=1" }, add: { x-b: c } } }
          - filter: request-id
          - filter: compress
        """

    @Test("has the fields that every answer has", arguments: [(500, 503), (404, 503), (200, 200)])
    func fields(_ upstream: Int, _ status: Int) async throws {
        let request = FilterExchange.Request(
            fields: "content-type: application/json\r\norigin: https://app.example\r\naccept-encoding: gzip\r\n"
        )
        let exchange = try await FilterExchange.of(request, through: Self.filters) { _ in
            .init(status: upstream, headers: ["x-upstream": "1", "x-b": "upstream"], body: "upstream")
        }
        let answer = exchange.answer
        #expect(answer.status == status && answer.isComplete)
        #expect(answer["access-control-allow-origin"] == "https://app.example")
        #expect(answer["access-control-allow-credentials"] == "true" && answer["vary"] == "Origin")
        #expect(answer["strict-transport-security"] == "max-age=1")
        #expect(answer["x-request-id"] == exchange.line.string("request_id") && answer["x-request-id"] != nil)
        #expect(answer["x-b"] == (status == 503 ? "c" : "upstream"))
        #expect(answer["x-upstream"] == (status == 503 ? nil : "1"))
        #expect(answer.body == (status == 503 ? #"{"error":"later"}"# : "upstream"))
        #expect(exchange.line.details == (status == 503 ? "custom-response.replaced" : "via_upstream"))
        #expect(exchange.line.code == status)
    }
}
