import TestSupport

/// Frames after the handshake, and how the gateway has to take them.
struct HTTP2ConformanceCase: Sendable, CustomStringConvertible {
    enum Outcome: Sendable {
        /// GOAWAY with this code, then the end of the connection.
        case goAway(UInt32)
        /// RST_STREAM of stream 1 with this code; the connection goes on.
        case reset(UInt32)
        /// A response to stream 1 with this status.
        case status(String)
        /// A response to stream 3, after stream 1 was reset.
        case nothing
    }

    let description: String
    let frames: [HTTP2TestFrame]
    let outcome: Outcome

    init(_ description: String, _ frames: [HTTP2TestFrame], _ outcome: Outcome) {
        self.description = description
        self.frames = frames
        self.outcome = outcome
    }

    static let noError: UInt32 = 0
    static let protocolError: UInt32 = 1
    static let flowControlError: UInt32 = 3
    static let streamClosed: UInt32 = 5
    static let frameSizeError: UInt32 = 6
    static let refusedStream: UInt32 = 7
    static let compressionError: UInt32 = 9
    static let enhanceYourCalm: UInt32 = 11
}

extension HTTP2ConformanceCase {
    private static let get = HTTP2Text.request()
    private static let post = HTTP2Text.request(method: "POST", path: "/ready")
    private static let open = HTTP2TestFrame.headers(1, post)
    private static let whole = HTTP2TestFrame.headers(1, get, endsStream: true)
    private typealias Kind = HTTP2TestFrame.Kind

    private static func raw(_ kind: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ size: Int = 0) -> HTTP2TestFrame
    {
        HTTP2TestFrame(kind: kind, flags: flags, stream: stream, payload: Array(repeating: 0, count: size))
    }

    /// Frames that break the rules of framing and of states (RFC 9113, sections 4 to 6).
    static let frames: [HTTP2ConformanceCase] = [
        .init(
            "DATA longer than a frame may be",
            [open, .data(1, Array(repeating: 0, count: 16_385))],
            .goAway(frameSizeError)
        ),
        .init("HEADERS longer than a frame may be", [raw(Kind.headers, 5, 1, 16_385)], .goAway(frameSizeError)),
        .init(
            "a header section cut by another frame",
            [.headers(1, get, endsHeaders: false), .ping()],
            .goAway(protocolError)
        ),
        .init(
            "a header section cut by an unknown frame",
            [.headers(1, get, endsHeaders: false), raw(0xEE)],
            .goAway(protocolError)
        ),
        .init(
            "a header section cut by another stream's",
            [.headers(1, get, endsHeaders: false), .continuation(3, [])],
            .goAway(protocolError)
        ),
        .init("CONTINUATION without HEADERS", [.continuation(1, get)], .goAway(protocolError)),
        .init("CONTINUATION after the end of the section", [open, .continuation(1, get)], .goAway(protocolError)),
        .init(
            "an index of the table that is not there",
            [.headers(1, [0xFF, 0xFF, 0x01], endsStream: true)],
            .goAway(compressionError)
        ),
        .init("the index zero", [.headers(1, [0x80], endsStream: true)], .goAway(compressionError)),
        .init("a cut header section", [.headers(1, [0x00, 0x05, 0x61], endsStream: true)], .goAway(compressionError)),
        .init(
            "a table larger than was allowed",
            [.headers(1, [0x3F, 0xE1, 0xFF, 0x03], endsStream: true)],
            .goAway(compressionError)
        ),
        .init("DATA on an idle stream", [.data(1, [1])], .goAway(protocolError)),
        .init("RST_STREAM on an idle stream", [.reset(1)], .goAway(protocolError)),
        .init("WINDOW_UPDATE on an idle stream", [.windowUpdate(1, 1)], .goAway(protocolError)),
        .init(
            "DATA on a stream that the client ended",
            [whole, .data(1, [1], endsStream: true)],
            .goAway(streamClosed)
        ),
        .init(
            "HEADERS on a stream that the client ended",
            [whole, .headers(1, get, endsStream: true)],
            .goAway(streamClosed)
        ),
        .init(
            "trailers after trailers",
            [open, .headers(1, [], endsStream: true), .headers(1, [], endsStream: true)],
            .goAway(streamClosed)
        ),
        .init("DATA on a stream that the client reset", [open, .reset(1), .data(1, [1])], .goAway(streamClosed)),
        .init(
            "HEADERS on a stream that the client reset",
            [open, .reset(1), .headers(1, get, endsStream: true)],
            .goAway(streamClosed)
        ),
        .init("a stream of an even number", [.headers(2, get, endsStream: true)], .goAway(protocolError)),
        .init(
            "a stream that was skipped",
            [.headers(5, get, endsStream: true), .headers(3, get, endsStream: true)],
            .goAway(protocolError)
        ),
        .init("HEADERS on stream 0", [.headers(0, get, endsStream: true)], .goAway(protocolError)),
        .init("DATA on stream 0", [.data(0, [1])], .goAway(protocolError)),
        .init("RST_STREAM on stream 0", [.reset(0)], .goAway(protocolError)),
        .init("PRIORITY on stream 0", [raw(Kind.priority, 0, 0, 5)], .goAway(protocolError)),
        .init("PRIORITY of a wrong length", [raw(Kind.priority, 0, 1, 4)], .goAway(frameSizeError)),
        .init("RST_STREAM of a wrong length", [open, raw(Kind.reset, 0, 1, 3)], .goAway(frameSizeError)),
        .init("SETTINGS on a stream", [raw(Kind.settings, 0, 1, 0)], .goAway(protocolError)),
        .init("SETTINGS of a wrong length", [raw(Kind.settings, 0, 0, 5)], .goAway(frameSizeError)),
        .init("an acknowledgement with settings", [raw(Kind.settings, 1, 0, 6)], .goAway(frameSizeError)),
        .init("push that is neither on nor off", [.settings([(2, 2)])], .goAway(protocolError)),
        .init("a window that is too large", [.settings([(4, 0x8000_0000)])], .goAway(flowControlError)),
        .init("frames that are too small", [.settings([(5, 16_383)])], .goAway(protocolError)),
        .init("frames that are too large", [.settings([(5, 16_777_216)])], .goAway(protocolError)),
        .init("PUSH_PROMISE", [raw(Kind.pushPromise, 4, 1, 4)], .goAway(protocolError)),
        .init("PING on a stream", [raw(Kind.ping, 0, 1, 8)], .goAway(protocolError)),
        .init("PING of a wrong length", [raw(Kind.ping, 0, 0, 6)], .goAway(frameSizeError)),
        .init("GOAWAY on a stream", [raw(Kind.goAway, 0, 1, 8)], .goAway(protocolError)),
        .init("WINDOW_UPDATE of a wrong length", [raw(Kind.windowUpdate, 0, 0, 3)], .goAway(frameSizeError)),
        .init("WINDOW_UPDATE by nothing", [.windowUpdate(0, 0)], .goAway(protocolError)),
        .init("a connection window that overflows", [.windowUpdate(0, 0x7FFF_FFFF)], .goAway(flowControlError)),
        .init(
            "padding longer than the frame",
            [open, HTTP2TestFrame(kind: Kind.data, flags: 8, stream: 1, payload: [9, 0])],
            .goAway(protocolError)
        ),
        .init("unknown frames and flags", [raw(0xEE, 0xFF, 0, 5), raw(0xEE, 0xFF, 7, 5), whole], .status("200")),
        .init(
            "PRIORITY, also of a stream on itself",
            [HTTP2TestFrame(kind: Kind.priority, stream: 1, payload: [0, 0, 0, 1, 9]), whole],
            .status("200")
        ),
        .init(
            "CONTINUATION",
            [
                .headers(1, Array(get.prefix(5)), endsStream: true, endsHeaders: false),
                .continuation(1, Array(get.dropFirst(5))),
            ],
            .status("200")
        ),
        .init("an unknown setting", [.settings([(0x99, 1)]), whole], .status("200")),
    ]

