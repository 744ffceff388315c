import TestSupport
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

    @Test(arguments: [
        ("a[ab]{900}c", "ab"), ("(?:(?:[ab]?){30}c){30}", "abc"), ("(?:[ab]{1,63}/){10}x", "ab/"),
        ("a.{0,255}b{20}$", "ab"),
        ("^[ab]{1000}c", "ab"), ("(?:\\b[ab]{1,20} ?){40}!", "ab "),
    ])
    func `a long path costs no more than the pattern says`(_ text: String, _ letters: String) throws {
        let pattern = try Pattern(text)
        #expect((2...500).contains(pattern.stepsPerByte), "\(pattern.stepsPerByte)")
        var random = SeededRandom(seed: 3)
        let letters = Array(letters.utf8)
        let path = (0..<8_192).map { _ in random.element(of: letters) }
        var steps = 0
        _ = path.withUnsafeBytes { pattern.matches($0, counting: &steps) }
        #expect(steps > 0)
        #expect(steps <= path.count * pattern.stepsPerByte)
    }

    @Test(arguments: ["(?:[ab]?){990}c", "[ab]{1000}[ab]{1000}", ".{1000}"])
    func `a pattern with very many places at once says that it is dear`(_ text: String) throws {
        #expect(try Pattern(text).stepsPerByte > 500)
    }

    @Test func `replacing stops after as many steps as it is given`() throws {
        let pattern = try Pattern("(a?){300}c")
        let substitution = try PatternSubstitution("x", for: pattern)
        let bytes = Array((String(repeating: "a", count: 2_000) + "c").utf8)
        _ = bytes.withUnsafeBytes { input in
            #expect(throws: PatternReplacementError.tooManySteps) {
                try pattern.replacingMatches(
                    in: input,
                    with: substitution,
                    maximumLength: 65_536,
                    maximumSteps: 100_000
                )
            }
        }
        let without = Array(String(repeating: "a", count: 2_000).utf8)
        let replaced = try without.withUnsafeBytes { input in
            try pattern.replacingMatches(in: input, with: substitution, maximumLength: 65_536, maximumSteps: 1)
        }
        #expect(replaced == nil)
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
