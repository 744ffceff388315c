import GJSON
import Testing

/// Whatever the bytes of path and JSON, an evaluation ends and its answer is consistent.
struct RandomInputTests {
    private static let pathParts = [
        "a", "b", "0", "1", "#", "*", "?", "\\", ".", ".", ".", "|", "..", "#(", "#(a", ")", ")#", "==", "!=", "<",
        ">=", "%", "!%", "~true",
        "\"x\"", "\"", "@reverse", "@pretty", "@ugly", "@flatten:{\"deep\":true}", "@join", "@keys", "@values",
        "@tostr", "@fromstr",
        "@group", "@dig:a", "@dig:", "@this", "@valid", "{", "}", "[", "]", ",", ":", "!", "!1", "!\"s\"", "é", "\u{0}",
        "@pretty:{\"sortKeys\":true}",
    ]

    private static let jsonParts = [
        "{", "}", "[", "]", "{\"a\":", "[1,", ",", ":", "\"a\"", "\"b\":", "\"", "\\", "1", "-", "1e5", "true", "false",
        "null", "nan", " ",
        "\n", "(", ")", "\\u00", "\\ud83d", "é", "\u{0}", "\"x\\\"y\"", "9999999999999999999999", "\"\\u0061\":",
    ]

    private static func text(_ parts: [String], _ random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 0...14, using: &random)).flatMap { _ in
            Array((parts.randomElement(using: &random) ?? "").utf8)
        }
    }

    private static func noise(_ random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private static func mutated(_ json: String, _ random: inout SeededRandom) -> [UInt8] {
        var bytes = Array(json.utf8)
        for _ in 0..<Int.random(in: 1...5, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 2: bytes[place] = Array("{}[]()\",:\\".utf8).randomElement(using: &random) ?? 0
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    private func check(_ json: [UInt8], _ path: String) {
        let value = GJSON.get(json, path)
        #expect(value == GJSONPath(path).evaluate(json))
        #expect(value.exists || value.raw.isEmpty && value.bytes.isEmpty)
        #expect(value.kind != .json || value.isObject || value.isArray)
        #expect(value.array.allSatisfy { $0.raw.count <= value.raw.count })
        var size = 0
        value.forEach { key, element in
            size += key.raw.count + element.raw.count
            return true
        }
        #expect(size <= value.raw.count)
        #expect(value.kind != .number || value.double != 0 || !value.bool && value.int == 0)
    }

    @Test("Paths and JSON of random tokens", arguments: 1...8 as ClosedRange<UInt64>)
    func tokens(_ seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<300 {
            let path = Self.text(Self.pathParts, &random)
            check(Self.text(Self.jsonParts, &random), String(decoding: path, as: UTF8.self))
        }
    }

    @Test("Random paths over a document", arguments: 11...14 as ClosedRange<UInt64>)
    func paths(_ seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<150 {
            let path = Self.text(Self.pathParts + ["friends", "name", "nets", "first"], &random)
            check(Array(Document.people.utf8), String(decoding: path, as: UTF8.self))
        }
    }

    @Test("Mutated documents", arguments: 21...24 as ClosedRange<UInt64>)
    func mutations(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let documents = [Document.people, Document.chat, Document.tree, Document.keys, Document.strings]
        let paths = [
            "friends.#(last==\"Murphy\")#.first", "messages.@reverse.#(role==\"user\")#.content|1",
            "messages.@reverse.0.content",
            "@pretty:{\"sortKeys\":true}", "@dig:id", "@this.@reverse.@ugly", "{name,a:@keys}", "@tostr.@fromstr",
            "*.*.*",
        ]
        for _ in 0..<80 {
            check(
                Self.mutated(documents.randomElement(using: &random) ?? "", &random),
                paths.randomElement(using: &random) ?? ""
            )
        }
    }

    @Test("Random bytes", arguments: 31...34 as ClosedRange<UInt64>)
    func bytes(_ seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<300 {
            let (json, path) = (Self.noise(&random), Self.noise(&random))
            check(json, String(decoding: path, as: UTF8.self))
            #expect(!JSONText.isValid(json) || GJSON.isValid(json))
        }
    }

    @Test("Reversing in place answers like reversing as text", arguments: 41...46 as ClosedRange<UInt64>)
    func reverseShortcut(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let rests = ["0", "1", "0.a", "1.b", "#(a).a", "#(a)#.a", "#(>0)#", "#(a==1)#|0", "0|a", "2.0", "#(a)#"]
        for _ in 0..<300 {
            let json = Array("[".utf8) + Self.text(Self.jsonParts, &random) + Array("]".utf8)
            let rest = rests.randomElement(using: &random) ?? ""
            #expect(GJSON.get(json, "@reverse.\(rest)") == GJSON.get(json, "@reverse|@this|\(rest)"))
        }
    }
}
