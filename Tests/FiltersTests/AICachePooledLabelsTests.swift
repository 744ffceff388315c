import Foundation
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: what labels of all entries warrant")
struct AICachePooledLabelsTests {
    private func policy(
        _ rate: Double = 0.05,
        _ change: (inout VerificationSettings) -> Void = { _ in }
    ) -> VerifiedPolicy {
        var settings = VerificationSettings(maxErrorRate: rate)
        change(&settings)
        return VerifiedPolicy(settings)
    }

    /// How often entries are served, as a pool that is left as it is tells.
    private func share(
        _ pool: PooledLabels,
        _ standing: EntryStanding,
        at score: Double,
        _ policy: VerifiedPolicy
    ) -> Double {
        var pool = pool
        return pool.share(standing, at: score, policy)
    }

    private func key(_ number: Int) -> CacheKeyID { CacheKeyID(high: UInt64(number), low: 1) }

    /// Lookups of new entries at a score, each explored.
    private func explore(
        _ pool: inout PooledLabels,
        _ count: Int,
        at score: Float,
        as standing: EntryStanding = .new,
        right: Bool = true,
        _ policy: VerifiedPolicy
    ) {
        for _ in 0..<count {
            pool.note(PooledLabels.Lookup(score: score, standing: standing))
            pool.add(PooledLabels.Label(score: score, standing: standing, isRight: right), policy)
        }
    }

    @Test(
        "equal weights give the bound of Poisson's distribution",
        arguments: [(0, 2.303), (1, 3.890), (2, 5.322), (5, 9.275), (10, 15.407), (50, 60.34)]
    )
    func poisson(count: Int, expected: Double) {
        for weight in [0.1, 1, 20] {
            var events = WeightedEvents()
            for _ in 0..<10 { events.add(Double(count) / 10, weight: weight) }
            #expect(abs(events.upperBound(deviations: 1.2816) / weight / expected - 1) < 0.015, "\(count), \(weight)")
        }
    }

    @Test("a group of which little is known makes the bound greater, not smaller")
    func weights() {
        #expect(WeightedEvents().upperBound(deviations: 1.28) == 0)
        var events = WeightedEvents()
        events.add(4, weight: 1)
        let before = events.upperBound(deviations: 1.28)
        events.add(0, weight: 10)
        #expect(events.upperBound(deviations: 1.28) > before + 10)
    }

    @Test("a change is noticed after a few labels, and none where there is none")
    func alarm() {
        var alarm = ChangeAlarm()
        let early = (1...2000).first { alarm.note(isWrong: $0 % 100 == 0, expected: 0.01, raised: 0.05) }
        #expect(early == nil)
        var count = 1
        while !alarm.note(isWrong: true, expected: 0.01, raised: 0.05), count < 50 { count += 1 }
        #expect(count <= 4 && alarm.length >= count && alarm.length < 120)
        // Nothing to notice.
        for (expected, raised) in [(0.0, 0.5), (0.5, 0.5), (0.5, 0.2), (0.5, 1)] {
            var alarm = ChangeAlarm()
            let alarms = (0..<50).count { _ in alarm.note(isWrong: true, expected: expected, raised: raised) }
            #expect(alarms == 0)
        }
    }

    @Test("the last values are kept, in their order", arguments: [1, 2, 7, 100])
    func recent(most: Int) {
        var values = RecentValues<Int>(most: most)
        for number in 1...250 {
            values.append(number)
            #expect(values.count == min(number, most) && Array(values.all) == Array(max(1, number - most + 1)...number))
        }
        values.keepNewest(2)
        #expect(Array(values.all) == Array((251 - min(2, most))...250))
        values.keepNewest(0)
        #expect(values.count == 0 && values.all.isEmpty)
    }

    @Test("nothing is served before there are some labels, then more and more often")
    func growth() {
        let policy = self.policy()
        var pool = PooledLabels()
        self.explore(&pool, PooledShares.leastLabels - 1, at: 0.9, policy)
        #expect(self.share(pool, .new, at: 0.9, policy) == 0)
        var before = 0.0
        for _ in 0..<8 {
            self.explore(&pool, 30, at: 0.9, policy)
            let share = self.share(pool, .new, at: 0.9, policy)
            #expect(share > before || share == 0.95, "\(before)")
            before = share
        }
        #expect(before > 0.9 && before <= 0.95)
        // What lies below all that was seen, and entries of another standing, are something else.
        #expect(self.share(pool, .new, at: 0.7, policy) == 0 && self.share(pool, .known, at: 0.9, policy) == 0)
        #expect(self.share(pool, .new, at: 0.99, policy) == before)
    }

    @Test("near questions that ask something else are not served, those below them are")
    func wrongNearOne() {
        let policy = self.policy()
        var pool = PooledLabels()
        for number in 0..<150 {
            self.explore(&pool, 1, at: 0.99, right: number % 2 == 0, policy)
            self.explore(&pool, 2, at: 0.92, policy)
            self.explore(&pool, 1, at: 0.6, right: number % 10 == 0, policy)
        }
        #expect(self.share(pool, .new, at: 0.99, policy) == 0 && self.share(pool, .new, at: 0.6, policy) == 0)
        #expect(self.share(pool, .new, at: 0.93, policy) > 0.9)
    }

