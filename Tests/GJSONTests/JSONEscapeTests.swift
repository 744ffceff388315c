import GJSON
import Testing

struct JSONEscapeTests {
    @Test(
        "Content is unescaped",
        arguments: [
            ("", ""), ("plain", "plain"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#"\u0041\u00e9\u20AC"#, "Aé€"),
            (#"\ud83d\ude00!"#, "😀!"), (#"\ud83d"#, "\u{FFFD}"), (#"\ude00"#, "\u{FFFD}"), (#"\ud83dx"#, "\u{FFFD}x"),
            (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"), (#"\ud83d\u0041"#, "\u{FFFD}A"),
            (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"),
            (#"\u0000"#, "\u{0}"), ("é😀", "é😀"), (#"\ud83d\n"#, "\u{FFFD}\n"),
        ]
    )
    func unescapes(_ content: String, text: String) {
        #expect(JSONText.unescape(Array(content.utf8)) == Array(text.utf8))
    }

    @Test(
        "Invalid content is refused",
        arguments: [#"\"#, #"\x"#, #"\u12"#, #"\u12g4"#, #"\ud83d\u12"#, "a\"b", "a\nb", "\u{0}", #"\U0041"#, "\u{1F}"]
    )
    func refuses(_ content: String) {
        #expect(JSONText.unescape(Array(content.utf8)) == nil)
    }

    @Test("Content that is no UTF-8 is refused", arguments: [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func refusesInvalidUTF8(_ content: [UInt8]) {
        #expect(JSONText.unescape(content) == nil)
    }

    @Test(
        "Literals escape what must be and nothing else",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), ("a\"b\\c/d", #""a\"b\\c/d""#),
            ("\n\t\u{0}\u{1F}", #""\u000a\u0009\u0000\u001f""#),
            ("é€😀\u{2028}<&>", "\"é€😀\u{2028}<&>\""), ("\u{7F}", "\"\u{7F}\""),
        ]
    )
    func literals(_ text: String, literal: String) {
        #expect(String(decoding: JSONText.literal(text), as: UTF8.self) == literal)
    }

    @Test(
        "Bytes that are no UTF-8 become replacement characters",
        arguments: [
            ([0xFF], "\u{FFFD}"), ([0x61, 0xC3], "a\u{FFFD}"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xC0, 0xAF, 0x62], "\u{FFFD}\u{FFFD}b"), ([0xE2, 0x82, 0x22], "\u{FFFD}\u{FFFD}\\\""),
        ] as [([UInt8], String)]
    )
    func replaces(_ bytes: [UInt8], content: String) {
        var json: [UInt8] = []
        bytes.withUnsafeBytes { JSONText.appendLiteral($0, to: &json) }
        #expect(json == Array("\"\(content)\"".utf8))
    }

    @Test("Every byte string becomes a valid literal that reads back", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(_ seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<100 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            var json: [UInt8] = []
            text.withUnsafeBytes { JSONText.appendLiteral($0, to: &json) }
            #expect(JSONText.isValid(json))
            let read = JSONText.unescape(Array(json.dropFirst().dropLast()))
            #expect(read != nil)
            if String(validating: text, as: UTF8.self) != nil { #expect(read == text) }
        }
    }
}
