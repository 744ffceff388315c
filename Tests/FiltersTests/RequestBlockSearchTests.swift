import Testing

@testable import BundledFilters

@Suite("request-block: searching many texts at once")
struct RequestBlockSearchTests {
    @Test(
        arguments: [
            (["he", "she", "his", "hers"], "ushers", true), (["he", "she", "his", "hers"], "ushirt", false),
            (["abcd", "bc"], "abce", true), (["abcd", "bd"], "abce", false), (["aab"], "aaaab", true),
            (["aab"], "aaaa", false), (["a"], "", false), (["é"], "caf\u{E9}", true), (["ab", "ab"], "xab", true),
            (["abab", "bb"], "ababb", true), (["abac", "bab"], "abab", true), (["needle"], "needl", false),
            (["needle"], "a haystack with a nneedle", true), (["needle", "hay"], "needle", true),
            ([String(repeating: "x", count: 300)], String(repeating: "x", count: 299), false),
            ([String(repeating: "x", count: 300)], "y" + String(repeating: "x", count: 300), true),
        ]
    )
    func texts(_ texts: [String], _ input: String, _ isFound: Bool) {
        #expect(self.matches(LiteralSearch(texts, ignoresCase: false), input) == isFound)
    }

    @Test func asASimpleSearchFinds() {
        var state: UInt64 = 1
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        func text(_ length: Int) -> String { String((0..<length).map { _ in "abA".randomElement(by: random(3)) }) }
        for _ in 0..<6000 {
            let shortest = 1 + random(4)
            let texts = (0...random(4)).map { _ in text(shortest + random(5)) }
            let input = text(random(24))
            let isThere = texts.contains { input.contains($0) }
            #expect(self.matches(LiteralSearch(texts, ignoresCase: false), input) == isThere, "\(texts) in \(input)")
            let isThereInAnyCase = texts.contains { input.lowercased().contains($0.lowercased()) }
            #expect(self.matches(LiteralSearch(texts, ignoresCase: true), input) == isThereInAnyCase)
        }
    }

    @Test func everyByteCanBeSearched() {
        let bytes = (0...255).map { UInt8($0) }
        for byte in 0...127 {
            let search = LiteralSearch([String(Unicode.Scalar(UInt8(byte)))], ignoresCase: false)
            #expect(bytes.withUnsafeBytes { search.matches($0) })
            let others = bytes.filter { $0 != byte }
            #expect(!others.withUnsafeBytes { search.matches($0) })
        }
    }

    private func matches(_ search: LiteralSearch, _ text: String) -> Bool {
        var text = text
        return text.withUTF8 { search.matches(UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    fileprivate func randomElement(by index: Int) -> Character { self[self.index(self.startIndex, offsetBy: index)] }
}
