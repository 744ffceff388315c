import TestSupport
import Testing

@testable import FilterAPI

struct PatternPositionsTests {
    @Test(
        arguments: PatternCase.literals + PatternCase.classes + PatternCase.repetitions + PatternCase.groups
            + PatternCase.anchors + PatternCase.flags + PatternCase.unicode
    )
    func `sets of positions find what is to be found`(_ test: PatternCase) throws {
        let positions = try #require(PatternPositions.make(PatternProgram(test.pattern)))
        #expect(self.matches(positions, Array(test.input.utf8)) == (test.expected != nil))
    }

    /// Built for every pattern here, though used only for those without a small table of states.
    @Test(arguments: 0..<20)
    func `sets of positions find what the general engine finds`(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let pieces = ["a", "b", "/", " ", "\n", "é", "日", "\u{1F600}"]
        var (compared, matched) = (0, 0)
        for _ in 0..<60 {
            let text = self.pattern(&random, depth: 2)
            let program = try PatternProgram(text)
            guard let positions = PatternPositions.make(program) else { continue }
            for _ in 0..<8 {
                var input = (0..<random.next(in: 0...8)).flatMap { _ in Array(random.element(of: pieces).utf8) }
                if random.chance(20) { input.append(0xFF) }
                var engine = PatternMatcher(program, capturing: false)
                let expected = input.withUnsafeBytes { engine.firstMatch(in: $0, from: 0) != nil }
                #expect(self.matches(positions, input) == expected, "\(text) in \(input)")
                compared += 1
                if expected { matched += 1 }
            }
        }
        #expect(compared > 400)
        #expect(matched > 50)
        #expect(matched < compared)
    }

    @Test(arguments: ["(?:[ab]?){600}c", "(?:.{100}){10}", "[^/]{200}/[^/]{200}"])
    func `tables are bounded`(_ text: String) throws {
        let positions = try #require(PatternPositions.make(PatternProgram(text)))
        #expect(positions.values.count <= 1 << 19)
        #expect(positions.takers.count <= 1 << 19)
    }

    private func matches(_ positions: PatternPositions, _ input: [UInt8]) -> Bool {
        var steps = 0
        return input.withUnsafeBytes { positions.matches($0, counting: &steps) }
    }

    private func pattern(_ random: inout SeededRandom, depth: Int) -> String {
        let units = ["a", "b", "/", ".", "[ab]", "[^a]", "\\w", "\\W", "é", "[à-ü日]"]
        let assertions = ["^", "$", "\\b", "\\B", "\\A", "\\z", "(?m:^)", "(?m:$)"]
        guard depth > 0 else {
            let leaves = random.chance(25) ? assertions : units
            return random.element(of: leaves)
        }
        let parts = (0..<random.next(in: 1...3)).map { _ in self.pattern(&random, depth: depth - 1) }
        if random.chance(30) { return "(?:" + parts.joined(separator: "|") + ")" }
        if random.chance(50) {
            return "(?:" + parts.joined() + ")" + random.element(of: ["*", "+", "?", "{2}", "{1,3}"])
        }
        return parts.joined()
    }
}
