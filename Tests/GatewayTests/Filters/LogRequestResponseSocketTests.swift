import NIOHTTP1
import TestSupport
import Testing

@Suite("log-request-response over a socket")
struct LogRequestResponseSocketTests {
    private static let filters = """
          - filter: log-request-response
            config:
              request: { headers: { enabled: true }, body: { enabled: true, maxSize: 64 } }
              response: { headers: { enabled: true }, body: { enabled: true } }
        """

    @Test(
        "logs both messages, and no secret",
        arguments: [
            (
                #"{"user":"a","password":"s3cret"}"#,
                "content-type: application/json\r\nauthorization: Bearer s3cret\r\n",
                #""request_body":"{\"user\":\"a\",\"password\":\"<redacted>\"}""#
            ),
            (
                "user=a&password=s3cret", "content-type: application/x-www-form-urlencoded\r\ncookie: s3cret\r\n",
                #""request_body":"user=a&password=<redacted>""#
            ),
            (
                #"{"user":"a","token":"s3crets3crets3crets3crets3crets3crets3crets3crets3crets3crets3cret"}"#,
                "content-type: application/json\r\nx-api-key: s3cret\r\n", #""request_body_cut":true"#
            ),
            (
                "s3cret", "content-type: image/png\r\n",
                #""request_headers":{"authority":"h.example.com","method":"POST""#
            ),
        ]
    )
    func both(_ body: String, _ fields: String, _ expected: String) async throws {
        let request = FilterExchange.Request(path: "/login?token=s3cret&a=1", fields: fields, body: body)
        let exchange = try await FilterExchange.of(request, through: Self.filters) { _ in
            .init(
                headers: ["content-type": "application/json", "set-cookie": "s3cret"],
                body: #"{"access_token":"s3cret"}"#
            )
        }
        #expect(exchange.received.map(\.body) == [body] && exchange.answer.body == #"{"access_token":"s3cret"}"#)
        let lines = exchange.messages.filter { $0.hasPrefix("request and response: ") }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.contains(expected), "\(line)")
        #expect(line.contains(#""path":"/login?token=<redacted>&a=1""#) && line.contains(#""status":"200""#))
        #expect(line.contains(#""response_body":"{\"access_token\":\"<redacted>\"}""#))
        #expect(exchange.messages.allSatisfy { !$0.contains("s3cret") }, "\(exchange.messages)")
    }
}