    private static func request(_ fields: [(String, String)], endsStream: Bool = true) -> [HTTP2TestFrame] {
        [.headers(1, HTTP2Text.section(fields), endsStream: endsStream)]
    }

    private static func with(_ fields: (String, String)...) -> [HTTP2TestFrame] {
        [.headers(1, HTTP2Text.request(fields), endsStream: true)]
    }

    private static let (m, s, p, a) = (
        (":method", "GET"), (":scheme", "http"), (":path", "/ready"), (":authority", "a.example")
    )

    /// Requests that are malformed, or that are answered without an upstream (RFC 9113, section 8).
    static let requests: [HTTP2ConformanceCase] = [
        .init("no method", request([s, p, a]), .reset(protocolError)),
        .init("no scheme", request([m, p, a]), .reset(protocolError)),
        .init("no path", request([m, s, a]), .reset(protocolError)),
        .init("an empty path", request([m, s, (":path", ""), a]), .reset(protocolError)),
        .init("a path without its slash", request([m, s, (":path", "ready"), a]), .reset(protocolError)),
        .init("two methods", request([m, m, s, p, a]), .reset(protocolError)),
        .init("two paths", request([m, s, p, p, a]), .reset(protocolError)),
        .init("two schemes", request([m, s, s, p, a]), .reset(protocolError)),
        .init("two authorities", request([m, s, p, a, a]), .reset(protocolError)),
        .init("an unknown pseudo field", request([m, s, p, a, (":color", "red")]), .reset(protocolError)),
        .init("a response's pseudo field", request([m, s, p, a, (":status", "200")]), .reset(protocolError)),
        .init("a pseudo field after the others", request([m, s, p, ("x", "y"), a]), .reset(protocolError)),
        .init("an empty section", request([]), .reset(protocolError)),
        .init("a method that is no token", request([(":method", "G T"), s, p, a]), .reset(protocolError)),
        .init("a name in upper case", with(("X-Case", "1")), .reset(protocolError)),
        .init("an empty name", with(("", "1")), .goAway(compressionError)),
        .init("a name with a colon", with(("x:y", "1")), .reset(protocolError)),
        .init("a name with a space", with(("x y", "1")), .reset(protocolError)),
        .init("CR in a value", with(("x", "a\rb")), .reset(protocolError)),
        .init("LF in a value", with(("x", "a\nb")), .reset(protocolError)),
        .init("NUL in a value", with(("x", "a\0b")), .reset(protocolError)),
        .init("CRLF in the path", request([m, s, (":path", "/ready\r\nx: y"), a]), .reset(protocolError)),
        .init("LF in the authority", request([m, s, p, (":authority", "a\nb")]), .reset(protocolError)),
        .init("white space before a value", with(("x", " a")), .reset(protocolError)),
        .init("white space after a value", with(("x", "a\t")), .reset(protocolError)),
        .init("connection", with(("connection", "close")), .reset(protocolError)),
        .init("keep-alive", with(("keep-alive", "timeout=5")), .reset(protocolError)),
        .init("proxy-connection", with(("proxy-connection", "close")), .reset(protocolError)),
        .init("transfer-encoding", with(("transfer-encoding", "chunked")), .reset(protocolError)),
        .init("upgrade", with(("upgrade", "websocket")), .reset(protocolError)),
        .init("te of anything but trailers", with(("te", "gzip")), .reset(protocolError)),
        .init("a host other than the authority", with(("host", "b.example")), .reset(protocolError)),
        .init("two hosts", with(("host", "a.example"), ("host", "a.example")), .reset(protocolError)),
        .init("a length that is no number", with(("content-length", "1x")), .reset(protocolError)),
        .init("two lengths", with(("content-length", "0"), ("content-length", "0")), .reset(protocolError)),
        .init("a length without a body", with(("content-length", "1")), .reset(protocolError)),
        .init(
            "a body longer than its length",
            [
                .headers(1, HTTP2Text.request(method: "POST", path: "/held", [("content-length", "1")])),
                .data(1, [1, 2]),
            ],
            .reset(protocolError)
        ),
        .init(
            "a body shorter than its length",
            [
                .headers(1, HTTP2Text.request(method: "POST", path: "/held", [("content-length", "3")])),
                .data(1, [1, 2], endsStream: true),
            ],
            .reset(protocolError)
        ),
        .init(
            "trailers that do not end the stream",
            [
                .headers(1, HTTP2Text.request(method: "POST", path: "/held")),
                .headers(1, HTTP2Text.section([("x", "y")])),
            ],
            .reset(protocolError)
        ),
        .init(
            "a pseudo field in trailers",
            [
                .headers(1, HTTP2Text.request(method: "POST", path: "/held")),
                .headers(1, HTTP2Text.section([(":path", "/")]), endsStream: true),
            ],
            .reset(protocolError)
        ),
        .init(
            "a stream window that overflows",
            [.headers(1, HTTP2Text.request(method: "POST", path: "/held")), .windowUpdate(1, 0x7FFF_FFFF)],
            .reset(flowControlError)
        ),
        .init("te of trailers", with(("te", "trailers")), .status("200")),
        .init("the authority as host too", with(("host", "A.example")), .status("200")),
        .init("a host alone", request([m, s, p, ("host", "a.example")]), .status("200")),
        .init("no host at all", request([m, s, p]), .status("400")),
        .init("an authority with user information", request([m, s, p, (":authority", "u@a")]), .status("400")),
        .init("a broken escape", request([m, s, (":path", "/%zz"), a]), .status("400")),
        .init("an escaped NUL", request([m, s, (":path", "/%00"), a]), .status("400")),
        .init("a path in another form of the same", request([m, s, (":path", "/x/..//%72eady"), a]), .status("200")),
        .init("CONNECT", request([(":method", "CONNECT"), (":authority", "a:1")]), .status("405")),
        .init("TRACE", request([(":method", "TRACE"), s, p, a]), .status("405")),
        .init("an expectation that nobody knows", with(("expect", "magic")), .status("417")),
        .init(
            "a path that is too long",
            request([m, s, (":path", "/" + String(repeating: "a", count: 9000)), a]),
            .status("414")
        ),
        .init(
            "a field that is too long",
            [.headers(1, HTTP2Text.request(), endsStream: true, endsHeaders: false)]
                + (0..<5).map {
                    .continuation(
                        1,
                        HTTP2Text.section([("x\($0)", String(repeating: "a", count: 13_000))]),
                        endsHeaders: $0 == 4
                    )
                },
            .status("431")
        ),
        .init(
            "too many fields",
            [.headers(1, HTTP2Text.request((0..<120).map { ("x\($0)", "y") }), endsStream: true)],
            .status("431")
        ),
    ]
}
