// Frames: RFC 9113, sections 4 and 6.
extension HTTP2ConformanceCase {
    /// Frames that end the connection whatever streams there are.
    static let frames: [HTTP2ConformanceCase] = [
        .init("4.1", "an unknown frame", [raw(0x16, 0, 0, 8)], .goesOn),
        .init("4.1", "unknown flags", [raw(Kind.ping, 0x16, 0, 8)], .goesOn),
        .init("4.1", "the reserved bit of a stream", [raw(Kind.ping, 0, 0x8000_0000, 8)], .goesOn),
        .init("4.2", "DATA as long as it may be", [held, .data(1, zeros(16_384))], .goesOn),
        .init("4.2", "DATA longer than a frame may be", [held, .data(1, zeros(16_385))], .goAway(frameSizeError)),
        .init("4.2", "HEADERS longer than a frame may be", [raw(Kind.headers, 5, 1, 16_385)], .goAway(frameSizeError)),
        .init("4.2", "an unknown frame longer than a frame may be", [raw(0xEE, 0, 0, 16_385)], .goAway(frameSizeError)),
        .init("5.4.1", "an invalid PING", [raw(Kind.ping, 0, 3, 8)], .goAway(protocolError)),
        .init(
            "5.5",
            "unknown frames and flags",
            [raw(0xEE, 0xFF, 0, 5), raw(0xEE, 0xFF, 7, 5), whole],
            .status("200")
        ),
        .init("5.5", "frames of extensions", [raw(0xA, 0, 0, 4), raw(0xC, 0, 0, 4), whole], .status("200")),
        .init("6.1", "DATA on stream 0", [.data(0, [1])], .goAway(protocolError)),
        .init(
            "6.1",
            "padding longer than DATA",
            [held, raw(Kind.data, 9, 1, [6, 1, 2, 3, 4])],
            .goAway(protocolError)
        ),
        .init("6.1", "padding as long as DATA", [held, raw(Kind.data, 8, 1, [9, 0])], .goAway(protocolError)),
        .init("6.2", "HEADERS on stream 0", [.headers(0, get, endsStream: true)], .goAway(protocolError)),
        .init(
            "6.2",
            "padding longer than HEADERS",
            [raw(Kind.headers, 0xD, 1, [UInt8(get.count + 1)] + get)],
            .goAway(protocolError)
        ),
        .init("6.2", "HEADERS too short for its padding", [raw(Kind.headers, 0xD, 1, 0)], .goAway(frameSizeError)),
        .init("6.2", "HEADERS too short for its priority", [raw(Kind.headers, 0x25, 1, 4)], .goAway(frameSizeError)),
        .init("6.3", "PRIORITY on stream 0", [raw(Kind.priority, 0, 0, 5)], .goAway(protocolError)),
        .init("6.3", "PRIORITY too short", [held, raw(Kind.priority, 0, 1, 4)], .reset(frameSizeError)),
        .init("6.3", "PRIORITY too long", [held, raw(Kind.priority, 0, 1, 6)], .reset(frameSizeError)),
        .init("6.3", "PRIORITY too short, no stream", [raw(Kind.priority, 0, 1, 4)], .goAway(frameSizeError)),
        .init("6.4", "RST_STREAM on stream 0", [.reset(0)], .goAway(protocolError)),
        .init("6.4", "RST_STREAM on an idle stream", [.reset(1)], .goAway(protocolError)),
        .init("6.4", "RST_STREAM too short", [held, raw(Kind.reset, 0, 1, 3)], .goAway(frameSizeError)),
        .init("6.4", "RST_STREAM too long", [held, raw(Kind.reset, 0, 1, 5)], .goAway(frameSizeError)),
        .init(
            "6.6 (8.2)",
            "PUSH_PROMISE",
            [held, raw(Kind.pushPromise, 4, 1, [0, 0, 0, 2] + get)],
            .goAway(protocolError)
        ),
        .init("6.6", "PUSH_PROMISE on an idle stream", [raw(Kind.pushPromise, 4, 1, 4)], .goAway(protocolError)),
        .init("6.7", "PING on a stream", [raw(Kind.ping, 0, 1, 8)], .goAway(protocolError)),
        .init("6.7", "PING too short", [raw(Kind.ping, 0, 0, 6)], .goAway(frameSizeError)),
        .init("6.7", "PING too long", [raw(Kind.ping, 0, 0, 9)], .goAway(frameSizeError)),
        .init("6.7", "PING that acknowledges", [.ping(flags: 1)], .goesOn),
        .init("6.8", "GOAWAY on a stream", [raw(Kind.goAway, 0, 1, 8)], .goAway(protocolError)),
        .init("6.8", "GOAWAY too short", [raw(Kind.goAway, 0, 0, 7)], .goAway(frameSizeError)),
        .init("6.8", "GOAWAY", [raw(Kind.goAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0, 1, 2])], .farewell),
        .init("7", "GOAWAY with an unknown error", [raw(Kind.goAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0xFF])], .farewell),
        .init("7", "RST_STREAM with an unknown error", [held, .reset(1, 0xFF)], .goesOn),
    ]

    /// SETTINGS (section 6.5).
    static let settings: [HTTP2ConformanceCase] = [
        .init("6.5", "an acknowledgement with settings", [raw(Kind.settings, 1, 0, 6)], .goAway(frameSizeError)),
        .init("6.5", "an acknowledgement with a byte", [raw(Kind.settings, 1, 0, 1)], .goAway(frameSizeError)),
        .init("6.5", "SETTINGS on a stream", [raw(Kind.settings, 0, 1, 6)], .goAway(protocolError)),
        .init("6.5", "an acknowledgement on a stream", [raw(Kind.settings, 1, 1, 0)], .goAway(protocolError)),
        .init("6.5", "SETTINGS of a wrong length", [raw(Kind.settings, 0, 0, 3)], .goAway(frameSizeError)),
        .init("6.5.2", "push that is neither on nor off", [.settings([(2, 2)])], .goAway(protocolError)),
        .init("6.5.2", "a window that is too large", [.settings([(4, 0x8000_0000)])], .goAway(flowControlError)),
        .init("6.5.2", "the largest window", [.settings([(4, 0x7FFF_FFFF)]), whole], .status("200")),
        .init("6.5.2", "frames that are too small", [.settings([(5, 16_383)])], .goAway(protocolError)),
        .init("6.5.2", "frames that are too large", [.settings([(5, 16_777_216)])], .goAway(protocolError)),
        .init("6.5.2", "the largest frames", [.settings([(5, 16_777_215)]), whole], .status("200")),
        .init("6.5.2", "an unknown setting", [.settings([(0xFF, 1)]), whole], .status("200")),
        .init("6.5.2", "no streams allowed the other way", [.settings([(3, 0)]), whole], .status("200")),
        .init("6.5.3", "the last of equal settings counts", [.settings([(4, 100), (4, 1)]), long], .dataLengths([1])),
    ]

    /// Windows (section 6.9).
    static let windows: [HTTP2ConformanceCase] = [
        .init("6.9", "WINDOW_UPDATE too short", [raw(Kind.windowUpdate, 0, 0, 3)], .goAway(frameSizeError)),
        .init("6.9", "WINDOW_UPDATE too long", [held, raw(Kind.windowUpdate, 0, 1, 5)], .goAway(frameSizeError)),
        .init("6.9", "the connection's WINDOW_UPDATE by nothing", [.windowUpdate(0, 0)], .goAway(protocolError)),
        .init("6.9", "a stream's WINDOW_UPDATE by nothing", [held, .windowUpdate(1, 0)], .reset(protocolError)),
        .init("6.9", "the reserved bit of an increment", [held, .windowUpdate(1, 0x8000_0001)], .goesOn),
        .init("6.9", "the connection's WINDOW_UPDATE", [.windowUpdate(0, 1)], .goesOn),
        .init("6.9", "a stream's WINDOW_UPDATE", [held, .windowUpdate(1, 1), .data(1, [], endsStream: true)], .goesOn),
        .init("6.9.1", "a window of one byte", [.settings([(4, 1)]), long], .dataLengths([1])),
        .init(
            "6.9.1",
            "the connection's window overflows",
            [.windowUpdate(0, 0x7FFF_FFFF), .windowUpdate(0, 0x7FFF_FFFF)],
            .goAway(flowControlError)
        ),
        .init(
            "6.9.1",
            "a stream's window overflows",
            [held, .windowUpdate(1, 0x7FFF_FFFF), .windowUpdate(1, 0x7FFF_FFFF)],
            .reset(flowControlError)
        ),
        .init(
            "6.9.2",
            "a window that opens later",
            [.settings([(4, 0)]), long, .settings([(4, 1)])],
            .dataLengths([1])
        ),
        .init(
            "6.9.2",
            "a window below zero",
            [.send([.settings([(4, 3)]), long]), .untilData(3), .send([.settings([(4, 2)]), .windowUpdate(1, 2)])],
            .dataLengths([3, 1])
        ),
        .init(
            "6.9.2",
            "settings that make a stream's window overflow",
            [held, .windowUpdate(1, 0x7FFF_0000), .settings([(4, 0x7FFF_FFFF)])],
            .goAway(flowControlError)
        ),
    ]

    private static let long = Frame.headers(1, HTTP2Text.request(path: "/long"), endsStream: true)

    static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }
}
