// Requests: RFC 9113, section 8, and 8.1.2 of RFC 7540.
extension HTTP2ConformanceCase {
    private static let (m, s, p, a) = (
        (":method", "GET"), (":scheme", "http"), (":path", "/ready"), (":authority", "a.example")
    )
    private static func post(_ fields: (String, String)...) -> Frame {
        .headers(1, HTTP2Text.request(method: "POST", path: "/held", fields))
    }

    /// Malformed requests.
    static let malformed: [HTTP2ConformanceCase] = [
        .init(
            "8.1 (8.1)",
            "trailers that do not end the stream",
            [post(), .data(1, [1]), .headers(1, HTTP2Text.section([("x", "y")]))],
            .reset(protocolError)
        ),
        .init(
            "8.1",
            "a pseudo field in trailers",
            [post(), .data(1, [1]), .headers(1, HTTP2Text.section([(":path", "/")]), endsStream: true)],
            .reset(protocolError)
        ),
        .init(
            "8.1",
            "a name in upper case in trailers",
            [post(), .headers(1, HTTP2Text.section([("X-End", "1")]), endsStream: true)],
            .reset(protocolError)
        ),
        .init(
            "8.1",
            "LF in trailers",
            [post(), .headers(1, HTTP2Text.section([("x", "a\nb")]), endsStream: true)],
            .reset(protocolError)
        ),
        .init(
            "8.1",
            "transfer-encoding in trailers",
            [post(), .headers(1, HTTP2Text.section([("transfer-encoding", "chunked")]), endsStream: true)],
            .reset(protocolError)
        ),
        .init(
            "8.1.1 (8.1.2.6)",
            "a body longer than its length",
            [post(("content-length", "1")), .data(1, [1, 2])],
            .reset(protocolError)
        ),
        .init(
            "8.1.1 (8.1.2.6)",
            "a body shorter than its length",
            [post(("content-length", "3")), .data(1, [1, 2], endsStream: true)],
            .reset(protocolError)
        ),
        .init(
            "8.1.1 (8.1.2.6)",
            "a body in parts longer than its length",
            [post(("content-length", "5")), .data(1, [1, 2, 3, 4]), .data(1, [1, 2], endsStream: true)],
            .reset(protocolError)
        ),
        .init(
            "8.1.1",
            "a body shorter than its length, with trailers",
            [
                post(("content-length", "3")), .data(1, [1]),
                .headers(1, HTTP2Text.section([("x", "y")]), endsStream: true),
            ],
            .reset(protocolError)
        ),
        .init("8.1.1", "a length without a body", with(("content-length", "1")), .reset(protocolError)),
        .init("8.1.1", "a length that is no number", with(("content-length", "1x")), .reset(protocolError)),
        .init("8.1.1", "a signed length", with(("content-length", "+0")), .reset(protocolError)),
        .init(
            "8.1.1",
            "a length that overflows",
            with(("content-length", "99999999999999999999")),
            .reset(protocolError)
        ),
        .init("8.1.1", "an empty length", with(("content-length", "")), .reset(protocolError)),
        .init("8.1.1", "two lengths", with(("content-length", "0"), ("content-length", "0")), .reset(protocolError)),
        .init("8.2.1 (8.1.2)", "a name in upper case", with(("X-Case", "1")), .reset(protocolError)),
        .init("8.2.1", "an empty name", with(("", "1")), .reset(protocolError)),
        .init("8.2.1", "an empty name and value", with(("", "")), .reset(protocolError)),
        .init("8.2.1", "a name with a colon", with(("x:y", "1")), .reset(protocolError)),
        .init("8.2.1", "a name with a space", with(("x y", "1")), .reset(protocolError)),
        .init("8.2.1", "a name with NUL", with(("x\0y", "1")), .reset(protocolError)),
        .init("8.2.1", "a name with LF", with(("x\ny", "1")), .reset(protocolError)),
        .init("8.2.1", "a name with DEL", with(("x\u{7F}", "1")), .reset(protocolError)),
        .init(
            "8.2.1",
            "a name with a byte above 0x7F",
            request(then: HTTP2Text.section([0x78, 0xFC], [0x31])),
            .reset(protocolError)
        ),
        .init("8.2.1", "CR in a value", with(("x", "a\rb")), .reset(protocolError)),
        .init("8.2.1", "LF in a value", with(("x", "a\nb")), .reset(protocolError)),
        .init(
            "8.2.1",
            "CRLF and a request in a value",
            with(("x", "a\r\n\r\nGET / HTTP/1.1\r\n\r\n")),
            .reset(protocolError)
        ),
        .init("8.2.1", "NUL in a value", with(("x", "a\0b")), .reset(protocolError)),
        .init("8.2.1", "a control character in a value", with(("x", "a\u{1}b")), .reset(protocolError)),
        .init("8.2.1", "DEL in a value", with(("x", "a\u{7F}b")), .reset(protocolError)),
        .init("8.2.1", "a space before a value", with(("x", " a")), .reset(protocolError)),
        .init("8.2.1", "a tab after a value", with(("x", "a\t")), .reset(protocolError)),
        .init("8.2.1", "a value of a space", with(("x", " ")), .reset(protocolError)),
        .init("8.2.1", "CRLF in the path", request([m, s, (":path", "/ready\r\nx: y"), a]), .reset(protocolError)),
        .init("8.2.1", "LF in the authority", request([m, s, p, (":authority", "a\nb")]), .reset(protocolError)),
        .init("8.2.1", "LF in the method", request([(":method", "GET\nX"), s, p, a]), .reset(protocolError)),
        .init("8.2.1", "LF in the scheme", request([m, (":scheme", "http\n"), p, a]), .reset(protocolError)),
        .init("8.2.1", "LF in a cookie", with(("cookie", "a\nb")), .reset(protocolError)),
        .init("8.2.2 (8.1.2.2)", "connection", with(("connection", "keep-alive")), .reset(protocolError)),
        .init("8.2.2", "keep-alive", with(("keep-alive", "timeout=5")), .reset(protocolError)),
        .init("8.2.2", "proxy-connection", with(("proxy-connection", "close")), .reset(protocolError)),
        .init("8.2.2", "transfer-encoding", with(("transfer-encoding", "chunked")), .reset(protocolError)),
        .init("8.2.2", "upgrade", with(("upgrade", "websocket")), .reset(protocolError)),
        .init(
            "8.2.2 (8.1.2.2)",
            "te of anything but trailers",
            with(("te", "trailers, deflate;q=0.5")),
            .reset(protocolError)
        ),
        .init(
            "8.3 (8.1.2.1)",
            "an unknown pseudo field",
            request([m, s, p, a, (":test", "ok")]),
            .reset(protocolError)
        ),
        .init(
            "8.3 (8.1.2.1)",
            "a response's pseudo field",
            request([m, s, p, a, (":status", "200")]),
            .reset(protocolError)
        ),
        .init(
            "8.3 (8.1.2.1)",
            "a pseudo field after the others",
            request([m, s, p, ("x", "y"), a]),
            .reset(protocolError)
        ),
        .init(
            "8.3",
            "a pseudo field of nothing but a colon",
            request([m, s, p, a, (":", "x")]),
            .reset(protocolError)
        ),
        .init("8.3", "an empty section", request([]), .reset(protocolError)),
        .init("8.3.1 (8.1.2.3)", "no method", request([s, p, a]), .reset(protocolError)),
        .init("8.3.1", "an empty method", request([(":method", ""), s, p, a]), .reset(protocolError)),
        .init("8.3.1", "a method that is no token", request([(":method", "G T"), s, p, a]), .reset(protocolError)),
        .init("8.3.1 (8.1.2.3)", "no scheme", request([m, p, a]), .reset(protocolError)),
        .init("8.3.1 (8.1.2.3)", "no path", request([m, s, a]), .reset(protocolError)),
        .init("8.3.1 (8.1.2.3)", "an empty path", request([m, s, (":path", ""), a]), .reset(protocolError)),
        .init("8.3.1", "a path without its slash", request([m, s, (":path", "ready"), a]), .reset(protocolError)),
        .init("8.3.1", "an asterisk with GET", request([m, s, (":path", "*"), a]), .reset(protocolError)),
        .init(
            "8.3.1",
            "a path in absolute form",
            request([m, s, (":path", "http://a/ready"), a]),
            .reset(protocolError)
        ),
        .init("8.3.1 (8.1.2.3)", "two methods", request([m, m, s, p, a]), .reset(protocolError)),
        .init("8.3.1 (8.1.2.3)", "two schemes", request([m, s, s, p, a]), .reset(protocolError)),
        .init("8.3.1 (8.1.2.3)", "two paths", request([m, s, p, p, a]), .reset(protocolError)),
        .init("8.3.1", "two authorities", request([m, s, p, a, a]), .reset(protocolError)),
        .init("8.3.1", "a host other than the authority", with(("host", "b.example")), .reset(protocolError)),
        .init("8.3.1", "two hosts", with(("host", "a.example"), ("host", "a.example")), .reset(protocolError)),
        .init(
            "8.5",
            "CONNECT with a path",
            request([(":method", "CONNECT"), (":authority", "a:1"), p]),
            .reset(protocolError)
        ),
        .init(
            "8.5",
            "CONNECT with a scheme",
            request([(":method", "CONNECT"), (":authority", "a:1"), s]),
            .reset(protocolError)
        ),
        .init("8.5", "CONNECT without an authority", request([(":method", "CONNECT")]), .reset(protocolError)),
    ]

