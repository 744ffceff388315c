import Foundation
import TestSupport
import Testing

@testable import GatewayCommands

@Suite("What thresholds would have done")
struct ThresholdReportTests {
    private static func semantic(_ score: Double, _ outcome: CacheObservation.Outcome) -> CacheObservation {
        CacheObservation(tier: .semantic, outcome: outcome, score: score, measure: .similarity)
    }

    private static let few: [CacheObservation] = [
        CacheObservation(tier: .exact, outcome: .agreed), CacheObservation(tier: .exact, outcome: .disagreed),
        CacheObservation(tier: .exact, outcome: .unknown), CacheObservation(tier: .none, outcome: .new),
        CacheObservation(tier: .none, outcome: .unknown), semantic(0.95, .agreed), semantic(0.9, .agreed),
        semantic(0.9, .unknown), semantic(0.85, .disagreed), semantic(0.5, .disagreed),
    ]

    @Test("counts what each threshold lets through, scores on it included")
    func counts() throws {
        let report = ThresholdReport(Self.few, .similarity, ThresholdReport.Grid(from: 0.8, to: 0.95, step: 0.05))
        #expect(report.lookups == 10 && report.compared == 7)
        #expect(report.exactHits == 3 && report.exact == Proportion(count: 1, total: 2))
        #expect(report.rows.map(\.threshold) == [0.8, 0.85, 0.9, 0.95])
        #expect(report.rows.map(\.semanticHits) == [4, 4, 3, 1])
        #expect(report.rows.map(\.hits.count) == [7, 7, 6, 4] && report.rows.allSatisfy { $0.hits.total == 10 })
        #expect(report.rows.map(\.precision.count) == [2, 2, 2, 1])
        #expect(report.rows.map(\.precision.total) == [3, 3, 2, 1])
        #expect(report.rows.map(\.errors.count) == [1, 1, 0, 0] && report.rows.allSatisfy { $0.errors.total == 7 })
    }

    @Test("of distances the lesser is nearer")
    func distances() {
        let observations = [0.02, 0.1, 0.2].map {
            CacheObservation(tier: .semantic, outcome: .agreed, score: $0, measure: .distance)
        }
        let report = ThresholdReport(observations, .distance, ThresholdReport.Grid(from: 0.01, to: 0.21, step: 0.1))
        #expect(report.rows.map(\.semanticHits) == [0, 2, 3] && report.relation == "lte")
    }

    @Test(
        "the usual thresholds are a hundredth apart and written as one would write them",
        arguments: [(CacheObservation.Measure.similarity, 0.7, 0.99), (.distance, 0.01, 0.3)]
    )
    func grid(measure: CacheObservation.Measure, least: Double, greatest: Double) {
        let values = ThresholdReport.Grid.usual(for: measure).values
        #expect(values.count == 30 && values.first == least && values.last == greatest)
        #expect(values.allSatisfy { "\($0)".count <= 4 })
    }

    @Test(
        "bounds are Wilson's",
        arguments: [
            // Agresti and Coull, "Approximate is better than exact" (1998), and by hand.
            (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (1, 20, 0.0089, 0.2361),
            (0, 0, 0.0, 1.0), (15, 1000, 0.0091, 0.0246),
        ]
    )
    func wilson(count: Int, total: Int, lower: Double, upper: Double) {
        let interval = Proportion(count: count, total: total).interval(Proportion.deviations(for: 0.95))
        #expect(abs(interval.lowerBound - lower) < 1e-4 && abs(interval.upperBound - upper) < 1e-4, "\(interval)")
    }

    @Test("a confidence is so many deviations", arguments: [(0.9, 1.6449), (0.95, 1.96), (0.99, 2.5758)])
    func deviations(confidence: Double, deviations: Double) {
        #expect(abs(Proportion.deviations(for: confidence) - deviations) < 1e-4)
    }

    @Test("the fewest that can warrant a bound do, and one less does not", arguments: [0.1, 0.02, 0.001])
    func fewest(bound: Double) {
        let z = Proportion.deviations(for: 0.95)
        let fewest = Proportion.fewest(forBound: bound, z)
        #expect(Proportion(count: 0, total: fewest).interval(z).upperBound <= bound)
        #expect(Proportion(count: 0, total: fewest - 1).interval(z).upperBound > bound)
    }
}

@Suite("The threshold that is recommended")
struct ThresholdRecommendationTests {
    private static let z = Proportion.deviations(for: 0.95)

    private func recommendation(_ observations: [CacheObservation], _ rate: Double) -> ThresholdRecommendation {
        ThresholdRecommendation(ThresholdReport(observations, .similarity), errorRate: rate, Self.z)
    }

