import GJSON
import Testing

/// Inputs made to be costly: each must end, with or without a value.
struct HostileInputTests {
    @Test("Deep nesting is read when the path does not descend into it")
    func deepJSON() {
        let depth = 100_000
        let json = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(GJSON.get(json, "0").raw.count == 2 * depth - 2)
        #expect(GJSON.get(json, "#").string == "1")
        #expect(GJSON.get(json, "@ugly").raw.count == 2 * depth)
        #expect(GJSON.get(json, "@reverse.0").raw.count == 2 * depth - 2)
        #expect(GJSON.get(json, "@valid").exists)
    }

    @Test(
        "Descending deeper than the limit finds nothing",
        arguments: ["@pretty", "@flatten:{\"deep\":true}", Array(repeating: "0", count: 5000).joined(separator: ".")]
    )
    func depthLimit(_ path: String) {
        let json = String(repeating: "[", count: 6000) + String(repeating: "]", count: 6000)
        #expect(!GJSON.get(json, path).exists)
    }

    @Test("Descending up to 250 levels works")
    func depthWithinLimit() {
        let json = String(repeating: "[", count: 250) + "7" + String(repeating: "]", count: 250)
        #expect(GJSON.get(json, Array(repeating: "0", count: 250).joined(separator: ".")).string == "7")
        #expect(GJSON.get(json, "@flatten:{\"deep\":true}").string == "[7]")
        #expect(GJSON.get(json, "@pretty.@ugly").string == json)
    }

    @Test(
        "Paths nested without end find nothing",
        arguments: ["[", "{", "#(", "{\"a\":", "[@this.", "#(a.#(", "@dig:", "!", "@pretty:{"]
    )
    func nestedPaths(_ part: String) {
        let value = GJSON.get(#"[{"a":[1]}]"#, String(repeating: part, count: 5000))
        #expect(value.raw.count < 100_000)
        let closed = String(repeating: "[", count: 5000) + "0" + String(repeating: "]", count: 5000)
        #expect(!GJSON.get("[1]", closed).exists)
    }

    @Test(
        "Texts that double with every component end",
        arguments: ["[@this,@this]", "@tostr", "{\"a\":@this,\"b\":@this}"]
    )
    func doubling(_ component: String) {
        let path = Array(repeating: component, count: 60).joined(separator: "|")
        #expect(!GJSON.get(#"["\\\\\\\\"]"#, path).exists)
    }

    @Test("Patterns of many stars end")
    func stars() {
        let key = String(repeating: "a", count: 3000)
        let json = "{\"\(key)\":1}"
        let pattern = String(repeating: "a*", count: 40)
        #expect(!GJSON.get(json, pattern + "b").exists)
        #expect(GJSON.get(json, pattern + "a").string == "1")
        #expect(GJSON.get("[\"\(key)\"]", "#(%\"\(pattern)b\")#").string == "[]")
    }

    @Test("Digging through deep JSON ends")
    func dig() {
        let json = String(repeating: "{\"a\":", count: 2000) + "1" + String(repeating: "}", count: 2000)
        let path = Array(repeating: "@dig:a", count: 20).joined(separator: "|")
        #expect(GJSON.get(json, path).raw.count < 1 << 26)
    }

    @Test("Numbers of any length are read")
    func longNumbers() {
        let digits = String(repeating: "9", count: 100_000)
        #expect(GJSON.get("[\(digits)]", "0").double == .infinity)
        #expect(GJSON.get("[0.\(digits)]", "0").double == 1)
        #expect(GJSON.get("[\(digits)e-99999]", "0").double == 10)
        #expect(GJSON.get("[0.\(String(repeating: "0", count: 100_000))1]", "0").double == 0)
        #expect(GJSON.get("[1e\(digits)]", "0").double == .infinity)
        #expect(GJSON.get("[1]", digits).exists == false)
    }

    @Test("Escapes without end are read")
    func backslashes() {
        let run = String(repeating: "\\", count: 100_001)
        #expect(GJSON.get("{\"a\":\"\(run)\"", "a").exists == false)
        #expect(GJSON.get("{\"a\":\"\(run)\\\"}", "a").bytes.count == 50_001)
        #expect(GJSON.get("{\"a\":1}", run).exists == false)
    }
}
