import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: JSON")
struct AICacheJSONTests {
    @Test(
        "accepts what RFC 8259 allows",
        arguments: [
            "{}", "[]", "0", "-0", "1e5", "1.5E-3", "\"\"", "true", "false", "null", " [ 1 , 2 ] ",
            "{\"a\":{\"b\":[]}}",
            "\"\\u00e9\\ud83d\\ude00\\/\\b\"", "\"\\ud800\"", "\"é\"", "[[[[[[]]]]]]", "{\"\":\"\"}",
        ]
    )
    func accepts(text: String) {
        #expect(JSONDocument(bytes(text)) != nil)
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "1e", "-", "nul", "truex", "\"",
            "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\u{01}\"", "[1 2]", "{\"a\" 1}", "{\"a\":}", "1 2",
            "[}",
            "{]", "\u{FEFF}{}", "NaN", "'a'", "// {}", "\"\\", "\"\\u", "[\"a\"", "{\"a\"", "{\"a\":1", ",", ":",
        ]
    )
    func refuses(text: String) {
        #expect(JSONDocument(bytes(text)) == nil)
    }

    @Test("refuses bytes that are not UTF-8", arguments: [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xE2, 0x82]])
    func refusesBadUTF8(content: [UInt8]) {
        #expect(JSONDocument(ByteBuffer(bytes: [0x22] + content + [0x22])) == nil)
    }

    @Test("refuses texts that nest or branch without end")
    func bounds() {
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        #expect(JSONDocument(bytes(deep)) == nil)
        let broad = "[" + String(repeating: "0,", count: JSONParser.maximumValues) + "0]"
        #expect(JSONDocument(bytes(broad)) == nil)
    }

    @Test("never traps on damaged text")
    func survivesDamage() throws {
        let text = #"{"a":[1,-2.5e3,"x\u00e9\n",{"b":null}],"c":"d\\","e":true}"#
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            var damaged = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(
                    in: 0...255,
                    using: &generator
                )
            }
            damaged = Array(damaged.prefix(Int.random(in: 0...damaged.count, using: &generator)))
            if let document = JSONDocument(ByteBuffer(bytes: damaged)) {
                var canonical = CanonicalJSON()
                canonical.write(JSONDocument.root, of: document)
                #expect(!canonical.output.isEmpty)
            }
        }
    }

    @Test("finds members, also under escaped names, and takes null for absent")
    func members() throws {
        let document = try document(#"{"a":1,"\u0062":"two","c":null,"d":[1,"x",{}]}"#)
        #expect(document.member("a", of: 0).flatMap { document.integer($0) } == 1)
        #expect(document.member("b", of: 0).flatMap { document.string($0) } == "two")
        #expect(document.member("c", of: 0) == nil)
        #expect(document.member("e", of: 0) == nil)
        #expect(document.member("d", of: 0).map { document.elements(of: $0).count } == 3)
    }

    @Test(
        "sees repeated names at any depth",
        arguments: [
            (#"{"a":1,"a":2}"#, true), (#"{"a":1,"\u0061":2}"#, true), (#"[{"b":{"x":1,"y":2,"x":3}}]"#, true),
            (#"{"a":{"b":1},"b":{"a":1}}"#, false), (#"[{"a":1},{"a":2}]"#, false), ("[]", false),
            (#"{"messages":[{"role":"user","content":"one","content":"two"}]}"#, true),
        ]
    )
    func repeatedNames(text: String, isRepeated: Bool) throws {
        #expect(try document(text).hasRepeatedNames == isRepeated)
    }

    @Test("strings survive being escaped and read again", arguments: awkwardTexts)
    func roundTrip(text: String) throws {
        var literal = ByteBuffer()
        JSONString.encode(bytes(text), into: &literal)
        let document = try document("\"\(String(buffer: literal))\"")
        #expect(document.string(JSONDocument.root) == text)
        #expect(!JSONString.decode(literal).hasLoneSurrogate)
    }

    @Test(
        "a surrogate without partner is noticed",
        arguments: [
            (#"\ud83d"#, true), (#"\ude00"#, true), (#"\ud83d x \ude00"#, true), (#"\ud83d\ude00"#, false),
            ("x", false), (#"\\ud83d"#, false), (#"\\\ud83d"#, true), (#"\ud83d\ud83d\ude00"#, true),
            (#"\ud83d\ude00\ude00"#, true), (#"\ud83d\n"#, true), (#"a\n\u0041"#, false),
        ]
    )
    func loneSurrogates(literal: String, isLone: Bool) throws {
        #expect(JSONString.decode(bytes(literal)).hasLoneSurrogate == isLone)
        #expect(JSONString.hasLoneSurrogate(bytes(literal)) == isLone)
        for text in [#"["\#(literal)"]"#, #"{"a\#(literal)":[1]}"#] {
            #expect(try document(text).hasLoneSurrogate == isLone)
        }
    }

    @Test(
        "an escaped character is itself",
        arguments: [
            (#"\u0041\u00e9"#, "Aé"), (#"\u4E2d\u6587"#, "中文"), (#"\ud83d\ude00"#, "😀"),
            (#"\udbff\udfff\ud800\udc00"#, "\u{10FFFF}\u{10000}"),
            (#"\u0000\u007f\u0080\u07ff\u0800\uffff"#, "\0\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}"),
            (#"\ud83dx\ude00"#, "\u{FFFD}x\u{FFFD}"), (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\/\b\f"#, "/\u{8}\u{C}"),
        ]
    )
    func escapes(literal: String, text: String) {
        #expect(JSONString.decode(bytes(literal)).text == bytes(text))
    }

    @Test(
        "equal values have one canonical form",
        arguments: [
            (#"{"a":1,"b":2}"#, #"{ "b" : 2.0, "a" : 1e0 }"#, true), (#"["é"]"#, #"["\u00e9"]"#, true),
            (#"0.1"#, #"1e-1"#, true), (#"-0"#, #"0"#, true), (#"[1,2]"#, #"[2,1]"#, false), (#"1"#, #""1""#, false),
            (#"["a","b"]"#, #"["a\",\"b"]"#, false), (#"9007199254740993"#, #"9007199254740992"#, false),
            (#"["ab","c"]"#, #"["a","bc"]"#, false), (#"{}"#, #"[]"#, false), (#""\ud800""#, #""\ud801""#, false),
            (#"{"a":{"c":1,"b":[]}}"#, #"{"a":{"b":[],"c":1}}"#, true), ("null", "false", false),
        ]
    )
    func canonical(left: String, right: String, areEqual: Bool) throws {
        var forms: [[UInt8]] = []
        for text in [left, right] {
            var canonical = CanonicalJSON()
            canonical.write(JSONDocument.root, of: try document(text))
            forms.append(canonical.output)
        }
        #expect((forms[0] == forms[1]) == areEqual)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
