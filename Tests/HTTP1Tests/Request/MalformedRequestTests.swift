import FilterAPI
import HTTP1
import NIOCore
import Testing

struct MalformedRequestTests {
    @Test(arguments: MalformedRequests.all)
    func malformedRequestIsRefusedHoweverItArrives(_ text: String, _ error: HTTP1Error) {
        for pieces in arrivals(of: wire(text)) {
            #expect(readRequest(pieces) == .failed(error), "\(pieces.first?.count ?? 0) bytes first")
        }
    }

    @Test func everyReasonHasItsStatus() {
        #expect(HTTP1Error.methodNotAllowed.status == 405)
        #expect(HTTP1Error.requestLineTooLong.status == 414)
        #expect(HTTP1Error.expectationFailed.status == 417)
        #expect(HTTP1Error.headerTooLarge.status == 431)
        #expect(HTTP1Error.tooManyFields.status == 431)
        let special: Set<HTTP1Error> = [
            .methodNotAllowed, .requestLineTooLong, .expectationFailed, .headerTooLarge, .tooManyFields,
        ]
        for error in HTTP1Error.allCases where !special.contains(error) { #expect(error.status == 400) }
    }

    @Test func everyDetailIsASnakeCaseNameOfTheCodec() {
        for error in HTTP1Error.allCases {
            #expect(error.detail.hasPrefix("http1."))
            #expect(error.detail.dropFirst(6).allSatisfy { $0.isLowercase || $0 == "_" })
        }
    }

    @Test(arguments: [
        ("GET /a/../b HTTP/2.0\r\n", "GET", "/b", ""),
        ("PUT /a HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n", "PUT", "/a", "h"),
        ("PUT /a HTTP/1.1\r\nX : y\r\nHost: h\r\n\r\n", "PUT", "/a", ""),
        ("PUT /%zz HTTP/1.1\r\n", "PUT", "", ""),
        ("P(T /a HTTP/1.1\r\n", "", "", ""),
        ("TRACE /a HTTP/1.1\r\n", "TRACE", "", ""),
        ("GET http://b/c HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "GET", "/c", "b"),
        ("\nGET", "", "", ""),
    ])
    func refusedHeadKeepsWhatWasUnderstood(_ text: String, _ method: String, _ target: String, _ host: String) {
        var parser = RequestHeadParser()
        var head = RequestHead(method: .delete, authority: "before", path: "/before")
        var buffer = ByteBuffer(bytes: wire(text))
        guard case .failed = parser.parse(&buffer, into: &head, limits: HeadLimits()) else {
            Issue.record("accepted")
            return
        }
        #expect(head.method.rawValue == method)
        #expect(head.path == target)
        #expect(head.authority == host)
    }
}

struct RefusalTests {
    private let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func refusedConnectionAcceptsNoFurtherRequest() {
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer(string: "GET /\r\n")
        _ = parser.parse(&buffer, into: &head, limits: HeadLimits())
        buffer = ByteBuffer(string: self.request)
        guard case .failed(.invalidRequestLine) = parser.parse(&buffer, into: &head, limits: HeadLimits()) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func refusedUpstreamIsNotReadFurther() {
        var parser = ResponseHeadParser()
        var head = ResponseHead(status: 200)
        for text in ["HTTP/1.1 x\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
            var buffer = ByteBuffer(string: text)
            let result = parser.parse(&buffer, into: &head, requestMethod: .get, limits: HeadLimits())
            guard case .failed(.invalidStatusLine) = result else {
                Issue.record("accepted")
                return
            }
        }
    }

    @Test(arguments: ["x\r\n", "0\r\nX\r\n", "1\r\naa"])
    func refusedBodyNeverEnds(_ text: String) {
        var decoder = BodyDecoder(.chunked)
        var outcome = BodyOutcome()
        var buffer = ByteBuffer(string: text)
        outcome.receive(from: &decoder, &buffer)
        let first = outcome.end
        buffer = ByteBuffer(string: "0\r\n\r\n")
        outcome.receive(from: &decoder, &buffer)
        #expect(outcome.end == first)
        #expect(first != .needMore && first != .ended)
    }
}
