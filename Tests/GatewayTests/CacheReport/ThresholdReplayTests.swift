import Foundation
import TestSupport
import Testing

@testable import GatewayCommands

@Suite("What repeats of a question get")
struct ThresholdReplayTests {
    private static func new(_ key: String) -> CacheObservation {
        CacheObservation(tier: .none, outcome: .new, key: key)
    }

    private static func exact(_ key: String, _ outcome: CacheObservation.Outcome = .agreed) -> CacheObservation {
        CacheObservation(tier: .exact, outcome: outcome, key: key)
    }

    private static func semantic(
        _ key: String,
        _ score: Double,
        _ outcome: CacheObservation.Outcome,
        of stored: String = "stored"
    ) -> CacheObservation {
        CacheObservation(
            tier: .semantic,
            outcome: outcome,
            score: score,
            measure: .similarity,
            key: key,
            storedKey: stored
        )
    }

    private func row(_ observations: [CacheObservation], at threshold: Double) throws -> ThresholdReport.Row {
        let report = ThresholdReport(observations, .similarity, .init(from: threshold, to: threshold, step: 1))
        return try #require(report.rows.first)
    }

    @Test("a wrong answer stays under the wording, so that all repeats are wrong")
    func wrong() throws {
        let trace =
            [Self.new("a"), Self.semantic("b", 0.9, .disagreed, of: "a")]
            + Array(repeating: Self.exact("b"), count: 19) + [Self.exact("a")]
        let loose = try self.row(trace, at: 0.85)
        #expect(loose.errors.count == 20 && loose.errors.total == 22 && loose.semanticHits == 20)
        #expect(loose.questions == 1 && loose.precision.count == 0 && loose.hits.count == 21)
        let strict = try self.row(trace, at: 0.95)
        #expect(strict.errors.count == 0 && strict.semanticHits == 0 && strict.hits.count == 20)
    }

    @Test("one that was right stays right, although the model says something else the next time")
    func right() throws {
        let row = try self.row([Self.semantic("b", 0.9, .agreed), Self.exact("b", .disagreed)], at: 0.85)
        #expect(row.errors.count == 0 && row.precision.count == 2)
    }

    @Test("without a store for equal questions the same words are found by their vector, and are no other question")
    func sameWords() throws {
        let trace = [
            Self.new("a"), Self.semantic("a", 1, .agreed, of: "a"), Self.semantic("a", 1, .disagreed, of: "a"),
        ]
        let report = ThresholdReport(trace, .similarity, .init(from: 0.9, to: 0.9, step: 1))
        #expect(report.exactHits == 2 && report.exact == Proportion(count: 1, total: 2))
        #expect(report.rows.map(\.semanticHits) == [0] && report.rows.map(\.hits.count) == [2])
        let decided = [Self.semantic("b", 0.9, .disagreed), Self.semantic("b", 1, .agreed, of: "b")]
        #expect(try self.row(decided, at: 0.85).errors.count == 2)
    }

    @Test("an answer that came by way of another question is right if both steps were")
    func chain() throws {
        let cases: [(CacheObservation.Outcome, CacheObservation.Outcome, Int)] = [
            (.agreed, .agreed, 0), (.agreed, .disagreed, 1), (.disagreed, .agreed, 2), (.disagreed, .disagreed, 2),
        ]
        for (first, second, errors) in cases {
            let trace = [Self.semantic("b", 0.9, first, of: "a"), Self.semantic("c", 0.97, second, of: "b")]
            #expect(try self.row(trace, at: 0.85).errors.count == errors, "\(first) \(second)")
            // Here b has its own answer.
            #expect(try self.row(trace, at: 0.95).errors.count == (second == .agreed ? 0 : 1))
        }
    }

