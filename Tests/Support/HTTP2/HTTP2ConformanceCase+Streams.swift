// Streams and their states: RFC 9113, sections 5 and 6.10, and 5.3.1 of RFC 7540.
extension HTTP2ConformanceCase {
    private static let after = Frame.headers(3, HTTP2Text.request(), endsStream: true)

    /// Frames that do not fit the state of their stream.
    static let streams: [HTTP2ConformanceCase] = [
        .init("5.1", "idle: DATA", [.data(1, [1], endsStream: true)], .goAway(protocolError)),
        .init("5.1", "idle: RST_STREAM", [.reset(1)], .goAway(protocolError)),
        .init("5.1", "idle: WINDOW_UPDATE", [.windowUpdate(1, 100)], .goAway(protocolError)),
        .init("5.1", "idle: CONTINUATION", [.continuation(1, get)], .goAway(protocolError)),
        .init("5.1", "idle: PRIORITY", [priority(1, dependency: 0)], .goesOn),
        .init("5.1", "idle, of the gateway: DATA", [.data(2, [1])], .goAway(protocolError)),
        .init("5.1", "idle, of the gateway: RST_STREAM", [.reset(2)], .goAway(protocolError)),
        .init("5.1", "idle, of the gateway: WINDOW_UPDATE", [.windowUpdate(2, 1)], .goAway(protocolError)),
        .init("5.1", "half-closed: DATA", [waiting, .data(1, [1], endsStream: true)], .reset(streamClosed)),
        .init("5.1", "half-closed: HEADERS", [waiting, whole], .reset(streamClosed)),
        .init("5.1", "half-closed: trailers", [waiting, .headers(1, [], endsStream: true)], .reset(streamClosed)),
        .init(
            "5.1",
            "half-closed: trailers whose fields later sections name",
            [waiting, .headers(1, [0x40] + HTTP2Text.string("x-a") + HTTP2Text.string("b"), endsStream: true)]
                + [.headers(3, get + [0xBE], endsStream: true)],
            .laterStatus("200")
        ),
        .init("5.1", "half-closed: CONTINUATION", [waiting, .continuation(1, get)], .goAway(protocolError)),
        .init("5.1", "half-closed: PRIORITY", [waiting, priority(1, dependency: 0), after], .laterStatus("200")),
        .init("5.1", "half-closed: RST_STREAM", [waiting, .reset(1), after], .laterStatus("200")),
        .init("5.1", "half-closed: trailers after trailers", [held, end, end], .reset(streamClosed)),
        .init(
            "5.1",
            "half-closed: WINDOW_UPDATE",
            [.settings([(4, 0)]), whole, .windowUpdate(1, 1)],
            .dataLengths([1])
        ),
        .init("5.1", "reset by the client: DATA", [held, .reset(1), .data(1, [1])], .goAway(streamClosed)),
        .init("5.1", "reset by the client: HEADERS", [held, .reset(1), whole], .goAway(streamClosed)),
        .init(
            "5.1",
            "reset by the client: CONTINUATION",
            [held, .reset(1), .continuation(1, get)],
            .goAway(protocolError)
        ),
        .init("5.1", "reset by the client: RST_STREAM", [held, .reset(1), .reset(1)], .goesOn),
        .init("5.1", "reset by the client: WINDOW_UPDATE", [held, .reset(1), .windowUpdate(1, 1)], .goesOn),
        .init("5.1", "reset by the client: PRIORITY", [held, .reset(1), priority(1, dependency: 0)], .goesOn),
        .init("5.1", "closed: DATA", closed(then: .data(1, [1], endsStream: true)), .goAway(streamClosed)),
        .init("5.1", "closed: HEADERS", closed(then: whole), .goAway(streamClosed)),
        .init("5.1", "closed: CONTINUATION", closed(then: .continuation(1, get)), .goAway(protocolError)),
        .init("5.1", "closed: PRIORITY", closed(then: priority(1, dependency: 0)), .goesOn),
        .init("5.1", "closed: WINDOW_UPDATE", closed(then: .windowUpdate(1, 1)), .goesOn),
        .init("5.1", "closed: RST_STREAM", closed(then: .reset(1)), .goesOn),
        .init(
            "5.1",
            "reset by the gateway: DATA",
            refused(then: [.data(1, [1]), .data(1, [], endsStream: true)]),
            .goesOn
        ),
        .init("5.1", "reset by the gateway: trailers", refused(then: [.data(1, [1]), end]), .goesOn),
        .init("5.1", "reset by the gateway: trailers in parts", refused(then: endInParts), .goesOn),
        .init("5.1", "reset by the gateway: WINDOW_UPDATE", refused(then: [.windowUpdate(1, 1)]), .goesOn),
        .init("5.1", "reset by the gateway: RST_STREAM", refused(then: [.reset(1)]), .goesOn),
        .init(
            "5.1",
            "reset by the gateway: trailers whose fields later sections name",
            refused(then: [
                .headers(1, [0x40] + HTTP2Text.string("x-a") + HTTP2Text.string("b"), endsStream: true),
                .headers(3, get + [0xBE], endsStream: true),
            ]),
            .laterStatus("200")
        ),
        .init(
            "5.1",
            "reset by the gateway: DATA after its end",
            refused(then: [end, .data(1, [1])]),
            .goAway(streamClosed)
        ),
        .init("5.1", "reset by the gateway: HEADERS after its end", refused(then: [end, end]), .goAway(streamClosed)),
        .init(
            "5.1",
            "reset by the gateway over its last DATA: DATA",
            reset(by: [.headers(1, postOfThree), .data(1, [1], endsStream: true)], then: .data(1, [1])),
            .goAway(streamClosed)
        ),
        .init(
            "5.1",
            "reset by the gateway over its trailers: DATA",
            reset(
                by: [held, .headers(1, HTTP2Text.section([("X", "y")]), endsStream: true)],
                then: .data(1, [1])
            ),
            .goAway(streamClosed)
        ),
        .init(
            "5.1",
            "reset by the gateway over its last DATA, in parts: another stream",
            [
                .send([.headers(1, postOfThree)]),
                .sendBytes(Array(Frame.data(1, [1, 2, 3, 4], endsStream: true).bytes.prefix(11))),
                .untilReset(1), .sendBytes([3, 4] + after.bytes),
            ],
            .laterStatus("200")
        ),
        .init("5.1.1", "a stream of an even number", [.headers(2, get, endsStream: true)], .goAway(protocolError)),
        .init(
            "5.1.1",
            "a stream that was skipped",
            [.headers(5, get, endsStream: true), .headers(3, get, endsStream: true)],
            .goAway(protocolError)
        ),
        .init(
            "5.1.1",
            "DATA of a stream that was skipped",
            [.headers(5, get, endsStream: true), .data(3, [1])],
            .goAway(protocolError)
        ),
        .init("5.3.1", "HEADERS of a stream that depends on itself", [dependent(on: 1)], .reset(protocolError)),
        .init("5.3.1", "HEADERS of a stream that depends on another", [dependent(on: 3)], .status("200")),
        .init("5.3.1", "PRIORITY of a stream on itself", [priority(1, dependency: 1)], .goAway(protocolError)),
        .init(
            "5.3.1",
            "PRIORITY of an open stream on itself",
            [held, priority(1, dependency: 0x8000_0001)],
            .reset(protocolError)
        ),
    ]

