// Compression of header sections: RFC 7541, by its sections.
extension HTTP2ConformanceCase {
    private static func string(_ text: String) -> [UInt8] { HTTP2Text.string(text) }
    /// `x-a: b`, added to the table.
    private static let added: [UInt8] = [0x40] + HTTP2Text.string("x-a") + HTTP2Text.string("b")
    /// `x-a` and a value of so many bytes, added to the table.
    private static func added(_ count: Int) -> [UInt8] {
        [0x40] + HTTP2Text.string("x-a") + HTTP2Text.string(String(repeating: "v", count: count))
    }
    private static func section(_ bytes: [UInt8]) -> [Frame] { [.headers(1, bytes, endsStream: true)] }
    private static func twice(_ first: [UInt8], then second: [UInt8]) -> [Frame] {
        [.headers(1, first, endsStream: true), .headers(3, second, endsStream: true)]
    }
    /// `GET http a.example`, mostly by numbers.
    private static let short: [UInt8] = [0x82, 0x86, 0x01] + HTTP2Text.string("a.example")
    private static let ready = HTTP2Text.string("/ready")

    /// What cannot be decoded ends the connection.
    static let compression: [HTTP2ConformanceCase] = [
        .init("HPACK 2.3.3", "a field of no table", request(then: [0xC6]), .goAway(compressionError)),
        .init(
            "HPACK 2.3.3",
            "a field far behind the tables",
            request(then: [0xFF, 0xFF, 0x01]),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 2.3.3",
            "a name of no table, to be added",
            request(then: [0x7F, 0x07, 0x00]),
            .goAway(compressionError)
        ),
        .init("HPACK 2.3.3", "a name of no table", request(then: [0x0F, 0x40, 0x00]), .goAway(compressionError)),
        .init(
            "HPACK 2.3.3",
            "a name of no table, never to be added",
            request(then: [0x1F, 0x40, 0x00]),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 4.1",
            "a field that is as large as the table and more",
            request(then: added(4062) + [0xBE]),
            .goAway(compressionError)
        ),
        .init("HPACK 4.2", "a size at the end of a section", request(then: [0x20]), .goAway(compressionError)),
        .init("HPACK 4.2", "a size between fields", section([0x82, 0x20] + get), .goAway(compressionError)),
        .init("HPACK 4.2", "three sizes", section([0x20, 0x3F, 0x01, 0x20] + get), .goAway(compressionError)),
        .init(
            "HPACK 4.3",
            "a field that a size of nothing has removed",
            twice(get + added, then: [0x20] + get + [0xBE]),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 4.4",
            "a field that a larger one has removed",
            request(then: added + added(4050) + [0xBF]),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 5.1",
            "a number that overflows",
            request(then: [0xFF] + Array(repeating: 0xFF, count: 9) + [0x7F]),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 5.1",
            "a number of zeros without end",
            request(then: [0xFF] + Array(repeating: 0x80, count: 40) + [0]),
            .goAway(compressionError)
        ),
        .init("HPACK 5.1", "a number that is cut", request(then: [0xFF, 0x80]), .goAway(compressionError)),
        .init(
            "HPACK 5.1",
            "a length that overflows",
            request(then: [0x00, 0x7F] + Array(repeating: 0xFF, count: 9) + [0x01, 0x61]),
            .goAway(compressionError)
        ),
        .init("HPACK 5.2", "a string that is cut", request(then: [0x00, 0x05, 0x61]), .goAway(compressionError)),
        .init("HPACK 5.2", "a name without a value", request(then: [0x00, 0x01, 0x61]), .goAway(compressionError)),
        .init("HPACK 5.2", "a representation of nothing else", request(then: [0x40]), .goAway(compressionError)),
        .init(
            "HPACK 5.2",
            "filling of more than seven bits",
            request(then: coded(value: [0x84, 0x49, 0x50, 0x9F, 0xFF])),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 5.2",
            "filling of zeros",
            request(then: coded(value: [0x83, 0x49, 0x50, 0x90])),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 5.2",
            "the symbol of the end",
            request(then: coded(value: [0x87, 0x49, 0x51, 0xFF, 0xFF, 0xFF, 0xFA, 0x7F])),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 5.2",
            "nothing but filling",
            request(then: coded(value: [0x81, 0xFF])),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 5.2",
            "the symbol of the end alone",
            request(then: coded(value: [0x84, 0xFF, 0xFF, 0xFF, 0xFF])),
            .goAway(compressionError)
        ),
        .init("HPACK 6.1", "the number 0", request(then: [0x80]), .goAway(compressionError)),
        .init("HPACK 6.3", "a size above the limit", section([0x3F, 0xE2, 0x1F] + get), .goAway(compressionError)),
        .init(
            "HPACK 6.3",
            "a size far above the limit",
            section([0x3F, 0xE1, 0xFF, 0x03] + get),
            .goAway(compressionError)
        ),
        .init(
            "HPACK 4.3 (4.3)",
            "a section that cannot be decoded, on CONTINUATION",
            [.headers(1, get, endsStream: true, endsHeaders: false), .continuation(1, [0x40])],
            .goAway(compressionError)
        ),
    ]

