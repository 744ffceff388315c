import Testing
import Upstream

@Suite("Random choices")
struct RandomChoiceTests {
    private static let picks = 40_000

    @Test(arguments: [[1, 1], [3, 1], [1, 2, 3, 4], [5]])
    func randomFollowsTheWeights(_ weights: [Int]) {
        var random = BalancerRandom(seed: 7)
        let draw = WeightedRandom(weights)
        expectShares(weights, tolerance: 0.02) { draw.pick(using: &random) }
    }

    @Test(arguments: [[1, 1, 1], [3, 1], [2, 1, 1, 4]])
    func leastRequestFollowsTheWeightsWhileAllAreIdle(_ weights: [Int]) {
        var random = BalancerRandom(seed: 8)
        let least = LeastRequest(weights)
        expectShares(weights, tolerance: 0.02) { least.pick(using: &random) { _ in 0 } }
    }

    @Test func leastRequestKeepsAwayFromTheBusiest() {
        var random = BalancerRandom(seed: 9)
        let least = LeastRequest([1, 1, 1])
        let active = [50, 0, 1]
        var counts = [0, 0, 0]
        for _ in 0..<RandomChoiceTests.picks { counts[least.pick(using: &random) { active[$0] }] += 1 }
        // The two that are compared always differ.
        #expect(counts[0] == 0)
        #expect(counts[1] > counts[2])
    }

    @Test func leastRequestLoadsInProportionToTheWeights() {
        var random = BalancerRandom(seed: 10)
        let least = LeastRequest([3, 1])
        // Nothing ever ends: what is in hand grows as the weights say.
        var active = [0, 0]
        for _ in 0..<4000 { active[least.pick(using: &random) { active[$0] }] += 1 }
        #expect((2990...3010).contains(active[0]))
    }

    @Test func equalSeedsChooseEqually() {
        func picks(_ seed: UInt64) -> [Int] {
            var random = BalancerRandom(seed: seed)
            let draw = WeightedRandom([1, 2, 3])
            return (0..<50).map { _ in draw.pick(using: &random) }
        }
        #expect(picks(1) == picks(1))
        #expect(picks(1) != picks(2))
    }

    private func expectShares(_ weights: [Int], tolerance: Double, _ pick: () -> Int) {
        var counts = weights.map { _ in 0 }
        for _ in 0..<RandomChoiceTests.picks { counts[pick()] += 1 }
        let total = Double(weights.reduce(0, +))
        for (count, weight) in zip(counts, weights) {
            let share = Double(count) / Double(RandomChoiceTests.picks)
            #expect(abs(share - Double(weight) / total) < tolerance, "\(counts)")
        }
    }
}
