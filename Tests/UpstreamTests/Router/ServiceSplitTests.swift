import TestSupport
import Testing
import Upstream

@Suite("A split of services")
struct ServiceSplitTests {
    @Test(
        "gives each its share of 10,000 requests",
        arguments: [[9, 1], [1, 1, 1], [0, 5], [1, 0, 3], [1_000_000, 1]]
    )
    func shares(_ weights: [Int]) {
        let split = ServiceSplit(weights.enumerated().map { .init(service: "s\($0).static", weight: $1) })
        var random = SeededRandom(seed: 11)
        var counts = [Int](repeating: 0, count: weights.count)
        for _ in 0..<10_000 { counts[split.pick(using: &random)] += 1 }
        let total = Double(weights.reduce(0, +))
        for (weight, count) in zip(weights, counts) {
            // Four standard deviations of 10,000 draws are at most 200.
            #expect(abs(Double(count) - 10_000 * Double(weight) / total) < 200)
            if weight == 0 { #expect(count == 0) }
        }
    }

    @Test func theHeaviestIsTheFirstOfEqualOnes() {
        let split = ServiceSplit([
            .init(service: "a.static", weight: 1), .init(service: "b.static", weight: 5),
            .init(service: "c.static", weight: 5),
        ])
        #expect(split.heaviest == "b.static")
    }

    @Test("a mirror takes its percentage of 10,000 requests", arguments: [(0.0, 0), (10.0, 1000), (100.0, 10_000)])
    func mirrored(_ percent: Double, _ expected: Int) {
        let rule = MirrorRule(service: "m.static", percent: percent)
        var random = SeededRandom(seed: 3)
        let count = (0..<10_000).count { _ in rule.takes(using: &random) }
        #expect(abs(count - expected) < 120)
        if percent == 0 || percent == 100 { #expect(count == expected) }
    }
}
