import GJSON
import Testing

struct JSONValidityTests {
    static let valid = [
        "{}", "[]", " [ ] ", "\t\r\n{ }\n", "0", "-0", "1", "-1.5", "1e5", "1E+5", "1.25e-10", "\"\"", "\"a\"", "true",
        "false", "null",
        #"{"a":1}"#, #"{"a":{"b":[1,2,{"c":null}]},"d":"e"}"#, #"[1,"a",true,false,null,[],{}]"#,
        #""\"\\\/\b\f\n\r\t\u00e9""#,
        #""\ud800""#, #"{"":0}"#, #"{"a":1,"a":2}"#, "\"é€😀\"", "[[[[[[[[]]]]]]]]", "\"\u{7F}\"", "[1 , 2]",
        #"{"a" : 1 , "b" : 2}"#,
        "\"a long text without anything that would need a look\"",
    ]

    static let invalid = [
        "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1,,2]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        #"{,"a":1}"#, "{a:1}", "{1:1}",
        #"{"a":1 "b":2}"#, #"{"a" 1}"#, "01", "-", "+1", ".5", "5.", "1e", "1e+", "0x1", "NaN", "Infinity", "tru",
        "truee", "nul", "fals",
        "True", "\"", "\"a", "'a'", #""\x""#, #""\u12""#, #""\u12g4""#, "\"\n\"", "\"\u{0}\"", "\"\u{1F}\"", "[1]]",
        "{}}", "{} {}", "1 2",
        "[}", "{]", "[1}", #"{"a":1]"#, "\u{FEFF}{}", "// x\n1", "[1]x", #""a"b"#, "-a", "1.e5", #"["a"#, #"{"a":"b"#,
        #""\"#,
        "\"a long text with a line\nfeed\"",
    ]

    @Test("Valid texts are valid", arguments: valid)
    func acceptsValid(_ json: String) {
        #expect(JSONText.isValid(Array(json.utf8)))
        #expect(GJSON.isValid(json))
    }

    @Test("Invalid texts are invalid", arguments: invalid)
    func rejectsInvalid(_ json: String) {
        #expect(!JSONText.isValid(Array(json.utf8)))
        #expect(!GJSON.isValid(json))
    }

    @Test(
        "Strict validity wants UTF-8",
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
        ] as [[UInt8]]
    )
    func rejectsInvalidUTF8(_ bytes: [UInt8]) {
        let json = [0x22] + bytes + [0x22]
        #expect(!JSONText.isValid(json))
        #expect(GJSON.isValid(json))
        #expect(!JSONText.isValid(Array("\"long enough for a word \"".utf8.dropLast()) + bytes + [0x22]))
    }

    @Test("Nesting is accepted up to the limit", arguments: [1, 2, 63, 64, 65, 128, 129, 512])
    func nestingLimit(_ depth: Int) {
        let arrays =
            Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
        #expect(JSONText.isValid(arrays, maximumDepth: depth))
        #expect(!JSONText.isValid(arrays, maximumDepth: depth - 1))
        let objects = Array((String(repeating: #"{"a":["#, count: depth) + String(repeating: "]}", count: depth)).utf8)
        #expect(JSONText.isValid(objects, maximumDepth: 2 * depth))
        #expect(!JSONText.isValid(objects, maximumDepth: 2 * depth - 1))
    }

    @Test("Brackets must match at every depth", arguments: [1, 62, 63, 64, 65, 127, 128, 129])
    func nestingKinds(_ depth: Int) {
        let opening = String(repeating: "[", count: depth)
        let closing = String(repeating: "]", count: depth - 1)
        #expect(JSONText.isValid(Array((opening + "{}]" + closing).utf8)))
        #expect(!JSONText.isValid(Array((opening + "{}}" + closing).utf8)))
    }

    @Test("A hundred thousand open brackets are rejected without harm")
    func bottomless() {
        #expect(!JSONText.isValid(Array(repeating: UInt8(ascii: "["), count: 100_000)))
        #expect(!GJSON.isValid(Array(repeating: UInt8(ascii: "["), count: 100_000)))
    }
}