    /// Header sections in several frames (section 6.10).
    static let sections: [HTTP2ConformanceCase] = [
        .init("4.3 (6.2)", "cut by PRIORITY", [begun, priority(1, dependency: 0), rest], .goAway(protocolError)),
        .init("4.3 (6.2)", "cut by another stream's HEADERS", [begun, after, rest], .goAway(protocolError)),
        .init("6.10", "cut by PING", [begun, .ping()], .goAway(protocolError)),
        .init(
            "6.10",
            "cut by DATA",
            [begun, .continuation(1, [], endsHeaders: false), .data(1, [1])],
            .goAway(protocolError)
        ),
        .init("6.10", "cut by RST_STREAM", [begun, .reset(1)], .goAway(protocolError)),
        .init("6.10", "cut by SETTINGS", [begun, .settings()], .goAway(protocolError)),
        .init("6.10", "cut by WINDOW_UPDATE", [begun, .windowUpdate(0, 1)], .goAway(protocolError)),
        .init("6.10", "cut by the same stream's HEADERS", [begun, whole], .goAway(protocolError)),
        .init("5.5", "cut by an unknown frame", [begun, raw(0x16, 0, 0, 8), rest], .goAway(protocolError)),
        .init("6.10", "cut by another stream's CONTINUATION", [begun, .continuation(3, [])], .goAway(protocolError)),
        .init("6.10", "CONTINUATION on stream 0", [begun, .continuation(0, [])], .goAway(protocolError)),
        .init("6.10", "CONTINUATION after the end of HEADERS", [held, .continuation(1, get)], .goAway(protocolError)),
        .init(
            "6.10",
            "CONTINUATION after the end of CONTINUATION",
            [begunHeld, restHeld, restHeld],
            .goAway(protocolError)
        ),
        .init("6.10", "CONTINUATION after DATA", [held, .data(1, [1]), .continuation(1, get)], .goAway(protocolError)),
        .init("6.10", "CONTINUATION", [begun, rest], .status("200")),
        .init(
            "6.10",
            "CONTINUATION of single bytes, and of none",
            [.headers(1, [], endsStream: true, endsHeaders: false)]
                + HTTP2Text.section([(":method", "GET")]).prefix(10).map { .continuation(1, [$0], endsHeaders: false) }
                + [
                    .continuation(1, Array(get.dropFirst(10)), endsHeaders: false), .continuation(1, []),
                ],
            .status("200")
        ),
        .init(
            "6.2",
            "HEADERS with padding and priority, and CONTINUATION",
            [
                raw(Kind.headers, 0x29, 1, [2, 0, 0, 0, 0, 9] + get.prefix(7) + [0, 0]),
                .continuation(1, Array(get.dropFirst(7))),
            ],
            .status("200")
        ),
    ]

