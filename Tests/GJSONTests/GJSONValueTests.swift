import GJSON
import Testing

struct GJSONValueTests {
    @Test(
        "Values convert to booleans and numbers",
        arguments: [
            ("true", true, 1, 1.0), ("false", false, 0, 0), ("null", false, 0, 0), ("{}", false, 0, 0),
            ("[1]", false, 0, 0),
            ("0", false, 0, 0), ("-0.0", false, 0, -0.0), ("12", true, 12, 12), ("-7.9", true, -7, -7.9),
            ("1e3", true, 1000, 1000), ("9223372036854775807", true, .max, 9_223_372_036_854_775_808),
            ("9007199254740993", true, 9_007_199_254_740_993, 9_007_199_254_740_992), ("1e300", true, .max, 1e300),
            ("-1e300", true, .min, -1e300), ("1e999", true, .max, .infinity), (#""1""#, true, 1, 1),
            (#""TRUE""#, true, 0, 0), (#""t""#, true, 0, 0), (#""f""#, false, 0, 0), (#""yes""#, false, 0, 0),
            (#""-12""#, false, -12, -12), (#""2.5""#, false, 0, 2.5), (#""\u0031""#, true, 1, 1), (#""""#, false, 0, 0),
            ("5e-324", true, 0, .leastNonzeroMagnitude), ("1.7976931348623157e308", true, .max, 1.7976931348623157e308),
            ("0.1", true, 0, 0.1), ("123456789012345678901234567890e-10", true, .max, 1.2345678901234567e19),
        ] as [(String, Bool, Int, Double)]
    )
    func conversions(_ json: String, bool: Bool, int: Int, double: Double) {
        let value = GJSON.get("[\(json)]", "0")
        #expect(value.bool == bool)
        #expect(value.int == int)
        #expect(value.double == double)
    }

    @Test(
        "Numbers print without exponent",
        arguments: [
            ("1e20", "100000000000000000000"), ("1.5e3", "1500"), ("-2.50", "-2.5"), ("1e-7", "0.0000001"),
            ("0.0", "0"),
            ("-0.0", "-0"), ("100.0", "100"), ("123456789.125", "123456789.125"), ("1E2", "100"), ("0.1e1", "1"),
            ("1.0e21", "1000000000000000000000"), ("00012", "00012"), ("1e999", "+Inf"), ("-1e999", "-Inf"),
        ]
    )
    func numberText(_ json: String, text: String) {
        #expect(GJSON.get("[\(json)]", "0").string == text)
    }

    @Test("Elements of an array come in order with their raw text")
    func elements() {
        let value = GJSON.get(Document.mixed, "@this")
        #expect(value.isArray)
        #expect(!value.isObject)
        #expect(
            value.array.map { String(decoding: $0.raw, as: UTF8.self) }.joined(separator: ";") == """
                1;"two";true;false;null;{"k":"v","n":1};[7,8,[9]];2.5;"";"two"
                """
        )
        #expect(value.array[1].string == "two")
    }

    @Test("What is no array is its only element, null has none", arguments: [("age", 1), ("name", 1), ("missing", 0)])
    func elementsOfOthers(_ path: String, count: Int) {
        #expect(GJSON.get(Document.people, path).array.count == count)
        #expect(GJSON.get("[null]", "0").array.isEmpty)
    }

    @Test("Members come as unescaped keys and values until the caller has enough")
    func members() {
        var seen: [String] = []
        GJSON.get(#"{"a\nb":1,"c":[2], "d" : "x" ,"e":null}"#, "@this").forEach { key, value in
            seen.append(key.string + "=" + value.string)
            return key.string != "d"
        }
        #expect(seen == ["a\nb=1", "c=[2]", "d=x"])
    }

    @Test("Elements have no key")
    func elementKeys() {
        var keys = 0
        GJSON.get("[1,2]", "@this").forEach { key, _ in
            keys += key.exists ? 1 : 0
            return true
        }
        #expect(keys == 0)
    }

    @Test("A value can be searched further and outlives its source")
    func nestedGet() {
        var json = Array(Document.people.utf8)
        let friends = GJSONPath("friends").evaluate(json)
        json.removeAll(keepingCapacity: false)
        #expect(friends.get("1.first").string == "Roger")
        #expect(friends.isArray)
        #expect(friends.get("0").isObject)
    }

    @Test("All byte containers answer alike")
    func containers() {
        let bytes = Array(Document.chat.utf8)
        let path = GJSONPath("messages.@reverse.1.content")
        let expected = #"Second "quoted"?"#
        #expect(path.evaluate(bytes).string == expected)
        #expect(path.evaluate(Document.chat).string == expected)
        #expect(bytes.withUnsafeBytes { path.evaluate($0).string } == expected)
        #expect(bytes.withUnsafeBytes { GJSON.get($0, path.description).bytes } == Array(expected.utf8))
        #expect(path.evaluate([UInt8]()).exists == false)
        #expect(path.evaluate(UnsafeRawBufferPointer(start: nil, count: 0)).exists == false)
    }

    @Test("Parsing takes the value at the front")
    func parsing() {
        let json = Array(#"  "a\tb" rest"#.utf8)
        let value = json.withUnsafeBytes { GJSONValue(parsing: $0) }
        #expect(value.kind == .string)
        #expect(value.string == "a\tb")
        #expect(value.description == "a\tb")
    }

    @Test("Bytes that are no UTF-8 stay in bytes and are replaced in text")
    func invalidUTF8() {
        let json: [UInt8] = Array(#"{"a":"x"#.utf8) + [0xFF] + Array(#"y"}"#.utf8)
        let value = GJSON.get(json, "a")
        #expect(value.bytes == [0x78, 0xFF, 0x79])
        #expect(value.string == "x\u{FFFD}y")
    }
}
