import Testing
import Upstream

@Suite("Weighted round robin")
struct WeightedRoundRobinTests {
    @Test(arguments: [
        ([3, 1], [0, 0, 1, 0, 0, 0, 1, 0]),
        ([1, 1], [0, 1, 0, 1]),
        ([5, 1, 1], [0, 0, 1, 0, 2, 0, 0]),
        ([7], [0, 0, 0]),
    ])
    func turnsAreSpread(_ weights: [Int], _ expected: [Int]) {
        var turns = WeightedRoundRobin(weights)
        #expect(expected.map { _ in turns.pick() } == expected)
    }

    @Test(arguments: [[3, 1], [1, 2, 3, 4], [1000, 1], [13, 13, 13]])
    func everyCycleHasExactlyTheSharesOfTheWeights(_ weights: [Int]) {
        var turns = WeightedRoundRobin(weights, startingAt: 5)
        for _ in 0..<3 {
            var counts = weights.map { _ in 0 }
            for _ in 0..<weights.reduce(0, +) { counts[turns.pick()] += 1 }
            #expect(counts == weights)
        }
    }

    @Test func aStartIsAPlaceInTheCycle() {
        let firsts = (0..<4).map { start in
            var turns = WeightedRoundRobin([3, 1], startingAt: start)
            return turns.pick()
        }
        #expect(firsts == [0, 0, 1, 0])
    }
}