    /// All forms in which fields may be written.
    static let representations: [HTTP2ConformanceCase] = [
        .init(
            "HPACK 6.1",
            "fields by number",
            section([0x82, 0x86, 0x04] + ready + [0x01] + string("a.example")),
            .status("200")
        ),
        .init("HPACK 6.2.1", "added, name by number", section(short + [0x44] + ready), .status("200")),
        .init("HPACK 6.2.1", "added, name by number, coded", section(short + [0x44] + codedReady), .status("200")),
        .init("HPACK 6.2.1", "added, new name", section(get + added), .status("200")),
        .init("HPACK 6.2.1", "added, new name, coded", section(get + [0x40] + codedTest + codedTest), .status("200")),
        .init("HPACK 6.2.2", "not added, name by number", section(short + [0x04] + ready), .status("200")),
        .init("HPACK 6.2.2", "not added, name by number, coded", section(short + [0x04] + codedReady), .status("200")),
        .init(
            "HPACK 6.2.2",
            "not added, new name",
            section(get + [0x00] + string("x-a") + string("b")),
            .status("200")
        ),
        .init(
            "HPACK 6.2.2",
            "not added, new name, coded",
            section(get + [0x00] + codedTest + codedTest),
            .status("200")
        ),
        .init("HPACK 6.2.3", "never added, name by number", section(short + [0x14] + ready), .status("200")),
        .init(
            "HPACK 6.2.3",
            "never added, name by number, coded",
            section(short + [0x14] + codedReady),
            .status("200")
        ),
        .init(
            "HPACK 6.2.3",
            "never added, new name",
            section(get + [0x10] + string("x-a") + string("b")),
            .status("200")
        ),
        .init(
            "HPACK 6.2.3",
            "never added, new name, coded",
            section(get + [0x10] + codedTest + codedTest),
            .status("200")
        ),
        .init("HPACK 6.3", "a size", section([0x3F, 0xE1, 0x1F] + get), .status("200")),
        .init("HPACK 6.3", "two sizes", section([0x20, 0x3F, 0xE1, 0x1F] + get), .status("200")),
        .init("HPACK 2.3.2", "a field that was added", section(get + added + [0xBE]), .status("200")),
        .init(
            "HPACK 2.3.2",
            "a field that another request has added",
            twice(get + added, then: get + [0xBE]),
            .laterStatus("200")
        ),
        .init(
            "HPACK 2.3.2",
            "a name that another request has added",
            twice(get + added, then: get + [0x7E] + string("c")),
            .laterStatus("200")
        ),
        .init("HPACK 4.1", "a field that fills the table", request(then: added(4061) + [0xBE]), .status("200")),
        .init("HPACK 4.4", "a field larger than the table", request(then: added + added(5000)), .status("200")),
        .init(
            "HPACK 4.4",
            "a name that its own field removes",
            request(then: added(4050) + [0x7E] + string(String(repeating: "w", count: 100)) + [0xBE]),
            .status("200")
        ),
        .init(
            "HPACK 5.1",
            "a number in more bytes than it needs",
            request(then: [0x00, 0x01, 0x78, 0x7F, 0x80, 0x00] + Array(repeating: 0x76, count: 127)),
            .status("200")
        ),
    ]

    /// `test` in Huffman's code.
    private static let codedTest: [UInt8] = [0x83, 0x49, 0x50, 0x9F]
    /// `/ready` in Huffman's code.
    private static let codedReady: [UInt8] = [0x85, 0x62, 0xC2, 0x8E, 0x4F, 0x5F]

    /// A field `x: …` whose value is these bytes.
    private static func coded(value: [UInt8]) -> [UInt8] { [0x00, 0x85, 0xF2, 0xB2, 0x4A, 0x84, 0xFF] + value }
}
