import FilterAPI
import HTTP1
import NIOCore
import Testing

struct HopByHopFieldsTests {
    private func remaining(_ fields: String, _ direction: MessageDirection = .request) -> [String]? {
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        guard case .complete = parser.parse(&buffer, into: &head, limits: HeadLimits()) else { return nil }
        head.headers.removeHopByHopFields(of: direction)
        return head.headers.rawFields.map(\.description)
    }

    @Test(arguments: [
        ("", []),
        ("Accept: b\r\nX-Y: z\r\n", ["accept: b", "x-y: z"]),
        ("Connection: keep-alive\r\nAccept: b\r\n", ["accept: b"]),
        ("Accept: b\r\nConnection: close\r\nX: y\r\n", ["accept: b", "x: y"]),
        ("Keep-Alive: timeout=5\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n", []),
        ("TE: trailers\r\n", ["te: trailers"]),
        ("TE: Trailers\r\nConnection: TE\r\n", ["te: Trailers"]),
        ("TE: gzip\r\n", []),
        ("TE: trailers, deflate\r\n", []),
        ("X-A: 1\r\nx-B: 2\r\nX-C: 3\r\nConnection: x-a, X-C\r\n", ["x-b: 2"]),
        ("X-A: 1\r\nConnection: x-b\r\nX-B: 2\r\nConnection: x-a\r\nX-D: 4\r\n", ["x-d: 4"]),
        ("Connection: referer, x\r\nReferer: b\r\nX: c\r\nAccept: d\r\n", ["accept: d"]),
        ("X_A: 1\r\nX-B: 2\r\nContent_Length: 3\r\n", ["x-b: 2"]),
        ("Expect: 100-continue\r\nAccept: b\r\n", ["accept: b"]),
        ("X-A: 1\r\nX-A: 2\r\nAccept: b\r\nConnection: x-a\r\n", ["accept: b"]),
    ])
    func fieldsOfTheConnectionAreRemovedFromRequests(_ fields: String, _ expected: [String]) {
        #expect(self.remaining(fields) == ["host: a"] + expected)
    }

    @Test func responsesKeepNamesWithUnderscores() {
        #expect(self.remaining("X_A: 1\r\nConnection: close, x-b\r\nX-B: 2\r\n", .response) == ["host: a", "x_a: 1"])
    }
}
