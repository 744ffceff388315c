import Testing

@testable import FilterAPI

/// The leftmost match and its groups, as text.
func found(_ pattern: Pattern, in text: String) -> [String?]? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBytes { input in
        pattern.firstMatch(in: input).map { match in
            (0...pattern.groupCount).map { number in
                match.group(number).map { String(decoding: input[$0], as: UTF8.self) }
            }
        }
    }
}

struct PatternCase: Sendable, CustomTestStringConvertible {
    let pattern: String
    let input: String
    /// The whole match and the groups, or nil when there is none.
    let expected: [String?]?

    init(_ pattern: String, _ input: String, _ expected: [String?]?) {
        self.pattern = pattern
        self.input = input
        self.expected = expected
    }

    var testDescription: String { "\(self.pattern) in \(self.input.prefix(40).debugDescription)" }
}

struct PatternMatchTests {
    @Test(arguments: PatternCase.literals + PatternCase.classes + PatternCase.repetitions)
    func `literals, classes and repetitions match the leftmost text`(_ test: PatternCase) throws {
        try expectMatch(test)
    }

    @Test(arguments: PatternCase.groups + PatternCase.anchors + PatternCase.flags + PatternCase.unicode)
    func `groups, anchors, flags and characters beyond ASCII`(_ test: PatternCase) throws {
        try expectMatch(test)
    }

    @Test func `bytes that are not UTF-8 match no dot and no negated class`() throws {
        let bytes: [UInt8] = [0x61, 0xFF, 0x62]
        for text in ["a.b", "a[^x]b", "a\\Wb"] {
            let pattern = try Pattern(text)
            #expect(!bytes.withUnsafeBytes { pattern.matches($0) })
        }
        let unanchored = try Pattern("b")
        #expect(bytes.withUnsafeBytes { unanchored.matches($0) })
    }

    private func expectMatch(_ test: PatternCase) throws {
        let pattern = try Pattern(test.pattern)
        #expect(found(pattern, in: test.input) == test.expected)
        #expect(pattern.matches(test.input) == (test.expected != nil))
    }
}