    /// Stream errors leave other streams alone (section 5.4.2).
    static let streamErrors: [HTTP2ConformanceCase] = [
        .init(
            "5.4.2",
            "an error of one stream",
            [.headers(1, HTTP2Text.request([("X", "y")]), endsStream: true), after],
            .laterStatus("200")
        ),
        .init("5.4.2", "an error of an open stream", [held, .windowUpdate(1, 0), after], .laterStatus("200")),
    ]

    private static let end = Frame.headers(1, HTTP2Text.section([("x-end", "1")]), endsStream: true)
    private static let endInParts = [
        Frame.headers(1, [0], endsStream: true, endsHeaders: false),
        .continuation(1, Array(HTTP2Text.section([("x-end", "1")]).dropFirst())),
    ]
    private static let begun = Frame.headers(1, Array(get.prefix(5)), endsStream: true, endsHeaders: false)
    private static let rest = Frame.continuation(1, Array(get.dropFirst(5)))
    private static let begunHeld = Frame.headers(1, Array(held.payload.prefix(5)), endsHeaders: false)
    private static let restHeld = Frame.continuation(1, Array(held.payload.dropFirst(5)))

    private static func dependent(on stream: UInt32) -> Frame {
        raw(Kind.headers, 0x25, 1, stream.bigEndianBytes + [15] + get)
    }

    /// Stream 1 was answered to its end.
    private static func closed(then frame: Frame) -> [Step] { [.send([whole]), .untilResponse(1), .send([frame])] }

    private static let postOfThree = HTTP2Text.request(method: "POST", path: "/held", [("content-length", "3")])

    /// The gateway has reset stream 1 over frames that end its request.
    private static func reset(by frames: [Frame], then frame: Frame) -> [Step] {
        [.send(frames), .untilReset(1), .send([frame])]
    }

    /// The gateway has reset stream 1, whose request goes on.
    private static func refused(then frames: [Frame]) -> [Step] {
        [.send([.headers(1, HTTP2Text.request(method: "POST", [("X", "y")]))]), .untilReset(1), .send(frames)]
    }
}
