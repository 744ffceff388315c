import Testing

@testable import FilterAPI

/// Work is counted in steps, so that the tests do not depend on the machine.
struct PatternTimeTests {
    @Test(arguments: [
        "(a+)+$", "(a+)+b", "(a*)*b", "(a|a)*b", "(a|aa)+$", "(?:a?){30}a{30}b", "(.*)(.*)(.*)b", "^(a+)+$",
        "(?:(?:a+)+)+b", "a*a*a*a*b", "(?i)(?:[a-z]+)*$", "(?:\\w+\\s?)*$",
    ])
    func `a pattern on which others explode takes linear work`(_ text: String) throws {
        let pattern = try Pattern(text)
        let (short, long) = (self.steps(of: pattern, length: 5_000), self.steps(of: pattern, length: 10_000))
        // Each byte costs at most two visits to each instruction, once for the table and once for the groups.
        #expect(long <= 10_002 * (2 * pattern.programSize + 2))
        #expect(long <= 2 * short + 1_000)
    }

    @Test func `a search without groups reads each byte once`() throws {
        for text in ["(a+)+$", "(a|aa)+b", "^/(?:[a-z]+/)*x$"] {
            let pattern = try Pattern(text)
            var steps = 0
            let bytes = Array(String(repeating: "a", count: 10_000).utf8) + [UInt8(ascii: "!")]
            _ = bytes.withUnsafeBytes { pattern.matches($0, counting: &steps) }
            #expect(steps <= 10_002)
        }
    }

    @Test func `an anchored pattern gives up at the first byte that does not fit`() throws {
        let pattern = try Pattern("^/api/v[0-9]+/users")
        var steps = 0
        let bytes = Array(("/static/" + String(repeating: "x", count: 8_000)).utf8)
        #expect(!bytes.withUnsafeBytes { pattern.matches($0, counting: &steps) })
        #expect(steps <= 3)
    }

    @Test func `a pattern without a small table takes linear work too`() throws {
        // The table would have to remember the last 20 bytes: more than a million states.
        let pattern = try Pattern("a[ab]{20}c")
        let (short, long) = (self.steps(of: pattern, length: 5_000), self.steps(of: pattern, length: 10_000))
        #expect(short > 10_000)
        #expect(long <= 2 * short + 1_000)
    }

    @Test func `replacing stops when finding all matches would take more than linear work`() throws {
        let pattern = try Pattern("a.*b|a")
        let substitution = try PatternSubstitution("x", for: pattern)
        let bytes = Array(String(repeating: "a", count: 10_000).utf8)
        _ = bytes.withUnsafeBytes { input in
            #expect(throws: PatternReplacementError.tooManySteps) {
                try pattern.replacingMatches(in: input, with: substitution, maximumLength: 65_536)
            }
        }
    }

    private func steps(of pattern: Pattern, length: Int) -> Int {
        var steps = 0
        let bytes = Array(String(repeating: "a", count: length).utf8) + [UInt8(ascii: "!")]
        bytes.withUnsafeBytes { input in
            _ = pattern.firstMatch(in: input, counting: &steps)
            _ = pattern.matches(input, counting: &steps)
        }
        return steps
    }
}
