import FilterAPI
import HTTP1
import NIOCore
import Testing

struct HeadWriterTests {
    private func request(_ text: String) throws -> RequestHead {
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer(bytes: wire(text))
        guard case .complete = parser.parse(&buffer, into: &head, limits: HeadLimits()) else { throw NotAHead() }
        return head
    }

    private func response(_ text: String) throws -> ResponseHead {
        var parser = ResponseHeadParser()
        var head = ResponseHead(status: 200)
        var buffer = ByteBuffer(bytes: wire(text))
        let result = parser.parse(&buffer, into: &head, requestMethod: .get, limits: HeadLimits())
        guard case .complete = result else { throw NotAHead() }
        return head
    }

    private func written(
        _ head: RequestHead,
        _ framing: HeadFraming = .none,
        _ connection: ConnectionDirective = .none
    ) -> String {
        var buffer = ByteBuffer(string: "before ")
        HeadWriter.writeRequest(head, framing: framing, connection: connection, into: &buffer)
        return String(buffer.text.unicodeScalars.dropFirst(7))
    }

    private func written(
        _ head: ResponseHead,
        _ framing: HeadFraming = .none,
        _ connection: ConnectionDirective = .none
    ) -> String {
        var buffer = ByteBuffer()
        HeadWriter.writeResponse(head, framing: framing, connection: connection, into: &buffer)
        return buffer.text
    }

    private struct NotAHead: Error {}

    @Test func untouchedRequestIsWrittenAsItCame() throws {
        let text = "PURGE /a?b HTTP/1.1\r\nHost: a\r\nX-Y:  \u{FF}z \t\r\nAccept: */*\r\nContent-Length: 05\r\n\r\n"
        #expect(try self.written(self.request(text), .unchanged) == text)
    }

    @Test func untouchedResponseIsWrittenAsItCame() throws {
        let text =
            "HTTP/1.1 299 Fine\u{E9} so\r\nServer:  a\r\nSet-Cookie: b\r\nset-cookie: c\r\nContent-Length: 5\r\n\r\n"
        #expect(try self.written(self.response(text), .unchanged) == text)
    }

    @Test(arguments: [
        (HeadFraming.none, ""),
        (.unchanged, ""),
        (.chunked, "transfer-encoding: chunked\r\n"),
        (.length(0), "content-length: 0\r\n"),
        (.length(9), "content-length: 9\r\n"),
        (.length(1_234_567), "content-length: 1234567\r\n"),
    ])
    func oneFramingIsWrittenWhateverWasReceived(_ framing: HeadFraming, _ line: String) throws {
        let head = try self.request("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\nX: y\r\n\r\n")
        #expect(self.written(head, framing) == "POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n\(line)\r\n")
    }

    @Test func receivedLengthIsReplacedWhenFramingIsComputedAnew() throws {
        let head = try self.request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX: y\r\n\r\n")
        let rest = "POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n"
        #expect(self.written(head, .none) == rest + "\r\n")
        #expect(self.written(head, .chunked) == rest + "transfer-encoding: chunked\r\n\r\n")
        #expect(self.written(head, .length(7)) == rest + "content-length: 7\r\n\r\n")
    }

    @Test func framingThatAFilterWroteIsNeverForwarded() {
        var head = RequestHead(authority: "a")
        head.headers.add(.contentLength, "5")
        head.headers.add(.transferEncoding, "chunked")
        #expect(self.written(head, .unchanged) == "GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        #expect(self.written(head, .length(1)) == "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n")
    }

    @Test(arguments: [
        (ConnectionDirective.none, ""),
        (.close, "connection: close\r\n"),
        (.keepAlive, "connection: keep-alive\r\n"),
        (.upgrade("websocket"), "connection: upgrade\r\nupgrade: websocket\r\n"),
        (.upgrade("a\r\nb: c"), "connection: upgrade\r\nupgrade: ab: c\r\n"),
    ])
    func connectionIsWhatTheCallerSays(_ connection: ConnectionDirective, _ lines: String) throws {
        let fields = "Connection: a\r\nKeep-Alive: b\r\nUpgrade: c\r\nProxy-Connection: d\r\n"
        let head = try self.response("HTTP/1.1 200 OK\r\n\(fields)Server: e\r\n\r\n")
        #expect(self.written(head, .none, connection) == "HTTP/1.1 200 OK\r\nServer: e\r\n\(lines)\r\n")
    }

    @Test func editsAreWrittenAmongReceivedFields() throws {
        var head = try self.request("GET /a HTTP/1.1\r\nA: 1\r\nHost: a\r\nB: 2\r\nC: 3\r\n\r\n")
        head.headers["b"] = "new"
        head.headers.add("D", "4")
        head.headers.add("E", "5")
        head.path = "/b"
        #expect(
            self.written(head) == "GET /b HTTP/1.1\r\nA: 1\r\nHost: a\r\nb: new\r\nC: 3\r\nd: 4\r\ne: 5\r\n\r\n"
        )
        head.headers.remove("a")
        head.headers.remove("d")
        #expect(self.written(head) == "GET /b HTTP/1.1\r\nHost: a\r\nb: new\r\nC: 3\r\ne: 5\r\n\r\n")
    }

    @Test func requestAlwaysHasOneHost() throws {
        #expect(try self.written(self.request("GET / HTTP/1.0\r\n\r\n")) == "GET / HTTP/1.1\r\nhost: \r\n\r\n")
        var head = try self.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        head.headers.add(.host, "b")
        #expect(self.written(head) == "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        head.headers.remove(.host)
        #expect(self.written(head) == "GET / HTTP/1.1\r\nhost: a\r\n\r\n")
    }

    @Test func absoluteFormIsWrittenAsOriginForm() throws {
        let head = try self.request("GET http://b//c HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n")
        #expect(self.written(head) == "GET /c HTTP/1.1\r\nhost: b\r\nX: y\r\n\r\n")
    }

    @Test(arguments: [
        (200, "OK"), (431, "Request Header Fields Too Large"), (504, "Gateway Timeout"), (299, ""), (599, ""),
    ])
    func statusMadeHereHasItsStandardReason(_ status: Int, _ reason: String) {
        #expect(self.written(ResponseHead(status: status)) == "HTTP/1.1 \(status) \(reason)\r\n\r\n")
    }

    @Test func statusThatWasChangedLosesTheReceivedReason() throws {
        var head = try self.response("HTTP/1.1 200 Fine\r\n\r\n")
        head.status = 404
        #expect(self.written(head) == "HTTP/1.1 404 Not Found\r\n\r\n")
    }

    @Test func headWithoutFieldsIsWritten() {
        #expect(self.written(ResponseHead(status: 204)) == "HTTP/1.1 204 No Content\r\n\r\n")
    }

    @Test func whatWasWrittenParsesToTheSameFields() throws {
        let text = "POST /a HTTP/1.1\r\nHost: a\r\nX:\ty\r\nEmpty:\r\nX: z\r\nContent-Length: 3\r\n\r\n"
        var head = try self.request(text)
        head.headers.add("added", "1")
        head.headers.add("content-type", "text/plain")
        let again = try self.request(self.written(head, .unchanged))
        #expect(again.headers.rawFields == head.headers.rawFields)
        #expect(again.path == head.path)
        #expect(again.method == head.method)
    }
}