    @Test("what cannot be compared decides nothing, and a store that has forgotten begins anew")
    func undecided() throws {
        let unknown = [Self.semantic("b", 0.9, .unknown), Self.semantic("b", 0.9, .disagreed), Self.exact("b")]
        let row = try self.row(unknown, at: 0.85)
        #expect(row.semanticHits == 3 && row.errors.count == 2 && row.errors.total == 2)
        let forgotten = [Self.semantic("b", 0.9, .disagreed), Self.new("b"), Self.exact("b")]
        #expect(try self.row(forgotten, at: 0.85).errors.count == 1)
        #expect(
            try self.row([Self.semantic("b", 0.9, .disagreed), Self.exact("b", .unknown)], at: 0.85).errors.total == 1
        )
    }

    @Test("the time decides the order, not the file; and caches of other names do not mix")
    func order() throws {
        var first = Self.semantic("b", 0.9, .disagreed)
        first.time = 10
        var later = Self.exact("b")
        later.time = 11
        #expect(try self.row([later, first], at: 0.85).errors.count == 2)
        later.cache = "another"
        #expect(try self.row([later, first], at: 0.85).errors.count == 1)
    }

    @Test("near misses that are asked again and again are not recommended, as they were without names")
    func nearMisses() {
        var random = SeededRandom(seed: 5)
        var wordings = (0..<400).flatMap { Array(repeating: "alpha \($0)", count: 8) }
        wordings += (0..<40).flatMap { Array(repeating: "beta \($0)", count: 20) }
        wordings.shuffle(using: &random)
        var asked: Set<String> = []
        let trace = wordings.map { wording -> CacheObservation in
            guard asked.insert(wording).inserted else { return Self.exact(wording) }
            let isAlpha = wording.hasPrefix("alpha")
            let other = isAlpha ? "beta\(wording.dropFirst(5))" : "alpha\(wording.dropFirst(4))"
            return asked.contains(other) ? Self.semantic(wording, 0.95, .disagreed, of: other) : Self.new(wording)
        }
        let z = Proportion.deviations(for: 0.95)
        let report = ThresholdReport(trace, .similarity)
        #expect((report.rows.first?.errors.share ?? 0) > 0.08)
        let refusal = "0.95 already has too many wrong answers to be sure, and stricter ones hardly a hit"
        #expect(ThresholdRecommendation(report, errorRate: 0.02, z) == .tooManyErrors(refusal))
        let unnamed = trace.map { one -> CacheObservation in
            var one = one
            (one.key, one.storedKey) = (nil, nil)
            return one
        }
        let before = ThresholdReport(unnamed, .similarity)
        #expect((before.rows.first?.errors.share ?? 1) < 0.02 && before.unnamed == trace.count && report.unnamed == 0)
    }

    @Test("repeats of one question do not count as many")
    func groups() {
        let z = Proportion.deviations(for: 0.95)
        let few = (0..<40).map { Self.semantic("\($0)", 0.98, .agreed) }
        let trace = few + Array(repeating: Self.exact("0"), count: 400)
        let report = ThresholdReport(trace, .similarity)
        #expect(report.rows.allSatisfy { $0.errors.interval(z).upperBound > 0.5 || $0.threshold > 0.98 })
        guard case .tooFew = ThresholdRecommendation(report, errorRate: 0.02, z) else {
            Issue.record("recommended")
            return
        }
    }

    @Test("hits that are nearly all wrong are not recommended because they are few")
    func fewButWrong() {
        let new = (0..<5000).map { Self.new("new \($0)") }
        let wrong = (0..<40).map { Self.semantic("\($0)", 0.995, .disagreed) }
        let recommendation = ThresholdRecommendation(
            ThresholdReport(new + wrong, .similarity),
            errorRate: 0.02,
            Proportion.deviations(for: 0.95)
        )
        #expect(recommendation == .tooManyErrors("of the answers to similar questions not even half are surely right"))
    }

    @Test("lines of older gateways are read, and said to be without names")
    func unnamed() throws {
        var observations = CacheObservations()
        let named =
            #"{"time":1,"tier":"semantic","outcome":"agreed","score":0.9,"measure":"similarity","key":"a","stored_key":"b"}"#
        let old = #"{"time":1,"tier":"exact","outcome":"agreed"}"#
        observations.add(lines: Data((named + "\n" + old + "\n").utf8), of: "o.jsonl")
        #expect(observations.all.map(\.key) == ["a", nil] && observations.all.map(\.storedKey) == ["b", nil])
        let text = ThresholdReport(observations.all, .similarity).text(confidence: 0.95, errorRate: nil)
        #expect(text.contains("1 do not name their question, as older gateways wrote them"))
        let report = ThresholdReport([observations.all[0]], .similarity)
        #expect(!report.text(confidence: 0.95, errorRate: nil).contains("do not name"))
    }

    @Test("the design effect is 1 for questions that are asked once, and grows with what stands or falls together")
    func designEffect() {
        let once = (0..<100).map { Proportion.Group(count: $0 < 10 ? 1 : 0, total: 1, together: 1) }
        #expect(abs(Proportion(once).designEffect - 1) < 1e-9)
        let tens = (0..<10).map { _ in Proportion.Group(count: 0, total: 10, together: 10) }
        #expect(Proportion(tens).designEffect == 10 && Proportion(tens).effectiveTotal == 10)
        // Of many lookups that cannot be wrong nothing is lost.
        let many = [
            Proportion.Group(count: 0, total: 1000, together: 0), Proportion.Group(count: 0, total: 1, together: 1),
        ]
        #expect(Proportion(many).designEffect == 1)
    }
}