    @Test("lookups that nothing answers make room for errors, up to the bound")
    func unanswerable() {
        let policy = self.policy(0.02)
        var pool = PooledLabels()
        for number in 0..<200 { self.explore(&pool, 1, at: 0.9, right: number % 20 != 0, policy) }
        let before = self.share(pool, .new, at: 0.9, policy)
        for _ in 0..<600 { pool.note(PooledLabels.Lookup(score: 0, standing: nil)) }
        #expect(before < 0.4 && self.share(pool, .new, at: 0.9, policy) > 2 * before)
    }

    @Test("when what was right turns wrong, what was known is forgotten")
    func change() {
        let policy = self.policy()
        var pool = PooledLabels()
        self.explore(&pool, 600, at: 0.9, policy)
        #expect(self.share(pool, .new, at: 0.9, policy) > 0.9)
        for _ in 0..<4 { self.explore(&pool, 1, at: 0.9, right: false, policy) }
        #expect(self.share(pool, .new, at: 0.9, policy) == 0 && pool.labels.count < 20)
    }

    @Test("an entry without labels is served as those like it, one that was found wrong is not")
    func entries() {
        let policy = self.policy()
        let ledger = LabelLedger()
        for number in 0..<400 {
            let decision = ledger.decide(self.key(number), at: 0.9, policy)
            #expect(decision.standing == .new)
            _ = ledger.add(self.key(number), score: 0.9, isRight: number % 100 != 99, as: decision.standing, policy)
        }
        #expect(ledger.decide(self.key(1000), at: 0.9, policy).share > 0.5)
        #expect(
            ledger.decide(self.key(1000), at: 0.5, policy) == VerifiedDecision(share: 0, standing: .new, isFar: true)
        )
        // One right label is another standing, and one that is wrong none, but for nearer questions.
        #expect(ledger.decide(self.key(1), at: 0.9, policy).standing == .known)
        #expect(ledger.decide(self.key(99), at: 0.9, policy) == VerifiedDecision(share: 0, standing: nil, isFar: true))
        #expect(ledger.decide(self.key(99), at: 0.92, policy).standing == nil)
        #expect(ledger.decide(self.key(99), at: 0.97, policy).standing == .new)
        for _ in 0..<5 { _ = ledger.add(self.key(1000), score: 0.9, isRight: true, policy) }
        #expect(ledger.decide(self.key(1000), at: 0.92, policy).standing == .proven)
        #expect(ledger.add(self.key(1000), score: 0.92, isRight: false, policy) == .quarantined)
        #expect(ledger.decide(self.key(1000), at: 0.99, policy).standing == nil)
    }

    @Test("without sharing an entry has its own labels only, and nothing is pooled")
    func alone() {
        let policy = self.policy(0.5) { $0.shared = false }
        let ledger = LabelLedger()
        for number in 0..<200 {
            let decision = ledger.decide(self.key(number), at: 0.9, policy)
            #expect(decision == VerifiedDecision(share: 0))
            _ = ledger.add(self.key(number), score: 0.9, isRight: true, as: .new, policy)
        }
        #expect(ledger.pool().labels.count == 0 && ledger.pooled.scopes == 0)
    }

    @Test("always to explore leaves nothing to serve")
    func exploration() {
        let policy = self.policy(0.5) { $0.exploration = 1 }
        var pool = PooledLabels()
        self.explore(&pool, 300, at: 0.9, policy)
        #expect(self.share(pool, .new, at: 0.9, policy) == 0)
    }

    @Test("a pool reads back, and nothing else does", arguments: 0..<5)
    func snapshot(seed: UInt64) throws {
        #expect(PooledLabels().encoded == nil)
        let policy = self.policy()
        var random = SeededRandom(seed: seed)
        var pool = PooledLabels()
        for _ in 0..<random.next(in: 1...80) {
            let score = Float.random(in: 0.5...1, using: &random)
            let standing = EntryStanding(rawValue: UInt8(random.next(in: 0...3)))
            pool.note(PooledLabels.Lookup(score: score, standing: standing))
            if let standing {
                let label = PooledLabels.Label(score: score, standing: standing, isRight: random.chance(80))
                pool.add(label, policy)
            }
        }
        let encoded = try #require(pool.encoded)
        var whole = encoded
        let read = try #require(PooledLabels(&whole))
        #expect(read.labels.all == pool.labels.all && read.lookups.all == pool.lookups.all)
        for length in 0..<encoded.readableBytes {
            var cut = try #require(encoded.getSlice(at: 0, length: length))
            #expect(PooledLabels(&cut) == nil)
        }
        for _ in 0..<300 {
            var noise = ByteBuffer(bytes: (0..<random.next(in: 0...90)).map { _ in UInt8(random.next(in: 0...2)) })
            if let read = PooledLabels(&noise) { #expect(read.labels.all.allSatisfy { $0.score.isFinite }) }
        }
    }
}
