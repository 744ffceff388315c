import Foundation
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: what labels warrant")
struct AICacheVerifiedTests {
    private func labels(_ right: [Double], _ wrong: [Double] = []) -> ScoreLabels {
        var labels = ScoreLabels()
        for score in right { labels.add(score: score, isRight: true) }
        for score in wrong { labels.add(score: score, isRight: false) }
        return labels
    }

    private func alpha(_ labels: ScoreLabels, at score: Double) -> Double {
        ErrorBound.alpha(LabelLikelihood(labels), at: score)
    }

    private func share(_ labels: ScoreLabels, at score: Double, _ rate: Double = 0.05) -> Double {
        ErrorBound(mostErrors: rate).share(LabelLikelihood(labels), at: score)
    }

    @Test("labels that are all right warrant what Clopper and Pearson's bound does", arguments: [1, 3, 10, 50, 300])
    func exactBound(count: Int) {
        let expected =
            (1..<10_000).map { Double($0) / 10_000 }
            .map { (1 - $0) * Foundation.pow($0, 1 / Double(count)) }.max() ?? 0
        // At a score that is nearer than all labels the flat curve is the worst; at their own score too.
        for score in [0.9, 0.95, 1] {
            let found = self.alpha(self.labels(Array(repeating: 0.9, count: count)), at: score)
            #expect(found <= expected + 1e-6 && found > expected - 0.005 - 0.12 / Double(count * count))
        }
    }

    @Test("no labels, wrong ones only, and scores that are no numbers warrant nothing")
    func nothing() {
        #expect(self.share(self.labels([]), at: 0.9) == 0)
        #expect(self.share(self.labels([], [0.9, 0.8, 0.95]), at: 0.99) == 0)
        #expect(self.share(self.labels([], [0.2]), at: 0.99) == 0)
        for score in [Double.nan, .infinity, -.infinity, 1e300, -1e7] {
            #expect(self.share(self.labels([0.9, 0.9]), at: score) == 0)
            var labels = self.labels([0.9])
            labels.add(score: score, isRight: false)
            #expect(labels == self.labels([0.9]))
        }
    }

    @Test("labels that a score tells apart fully do not run away")
    func separable() {
        let labels = self.labels(Array(repeating: 0.95, count: 60), Array(repeating: 0.85, count: 60))
        #expect(self.share(labels, at: 0.95) > 0.4 && self.share(labels, at: 0.85) == 0)
        // Between the two nobody knows.
        #expect(self.alpha(labels, at: 0.9) < 0.6)
        #expect(LabelLikelihood(labels).best > -1)
    }

    @Test("scores that are all equal are enough, and a part that is wrong counts")
    func equalScores() {
        let good = self.labels(Array(repeating: 0.9, count: 300))
        let bad = self.labels(Array(repeating: 0.9, count: 270), Array(repeating: 0.9, count: 30))
        #expect(self.share(good, at: 0.9) == 1 && self.share(bad, at: 0.9) == 0)
        #expect(self.alpha(bad, at: 0.9) > 0.8 && self.alpha(bad, at: 0.9) < 0.9)
    }

    @Test("what is warranted does not fall with the score", arguments: 0..<10)
    func monotonous(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var labels = ScoreLabels()
        for _ in 0..<random.next(in: 1...80) {
            let score = Double.random(in: 0.5...1, using: &random)
            labels.add(score: score, isRight: Double.random(in: 0.5...1, using: &random) < score)
        }
        var before = 0.0
        for step in 0...50 {
            let alpha = self.alpha(labels, at: 0.5 + Double(step) / 100)
            #expect(alpha >= before - 0.01 && alpha < 1 && alpha >= 0)
            before = alpha
        }
    }

