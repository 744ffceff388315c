import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// One request through filters over real sockets: what the client got, what the upstream was sent, what the log says.
struct FilterExchange {
    let answer: ReceivedAnswer
    let received: [ScriptedUpstream.Request]
    let line: LogLine
    /// The messages of the program's log.
    let messages: [String]

    /// A request to make.
    struct Request: Sendable {
        var method = "POST"
        var path = "/v1/chat/completions"
        var host = "h.example.com"
        /// Header fields, each with its line break.
        var fields = "content-type: application/json\r\n"
        var body = ""

        /// The request on the wire; bodies of GET are left out.
        var text: String {
            let length = self.method == "GET" ? "" : "content-length: \(self.body.utf8.count)\r\n"
            let body = self.method == "GET" ? "" : self.body
            return
                "\(self.method) \(self.path) HTTP/1.1\r\nHost: \(self.host)\r\nConnection: close\r\n\(length)\(self.fields)\r\n\(body)"
        }
    }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - filters: The items of `filters`.
    ///   - script: The upstream; default answers 200 with `{}`.
    static func of(
        _ request: Request,
        through filters: String,
        _ script: @escaping ScriptedUpstream.Script = { _ in
            .init(headers: ["content-type": "application/json"], body: "{}")
        }
    ) async throws -> FilterExchange {
        let upstream = try await ScriptedUpstream.start(script)
        let log = try AccessLogFile()
        var found: FilterExchange?
        try await GatewayFixture.run(proxying(to: upstream, extra: "filters:\n\(log.entry)\n\(filters)")) { gateway in
            let answer = try await ReceivedAnswer.of(gateway.port, request.text)
            let line = try #require(try await log.lines(1).first)
            try await gateway.expectNothingAlive()
            found = FilterExchange(
                answer: answer,
                received: upstream.requests,
                line: line,
                messages: gateway.log.messages
            )
        }
        await upstream.stop()
        return try #require(found)
    }
}
