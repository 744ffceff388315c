import TestSupport
import Testing

@testable import FilterAPI

/// Compares with Swift's `Regex`, which backtracks, on the syntax that both understand alike.
struct PatternDifferentialTests {
    @Test(arguments: 0..<20)
    func `random patterns match what Regex matches`(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var matched = 0
        for _ in 0..<40 {
            let text = self.alternatives(&random, depth: 3)
            let pattern = try Pattern(text)
            let regex = try Regex(text)
            for _ in 0..<10 {
                let input = (0..<random.next(in: 0...9)).map { _ in random.element(of: ["a", "b", "c", "/"]) }.joined()
                let expected = input.firstMatch(of: regex)
                let actual = found(pattern, in: input)
                #expect(actual?[0] == expected.map { String(input[$0.range]) }, "\(text) in \(input)")
                #expect(pattern.matches(input) == (expected != nil), "\(text) in \(input)")
                if expected != nil { matched += 1 }
            }
        }
        #expect(matched > 50)
    }

    private func alternatives(_ random: inout SeededRandom, depth: Int) -> String {
        (0..<random.next(in: 1...2)).map { _ in self.sequence(&random, depth: depth) }.joined(separator: "|")
    }

    private func sequence(_ random: inout SeededRandom, depth: Int) -> String {
        (0..<random.next(in: 1...3)).map { _ in self.repetition(&random, depth: depth) }.joined()
    }

    /// Only units that take a byte are repeated: engines differ on loops over nothing.
    private func repetition(_ random: inout SeededRandom, depth: Int) -> String {
        if random.chance(8) { return random.element(of: ["^", "$"]) }
        let suffixes = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{1,}"]
        if depth > 0, random.chance(35) {
            let opening = random.element(of: ["(", "(?:"])
            let first = random.element(of: ["a", "b", "[ab]", "."])
            // The alternatives stand in a group of their own, so that every branch has the first byte.
            let rest = "(?:" + self.alternatives(&random, depth: depth - 1) + ")"
            return opening + first + rest + ")" + random.element(of: suffixes)
        }
        let units = ["a", "b", "c", "/", ".", "[ab]", "[^a]", "[a-c]", "\\w", "\\W", "\\/"]
        return random.element(of: units) + random.element(of: suffixes)
    }
}