    @Test("the greatest likelihood is found, as by a search over all curves", arguments: 0..<10)
    func likelihood(seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 100)
        var labels = ScoreLabels()
        for _ in 0..<30 {
            labels.add(score: Double.random(in: 0.7...1, using: &random), isRight: random.chance(60))
        }
        let likelihood = LabelLikelihood(labels)
        var found = -Double.infinity
        for logit in stride(from: -20.0, through: 20, by: 0.2) {
            for slope in stride(from: 0.0, through: LabelLikelihood.steepest, by: 2) {
                let sum = labels.groups.reduce(0.0) { sum, group in
                    let x = logit + slope * (group.score - 0.85)
                    return sum - group.right * log1p(exp(-x)) - group.wrong * log1p(exp(x))
                }
                found = max(found, sum)
            }
        }
        #expect(abs(likelihood.best - found) < 0.2 && likelihood.best >= found - 1e-6)
    }

    @Test("labels are bounded: few groups, halved weight, and nothing lost of the sum")
    func bounded() {
        var labels = ScoreLabels()
        var random = SeededRandom(seed: 5)
        for number in 1...1000 {
            labels.add(score: Double.random(in: 0...1, using: &random), isRight: number % 2 == 0)
        }
        #expect(labels.groups.count <= 12 && labels.count == 1000 && labels.wrong == 500)
        #expect(labels.groups.map(\.score) == labels.groups.map(\.score).sorted())
        for _ in 0..<10_000 { labels.add(score: 0.5, isRight: true) }
        #expect(labels.count <= ScoreLabels.mostLabels && labels.wrong < 20)
    }
}

@Suite("ai-cache: the history of a stored answer")
struct AICacheEntryHistoryTests {
    private func policy(
        _ rate: Double = 0.05,
        _ change: (inout VerificationSettings) -> Void = { $0.exploration = 0 }
    ) -> VerifiedPolicy {
        var settings = VerificationSettings(maxErrorRate: rate)
        change(&settings)
        return VerifiedPolicy(settings)
    }

    private func key(_ number: Int) -> CacheKeyID { CacheKeyID(high: UInt64(number), low: 1) }

    @Test("nothing is served before it was found right often enough")
    func minLabels() {
        let policy = self.policy(0.5)
        let ledger = LabelLedger()
        for count in 0..<3 {
            #expect(ledger.decide(self.key(1), at: 0.9, policy).share == 0, "\(count)")
            _ = ledger.add(self.key(1), score: 0.9, isRight: true, policy)
        }
        #expect(ledger.decide(self.key(1), at: 0.9, policy).share > 0.5)
        // Wrong labels elsewhere do not count as right ones.
        for _ in 0..<5 { _ = ledger.add(self.key(2), score: 0.3, isRight: false, policy) }
        #expect(ledger.decide(self.key(2), at: 0.99, policy).share == 0)
    }