    @Test("on the other half of a trace its wrong answers are within the bound", arguments: [0.01, 0.02, 0.05])
    func otherHalf(rate: Double) throws {
        let trace = GeneratedTrace.observations(6000, seed: 11)
        guard case .threshold(let row) = self.recommendation(Array(trace.prefix(3000)), rate) else {
            Issue.record("none is recommended")
            return
        }
        let later = ThresholdReport(
            Array(trace.suffix(3000)),
            .similarity,
            .init(from: row.threshold, to: row.threshold, step: 1)
        )
        let realised = try #require(later.rows.first)
        #expect(try #require(realised.errors.share) <= rate, "\(realised)")
        // It is not bought by finding nothing.
        #expect(try #require(realised.hits.share) > 0.25)
    }

    @Test("in all but few of many traces the true rate of wrong answers is within the bound")
    func coverage() {
        let rate = 0.02
        var beyond = 0
        var found = 0
        for seed in 0..<200 as Range<UInt64> {
            guard case .threshold(let row) = self.recommendation(GeneratedTrace.observations(1000, seed: seed), rate)
            else { continue }
            found += 1
            if GeneratedTrace.trueErrorRate(at: row.threshold) > rate { beyond += 1 }
        }
        #expect(found == 200)
        #expect(beyond <= 10, "\(beyond)")
    }

    @Test("where too little was seen none is recommended, and it says so", arguments: [1, 50, 187])
    func tooFew(count: Int) {
        let right = CacheObservation(tier: .semantic, outcome: .agreed, score: 0.98, measure: .similarity)
        guard case .tooFew(let reason) = self.recommendation(Array(repeating: right, count: count), 0.02) else {
            Issue.record("recommended")
            return
        }
        #expect(reason.contains("\(count) lookups") && reason.contains("189"))
    }

    @Test("many lookups in which hardly anything similar was found are too few as well")
    func fewHits() {
        let right = CacheObservation(tier: .semantic, outcome: .agreed, score: 0.98, measure: .similarity)
        let new = CacheObservation(tier: .none, outcome: .new)
        let observations = Array(repeating: new, count: 1000) + Array(repeating: right, count: 29)
        #expect(
            self.recommendation(observations, 0.02) == .tooFew("only 29 similar questions were compared; 30 are needed")
        )
        guard case .threshold(let row) = self.recommendation(observations + [right], 0.02) else {
            Issue.record("none is recommended")
            return
        }
        #expect(row.threshold == 0.7)
    }

    @Test("answers that are wrong however near none is recommended for")
    func alwaysWrong() {
        let wrong = CacheObservation(tier: .semantic, outcome: .disagreed, score: 0.995, measure: .similarity)
        let new = CacheObservation(tier: .none, outcome: .new)
        let observations = Array(repeating: wrong, count: 50) + Array(repeating: new, count: 950)
        guard case .tooManyErrors = self.recommendation(observations, 0.02) else {
            Issue.record("recommended")
            return
        }
    }

    @Test("a looser threshold behind one that fails is not tried")
    func fixedSequence() {
        // All wrong answers are at 0.9, then many right ones: the rate of wrong ones does not fall, it stays.
        let wrong = CacheObservation(tier: .semantic, outcome: .disagreed, score: 0.9, measure: .similarity)
        let near = CacheObservation(tier: .semantic, outcome: .agreed, score: 0.95, measure: .similarity)
        let far = CacheObservation(tier: .semantic, outcome: .agreed, score: 0.75, measure: .similarity)
        let observations =
            Array(repeating: wrong, count: 100) + Array(repeating: near, count: 400) + Array(repeating: far, count: 500)
        guard case .threshold(let row) = self.recommendation(observations, 0.05) else {
            Issue.record("none is recommended")
            return
        }
        #expect(row.threshold == 0.91)
    }
}

/// Lookups whose answers are right more often the nearer they are, by a known law.
enum GeneratedTrace {
    private static let semanticShare = 0.6
    private static let scores = 0.6...1.0

    private static func chance(_ score: Double) -> Double { 1 / (1 + exp(-40 * (score - 0.82))) }

    static func observations(_ count: Int, seed: UInt64) -> [CacheObservation] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            let kind = Double.random(in: 0..<1, using: &random)
            if kind < 0.15 { return CacheObservation(tier: .exact, outcome: .agreed) }
            if kind > 0.15 + self.semanticShare { return CacheObservation(tier: .none, outcome: .new) }
            let score = Double.random(in: self.scores, using: &random)
            let isRight = Double.random(in: 0..<1, using: &random) < self.chance(score)
            let isKnown = Double.random(in: 0..<1, using: &random) < 0.95
            let outcome: CacheObservation.Outcome = isKnown ? (isRight ? .agreed : .disagreed) : .unknown
            return CacheObservation(tier: .semantic, outcome: outcome, score: score, measure: .similarity)
        }
    }

    /// Wrong answers of all lookups, by the law.
    static func trueErrorRate(at threshold: Double) -> Double {
        let steps = 10_000
        let width = (self.scores.upperBound - threshold) / Double(steps)
        let wrong = (0..<steps).reduce(0.0) { sum, step in
            sum + (1 - self.chance(threshold + (Double(step) + 0.5) * width)) * width
        }
        return self.semanticShare * wrong / (self.scores.upperBound - self.scores.lowerBound)
    }
}