    /// Requests that are answered without an upstream, as over HTTP/1.
    static let refused: [HTTP2ConformanceCase] = [
        .init("8.3.1", "no host at all", request([m, s, p]), .status("400")),
        .init("8.3.1", "an empty authority", request([m, s, p, (":authority", "")]), .status("400")),
        .init(
            "8.3.1",
            "an authority with user information",
            request([m, s, p, (":authority", "u@a")]),
            .status("400")
        ),
        .init("8.3.1", "an authority with a path", request([m, s, p, (":authority", "a/b")]), .status("400")),
        .init("8.3.1", "a list as host", request([m, s, p, ("host", "a, b")]), .status("400")),
        .init("8.3.1", "an unknown scheme", request([m, (":scheme", "ftp"), p, a]), .status("400")),
        .init("8.3.1", "a broken escape", request([m, s, (":path", "/%zz"), a]), .status("400")),
        .init("8.3.1", "an escaped NUL", request([m, s, (":path", "/%00"), a]), .status("400")),
        .init("8.3.1", "overlong UTF-8", request([m, s, (":path", "/%c0%ae"), a]), .status("400")),
        .init("8.3.1", "a space in the path", request([m, s, (":path", "/a b"), a]), .status("400")),
        .init("8.3.1", "a fragment", request([m, s, (":path", "/a#b"), a]), .status("400")),
        .init("8.3.1", "a path with a byte above 0x7F", request([m, s, (":path", "/ü"), a]), .status("400")),
        .init("8.5", "CONNECT", request([(":method", "CONNECT"), (":authority", "a:1")]), .status("405")),
        .init("8.3.1", "TRACE", request([(":method", "TRACE"), s, p, a]), .status("405")),
        .init("8.1", "an expectation that nobody knows", with(("expect", "magic")), .status("417")),
        .init(
            "8.3.1",
            "a path that is too long",
            request([m, s, (":path", "/" + String(repeating: "a", count: 9000)), a]),
            .status("414")
        ),
        .init(
            "10.5.1",
            "too many fields",
            [.headers(1, HTTP2Text.request((0..<120).map { ("x\($0)", "y") }), endsStream: true)],
            .status("431")
        ),
        .init(
            "10.5.1",
            "fields that are too long",
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
    ]

    /// Requests that are as they should be.
    static let served: [HTTP2ConformanceCase] = [
        .init("8.1", "GET", [whole], .status("200")),
        .init("8.1", "HEAD", request([(":method", "HEAD"), s, p, a]), .status("200")),
        .init(
            "8.1",
            "POST",
            [.headers(1, HTTP2Text.request(method: "POST")), .data(1, [1, 2], endsStream: true)],
            .status("200")
        ),
        .init(
            "8.1",
            "POST in parts",
            [.headers(1, HTTP2Text.request(method: "POST")), .data(1, [1]), .data(1, [2], endsStream: true)],
            .status("200")
        ),
        .init(
            "8.1",
            "POST with trailers",
            [
                .headers(1, HTTP2Text.request(method: "POST")), .data(1, [1]),
                .headers(1, HTTP2Text.section([("x-test", "ok")]), endsStream: true),
            ],
            .status("200")
        ),
        .init(
            "6.1",
            "DATA with padding",
            [.headers(1, HTTP2Text.request(method: "POST")), raw(Kind.data, 9, 1, [5, 1, 2, 0, 0, 0, 0, 0])],
            .status("200")
        ),
        .init(
            "6.1",
            "DATA of nothing but padding",
            [.headers(1, HTTP2Text.request(method: "POST")), raw(Kind.data, 9, 1, [2, 0, 0])],
            .status("200")
        ),
        .init("6.2", "HEADERS with padding", [raw(Kind.headers, 0xD, 1, [3] + get + [0, 0, 0])], .status("200")),
        .init("6.2", "HEADERS with priority", [raw(Kind.headers, 0x25, 1, [0, 0, 0, 0, 255] + get)], .status("200")),
        .init("8.2.2", "te of trailers", with(("te", "trailers")), .status("200")),
        .init("8.2.1", "an empty value", with(("x", "")), .status("200")),
        .init("8.2.1", "a tab within a value", with(("x", "a\tb")), .status("200")),
        .init(
            "8.2.1",
            "a value with bytes that are no UTF-8",
            request(then: HTTP2Text.section([0x78], [0x66, 0xFC, 0x72])),
            .status("200")
        ),
        .init("8.2.3", "cookies apart", with(("cookie", "a=1"), ("cookie", "b=2")), .status("200")),
        .init("8.3.1", "the authority as host too", with(("host", "A.example")), .status("200")),
        .init("8.3.1", "a host alone", request([m, s, p, ("host", "a.example")]), .status("200")),
        .init(
            "8.3.1",
            "a path in another form of the same",
            request([m, s, (":path", "/x/..//%72eady"), a]),
            .status("200")
        ),
        .init("8.1.1", "a length of nothing", with(("content-length", "0")), .status("200")),
        .init(
            "8.1.1",
            "a body as long as its length",
            [
                .headers(1, HTTP2Text.request(method: "POST", [("content-length", "3")])), .data(1, [1, 2]),
                .data(1, [3], endsStream: true),
            ],
            .status("200")
        ),
    ]

    /// Priorities in all their forms mean nothing (section 5.3.2).
    static let accepted: [HTTP2ConformanceCase] = [
        .init("5.3", "PRIORITY of weight 1", [priority(1, dependency: 0, weight: 0), whole], .status("200")),
        .init("5.3", "PRIORITY of weight 256", [priority(1, dependency: 0, weight: 255), whole], .status("200")),
        .init("5.3", "PRIORITY on another stream", [priority(3, dependency: 1), whole], .status("200")),
        .init("5.3", "PRIORITY that excludes others", [priority(1, dependency: 0x8000_0000), whole], .status("200")),
        .init("5.3", "PRIORITY of a higher stream first", [priority(9, dependency: 0), whole], .status("200")),
    ]
}