    @Test("an answer that is found wrong is not served until it was right often enough again")
    func quarantine() {
        let policy = self.policy(0.05) { $0.quarantine = 4 }
        var history = EntryHistory()
        for _ in 0..<200 { #expect(history.add(score: 0.9, isRight: true, policy) == .noted) }
        #expect(history.share(at: 0.9, policy) > 0.9)
        #expect(history.add(score: 0.9, isRight: false, policy) == .quarantined)
        for count in 1...4 {
            #expect(history.share(at: 0.9, policy) == 0 && history.isQuarantined)
            #expect(history.add(score: 0.9, isRight: true, policy) == (count == 4 ? .released : .noted))
        }
        #expect(history.share(at: 0.9, policy) > 0.5)
    }

    @Test("found wrong twice in a row, what was known before is forgotten")
    func forgotten() {
        let policy = self.policy(0.05)
        var history = EntryHistory()
        for _ in 0..<1000 { _ = history.add(score: 0.9, isRight: true, policy) }
        #expect(history.add(score: 0.9, isRight: false, policy) == .quarantined)
        #expect(history.add(score: 0.9, isRight: false, policy) == .forgotten)
        #expect(history.labels.count == 1 && history.isQuarantined)
        for _ in 0..<8 { _ = history.add(score: 0.9, isRight: true, policy) }
        #expect(!history.isQuarantined && history.share(at: 0.9, policy) == 0)
    }

    @Test("a wrong label where nothing was believed is no quarantine, and does not hurt nearer questions")
    func expectedWrong() {
        let policy = self.policy(0.05)
        var history = EntryHistory()
        for _ in 0..<100 { _ = history.add(score: 0.95, isRight: true, policy) }
        let before = history.share(at: 0.95, policy)
        for _ in 0..<20 { #expect(history.add(score: 0.6, isRight: false, policy) == .noted) }
        #expect(history.share(at: 0.95, policy) > before - 0.05 && history.share(at: 0.6, policy) == 0)
    }

    @Test("labels that change all the time never lead to service")
    func flips() {
        let policy = self.policy(0.1)
        var history = EntryHistory()
        for number in 0..<400 {
            _ = history.add(score: 0.9, isRight: number % 2 == 0, policy)
            #expect(history.share(at: 0.9, policy) == 0 && history.share(at: 0.99, policy) == 0)
        }
    }

    @Test("a floor of exploration stays whatever is known", arguments: [0.0, 0.02, 0.5, 1.0])
    func floor(exploration: Double) {
        let policy = self.policy(0.5) { $0.exploration = exploration }
        let ledger = LabelLedger()
        for _ in 0..<500 { _ = ledger.add(self.key(1), score: 0.9, isRight: true, policy) }
        #expect(abs(ledger.decide(self.key(1), at: 0.95, policy).share - (1 - exploration)) < 1e-9)
    }

    @Test("another error rate asks the same labels anew")
    func otherRate() {
        let ledger = LabelLedger()
        for _ in 0..<50 { _ = ledger.add(self.key(1), score: 0.9, isRight: true, self.policy(0.05)) }
        let shares = [0.01, 0.05, 0.2, 0.01].map { ledger.decide(self.key(1), at: 0.9, self.policy($0)).share }
        #expect(shares[0] < shares[1] && shares[1] < shares[2] && shares[3] == shares[0])
    }

    @Test("the ledger is bounded, and keeps those whose labels are newer")
    func ledger() {
        let policy = self.policy()
        let ledger = LabelLedger(mostEntries: 100)
        for number in 0..<1000 {
            _ = ledger.add(self.key(number), score: 0.9, isRight: true, policy)
            _ = ledger.add(self.key(0), score: 0.9, isRight: true, policy)
        }
        #expect(ledger.count <= 100 && ledger.history(of: self.key(999)) != nil)
        #expect(ledger.history(of: self.key(0))?.rights == 1001 && ledger.history(of: self.key(1)) == nil)
        ledger.remove(self.key(0))
        #expect(ledger.history(of: self.key(0)) == nil && ledger.changeCount == 2000)
    }

    @Test("a history reads back, and nothing else does", arguments: 0..<10)
    func snapshot(seed: UInt64) throws {
        let policy = self.policy()
        var random = SeededRandom(seed: seed)
        var history = EntryHistory()
        for _ in 0..<random.next(in: 0...60) {
            _ = history.add(
                score: Double.random(in: 0.5...1, using: &random),
                isRight: random.chance(80),
                policy
            )
        }
        var encoded = history.encoded
        let read = try #require(EntryHistory(&encoded))
        #expect(read.labels == history.labels && read.rights == history.rights)
        #expect(read.rightsToGo == history.rightsToGo)
        for length in 0..<history.encoded.readableBytes {
            var cut = try #require(history.encoded.getSlice(at: 0, length: length))
            #expect(EntryHistory(&cut) == nil)
        }
        for _ in 0..<300 {
            var noise = ByteBuffer(bytes: (0..<random.next(in: 0...90)).map { _ in UInt8(random.next(in: 0...2)) })
            if let read = EntryHistory(&noise) { #expect(read.labels.count.isFinite && read.rights >= 0) }
        }
    }

    @Test("choices from a seed repeat, and are spread evenly")
    func chance() {
        var (first, second) = (ChanceSource(seed: 7), ChanceSource(seed: 7))
        var other = ChanceSource(seed: -8)
        let draws = (0..<2000).map { _ in first.draw() }
        #expect(draws == (0..<2000).map { _ in second.draw() } && draws[0] != other.draw())
        #expect(draws.allSatisfy { (0..<1).contains($0) })
        #expect(abs(draws.reduce(0, +) / 2000 - 0.5) < 0.03)
    }
}
