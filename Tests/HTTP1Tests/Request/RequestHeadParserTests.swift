import FilterAPI
import HTTP1
import NIOCore
import Testing

struct RequestHeadParserTests {
    /// Parses the text in all ways in which it can arrive, and answers what all of them came to.
    private func summary(_ text: String) -> RequestSummary? {
        let whole = readRequest(text)
        for pieces in arrivals(of: wire(text)) { #expect(readRequest(pieces) == whole) }
        return whole.summary
    }

    @Test func headBecomesMethodTargetHostAndFields() throws {
        let summary = try #require(
            self.summary("POST /a/b?c=d HTTP/1.1\r\nHost: example.com:8080\r\nX-Y:  z \t\r\nEmpty:\r\n\r\nrest")
        )
        #expect(summary.method == "POST")
        #expect(summary.target == "/a/b?c=d")
        #expect(summary.host == "example.com:8080")
        #expect(summary.fields == [Field("host", "example.com:8080"), Field("x-y", "z"), Field("empty", "")])
        #expect(summary.version == .http11)
        #expect(summary.framing == .none)
        #expect(summary.keepAlive)
        #expect(!summary.expectsContinue)
        #expect(!summary.isAbsoluteForm)
        #expect(summary.rest == "rest")
    }

    @Test(arguments: [
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE", "get", "M-SEARCH", "PROPFIND",
        "X!#$%&'*+.^_`|~9",
    ])
    func methodIsAnyToken(_ method: String) {
        #expect(readRequest("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n").summary?.method == method)
    }

    @Test func methodIsEqualToTheNamedOne() {
        var parser = RequestHeadParser()
        var head = RequestHead()
        for method in [HTTPMethod.get, .head, .post, .put, .delete, .options, .patch, HTTPMethod(rawValue: "PURGE")] {
            var buffer = ByteBuffer(string: "\(method.rawValue) / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = parser.parse(&buffer, into: &head, limits: HeadLimits())
            #expect(head.method == method)
        }
    }

    @Test(arguments: [
        ("/", "/"), ("/a//b/./c/../d", "/a/b/d"), ("/%7Ea%2fb", "/~a%2Fb"), ("/a\\b?c\\d", "/a/b?c\\d"),
        ("/a?b=//../%zz|{}\"<>^`", "/a?b=//../%zz|{}\"<>^`"),
    ])
    func targetIsNormalised(_ raw: String, _ target: String) {
        #expect(self.summary("GET \(raw) HTTP/1.1\r\nHost: a\r\n\r\n")?.target == target)
    }

    @Test(arguments: [
        ("GET http://b HTTP/1.1", "b", "/"),
        ("GET HTTP://b:81/c/../d?e HTTP/1.1", "b:81", "/d?e"),
        ("GET https://b?e HTTP/1.1", "b", "/?e"),
        ("GET http://[::1]:80/ HTTP/1.1", "[::1]:80", "/"),
        ("OPTIONS http://b HTTP/1.1", "b", "*"),
        ("OPTIONS http://b/ HTTP/1.1", "b", "/"),
    ])
    func absoluteFormOverridesHost(_ line: String, _ host: String, _ target: String) throws {
        let summary = try #require(self.summary("\(line)\r\nX: y\r\nHost: a\r\n\r\n"))
        #expect(summary.host == host)
        #expect(summary.target == target)
        #expect(summary.fields == [Field("x", "y"), Field("host", host)])
        #expect(summary.isAbsoluteForm)
    }

    @Test func absoluteFormGivesHostToHTTP10() throws {
        let summary = try #require(self.summary("GET http://b/ HTTP/1.0\r\n\r\n"))
        #expect(summary.fields == [Field("host", "b")])
        #expect(summary.host == "b")
    }

    @Test func absoluteFormEqualToHostLeavesTheFieldUntouched() {
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer(string: "GET http://b/ HTTP/1.1\r\nHost: b\r\n\r\n")
        _ = parser.parse(&buffer, into: &head, limits: HeadLimits())
        #expect(head.headers.entries.allSatisfy { !$0.isEdit })
        #expect(head.authority == "b")
    }

    @Test func asteriskIsForOptions() {
        #expect(self.summary("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")?.target == "*")
    }

    @Test func hostMayBeMissingOnHTTP10() {
        #expect(self.summary("GET / HTTP/1.0\r\n\r\n")?.host == "")
    }

    @Test func oneEmptyLineBeforeEachHeadIsSkipped() {
        let text = "\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer()
        var targets: [String] = []
        for byte in wire(text) {
            buffer.writeInteger(byte)
            if case .complete = parser.parse(&buffer, into: &head, limits: HeadLimits()) { targets.append(head.path) }
        }
        #expect(targets == ["/1", "/2"])
        #expect(buffer.readableBytes == 0)
    }

    @Test func emptyLineIsConsumedSoThatTheConnectionIsIdle() {
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer(string: "\r\n")
        guard case .needMore = parser.parse(&buffer, into: &head, limits: HeadLimits()) else {
            Issue.record("no head was sent")
            return
        }
        #expect(buffer.readableBytes == 0)
        #expect(!parser.isInHead)
    }

    @Test func pipelinedRequestsDoNotMix() {
        let first = "GET /1 HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n"
        let second = "PUT /2 HTTP/1.0\r\nContent-Length: 3\r\n\r\n"
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer(string: first + second + "abc")
        _ = parser.parse(&buffer, into: &head, limits: HeadLimits())
        guard case .complete(let info) = parser.parse(&buffer, into: &head, limits: HeadLimits()) else {
            Issue.record("the second head is complete")
            return
        }
        let summary = RequestSummary(head, info, rest: buffer)
        #expect(summary.method == "PUT")
        #expect(summary.host == "")
        #expect(summary.fields == [Field("content-length", "3")])
        #expect(summary.framing == .length(3))
        #expect(!summary.keepAlive)
        #expect(summary.rest == "abc")
    }

    @Test func schemeBelongsToTheConnection() {
        var parser = RequestHeadParser()
        var head = RequestHead(scheme: .https)
        var buffer = ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = parser.parse(&buffer, into: &head, limits: HeadLimits())
        #expect(head.scheme == .https)
    }

    @Test func valuesMayHoldTabsAndBytesAboveASCII() {
        let summary = self.summary("GET / HTTP/1.1\r\nHost: a\r\nX: \t\u{80}\t\u{FF}b  c\t \r\n\r\n")
        #expect(summary?.fields.last == Field("x", "\u{80}\t\u{FF}b  c"))
    }
}
