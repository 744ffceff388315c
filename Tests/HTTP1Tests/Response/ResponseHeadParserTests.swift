import FilterAPI
import HTTP1
import NIOCore
import Testing

struct ResponseHeadParserTests {
    /// Parses the text in all ways in which it can arrive, and answers what all of them came to.
    private func summary(_ text: String, to method: HTTPMethod = .get) -> ResponseSummary? {
        let whole = readResponse(text, to: method)
        for pieces in arrivals(of: wire(text)) { #expect(readResponse(pieces, to: method) == whole) }
        return whole.summary
    }

    @Test(arguments: MalformedResponses.all)
    func malformedResponseIsRefusedHoweverItArrives(_ text: String, _ error: HTTP1Error) {
        for pieces in arrivals(of: wire(text)) { #expect(readResponse(pieces) == .failed(error)) }
    }

    @Test func headBecomesStatusReasonAndFields() throws {
        let summary = try #require(
            self.summary("HTTP/1.1 404 Not  Found\u{E9}\tx\r\nServer: a\r\nContent-Length: 4\r\n\r\nrest")
        )
        #expect(summary.status == 404)
        #expect(summary.reason == "Not  Found\u{E9}\tx")
        #expect(summary.fields == [Field("server", "a"), Field("content-length", "4")])
        #expect(summary.kind == .final)
        #expect(summary.framing == .length(4))
        #expect(summary.keepAlive)
        #expect(summary.rest == "rest")
    }

    @Test(arguments: ["HTTP/1.1 200", "HTTP/1.1 200 "])
    func reasonMayBeMissing(_ line: String) {
        let summary = self.summary("\(line)\r\n\r\n")
        #expect(summary?.status == 200)
        #expect(summary?.reason == "")
    }

    @Test(arguments: [
        (100, ResponseHeadInfo.Kind.informational), (101, .switchingProtocols), (102, .informational),
        (103, .informational), (199, .informational), (200, .final), (304, .final), (599, .final),
    ])
    func statusDecidesTheKind(_ status: Int, _ kind: ResponseHeadInfo.Kind) {
        #expect(self.summary("HTTP/1.1 \(status) X\r\n\r\n")?.kind == kind)
    }

    @Test(arguments: [
        ("GET", 200, "Content-Length: 5\r\n", MessageFraming.length(5)),
        ("GET", 200, "Transfer-Encoding: chunked\r\n", .chunked),
        ("GET", 200, "", .untilClose),
        ("GET", 200, "Connection: close\r\n", .untilClose),
        ("GET", 205, "Content-Length: 0\r\n", .length(0)),
        ("GET", 204, "", .none),
        ("GET", 204, "Content-Length: 5\r\n", .none),
        ("GET", 204, "Transfer-Encoding: chunked\r\n", .none),
        ("GET", 304, "Content-Length: 5\r\n", .none),
        ("GET", 304, "Transfer-Encoding: chunked\r\n", .none),
        ("GET", 100, "", .none),
        ("GET", 101, "", .none),
        ("HEAD", 200, "Content-Length: 5\r\n", .none),
        ("HEAD", 200, "Transfer-Encoding: chunked\r\n", .none),
        ("HEAD", 200, "", .none),
        ("POST", 500, "", .untilClose),
        ("CONNECT", 200, "Content-Length: 5\r\n", .none),
        ("CONNECT", 403, "Content-Length: 5\r\n", .length(5)),
    ])
    func framingFollowsMethodStatusAndFields(
        _ method: String,
        _ status: Int,
        _ fields: String,
        _ framing: MessageFraming
    ) {
        let text = "HTTP/1.1 \(status) X\r\n\(fields)\r\n"
        #expect(self.summary(text, to: HTTPMethod(rawValue: method))?.framing == framing)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\n\r\n", false),
        ("HTTP/1.1 204 OK\r\n\r\n", true),
        ("HTTP/1.1 204 OK\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 204 OK\r\nContent-Length: 5\r\n\r\n", false),
        ("HTTP/1.1 204 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false),
        ("HTTP/1.1 304 OK\r\nContent-Length: 5\r\n\r\n", true),
        ("HTTP/1.1 101 OK\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", false),
    ])
    func connectionIsReusableOnlyWhenTheEndIsCertain(_ text: String, _ keepAlive: Bool) {
        #expect(self.summary(text)?.keepAlive == keepAlive)
    }

    @Test func contentLengthOfAnAnswerToHeadIsKnown() {
        #expect(self.summary("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", to: .head)?.contentLength == 5)
    }

    @Test func interimHeadsComeBeforeTheFinalOne() {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 No\r\n\r\n"
        var parser = ResponseHeadParser()
        var head = ResponseHead(status: 200)
        var buffer = ByteBuffer()
        var seen: [String] = []
        for byte in wire(text) {
            buffer.writeInteger(byte)
            let result = parser.parse(&buffer, into: &head, requestMethod: .post, limits: HeadLimits())
            if case .complete(let info) = result { seen.append("\(head.status) \(info.kind) \(head.headers.count)") }
        }
        #expect(seen == ["100 informational 0", "103 informational 1", "204 final 0"])
    }

    @Test(arguments: [
        ("Connection: Upgrade\r\nUpgrade: websocket\r\n", true), ("Upgrade: websocket\r\n", false),
        ("Connection: upgrade\r\nUpgrade: h2c\r\n", false),
    ])
    func switchToWebSocketMustBeNominated(_ fields: String, _ isWebSocket: Bool) {
        #expect(self.summary("HTTP/1.1 101 X\r\n\(fields)\r\n")?.isWebSocketUpgrade == isWebSocket)
    }
}
