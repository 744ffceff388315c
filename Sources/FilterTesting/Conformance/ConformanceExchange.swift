import FilterAPI

/// A request, and what the service behind the gateway answers to it.
public struct ConformanceExchange: Sendable {
    /// What the exchange is called in findings.
    public let name: String
    /// The request.
    public let request: TestRequest
    /// The answer.
    public let response: TestResponse

    /// An exchange.
    public init(_ name: String, _ request: TestRequest, _ response: TestResponse) {
        self.name = name
        self.request = request
        self.response = response
    }

    /// The kinds of exchange that any gateway sees: with and without bodies, streamed and whole, of text, JSON and neither.
    public static var ordinary: [ConformanceExchange] {
        let json: HeaderFields = ["content-type": "application/json"]
        let text: HeaderFields = ["content-type": "text/plain"]
        let chat = #"{"model":"m","messages":[{"role":"user","content":"Wie groß ist ein Stern? ✨"}]}"#
        let answer =
            #"{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","#
            + #""content":"Sehr groß. ✨"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#
        let events = ["Sehr ", "groß", ". ✨"].map {
            #"data: {"choices":[{"index":0,"delta":{"content":"\#($0)"}}]}"# + "\n\n"
        }
        let long = String(repeating: "Das Wasser ist tief und kalt. ", count: 60)
        return [
            .init("GET", TestRequest(.get, "/a?b=1&c=%20d"), TestResponse(headers: text, body: "hello")),
            .init(
                "GET of a long text",
                TestRequest(.get, "/", headers: ["accept-encoding": "gzip, br"]),
                TestResponse(headers: text, body: long)
            ),
            .init(
                "POST of JSON",
                TestRequest(.post, "/v1/chat/completions", headers: json, body: chat),
                TestResponse(headers: json, body: answer)
            ),
            .init(
                "POST with events",
                TestRequest(
                    .post,
                    "/v1/chat/completions",
                    headers: json,
                    body: chat.replacing("groß", with: "alt").replacing("{\"model", with: "{\"stream\":true,\"model")
                ),
                TestResponse(headers: ["content-type": "text/event-stream"], chunks: events + ["data: [DONE]\n\n"])
            ),
            .init(
                "POST with trailers",
                TestRequest(.post, "/t", headers: text, body: "question", trailers: ["x-sum": "1"]),
                TestResponse(headers: text, chunks: ["ans", "wer"]).with(trailers: ["x-count": "2"])
            ),
            .init("PUT of a long text", TestRequest(.put, "/", headers: text, body: long), TestResponse(status: 201)),
            .init("POST without a body", TestRequest(.post, "/"), TestResponse(headers: json, body: "{}")),
            .init("HEAD", TestRequest(.head, "/"), TestResponse(headers: text, body: "hello")),
            .init("204", TestRequest(.delete, "/"), TestResponse(status: 204)),
            .init(
                "304",
                TestRequest(.get, "/", headers: ["if-none-match": "\"1\""]),
                TestResponse(status: 304, headers: ["etag": "\"1\""])
            ),
            .init("an empty answer", TestRequest(.get, "/"), TestResponse(status: 200)),
            .init(
                "an error of the service",
                TestRequest(.get, "/"),
                TestResponse(status: 500, headers: json, body: #"{"error":"x"}"#)
            ),
            .init(
                "a preflight",
                TestRequest(
                    .options,
                    "/",
                    headers: ["origin": "https://a.example", "access-control-request-method": "POST"]
                ),
                TestResponse(status: 200)
            ),
            .init(
                "JSON that is none",
                TestRequest(.post, "/v1/x", headers: json, body: "{\"a\":"),
                TestResponse(headers: json, body: "[1,")
            ),
        ]
    }

    /// The same request with more header fields, unless it has them.
    func adding(_ headers: HeaderFields) -> ConformanceExchange {
        var request = self.request
        for field in headers where !request.headers.contains(HeaderName(field.name)) {
            request.headers.add(HeaderName(field.name), field.value)
        }
        return ConformanceExchange(self.name, request, self.response)
    }
}
