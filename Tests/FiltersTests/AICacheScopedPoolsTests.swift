import FilterAPI
import FilterTesting
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: labels count within their scope")
struct AICacheScopedPoolsTests {
    private static let policy = VerifiedPolicy(VerificationSettings(maxErrorRate: 0.05))

    private func key(_ number: Int) -> CacheKeyID { CacheKeyID(high: UInt64(number), low: 3) }

    /// Explores so many new entries of a scope.
    private func teach(_ ledger: LabelLedger, _ count: Int, in scope: String?, right: Bool = true, from first: Int = 0)
    {
        for number in first..<first + count {
            let decision = ledger.decide(self.key(number), in: scope, at: 0.9, Self.policy)
            _ = ledger.add(
                self.key(number),
                score: 0.9,
                isRight: right,
                as: decision.standing,
                in: scope,
                Self.policy
            )
        }
    }

    private func share(_ ledger: LabelLedger, in scope: String?) -> Double {
        ledger.decide(self.key(1 << 40), in: scope, at: 0.9, Self.policy).share
    }

    @Test("what one scope has shown lends no trust to another", arguments: [nil, "b"] as [String?])
    func lendsNothing(other: String?) {
        let ledger = LabelLedger()
        self.teach(ledger, 400, in: "a")
        #expect(self.share(ledger, in: "a") > 0.5 && self.share(ledger, in: other) == 0)
        #expect(ledger.decide(self.key(1 << 40), in: other, at: 0.5, Self.policy).isFar == false)
    }

    @Test("what is wrong in one scope takes nothing from another")
    func spoilsNothing() {
        let (alone, beside) = (LabelLedger(), LabelLedger())
        for part in 0..<8 {
            self.teach(alone, 50, in: "a", from: part * 50)
            self.teach(beside, 50, in: "a", from: part * 50)
            self.teach(beside, 50, in: "b", right: false, from: 1000 + part * 50)
            #expect(self.share(beside, in: "a") == self.share(alone, in: "a") && self.share(beside, in: "b") == 0)
        }
        #expect(self.share(beside, in: "a") > 0.5)
    }

    @Test("with one scope, or none, everything is as if there were no scopes", arguments: [nil, "a"] as [String?])
    func oneScope(scope: String?) {
        var random = SeededRandom(seed: 8)
        let ledger = LabelLedger()
        var pool = PooledLabels()
        var histories: [CacheKeyID: EntryHistory] = [:]
        for _ in 0..<3000 {
            let key = self.key(random.next(in: 0...1500))
            let score = Double(random.next(in: 700...1000)) / 1000
            if random.chance(10) {
                ledger.noteUnanswerable(in: scope)
                pool.note(PooledLabels.Lookup(score: 0, standing: nil))
            }
            let expected = Self.policy.decision(&histories[key, default: EntryHistory()], &pool, at: score)
            #expect(ledger.decide(key, in: scope, at: score, Self.policy) == expected)
            guard !random.chance(Int(expected.share * 100)) else { continue }
            let isRight = random.chance(score > 0.85 ? 99 : 40)
            _ = ledger.add(key, score: score, isRight: isRight, as: expected.standing, in: scope, Self.policy)
            if let standing = expected.standing {
                let label = PooledLabels.Label(score: Float(score), standing: standing, isRight: isRight)
                pool.add(label, Self.policy)
            }
            _ = histories[key, default: EntryHistory()].add(score: score, isRight: isRight, Self.policy)
        }
        #expect(ledger.pool(of: scope).labels.all == pool.labels.all)
        #expect(ledger.pool(of: scope).lookups.all == pool.lookups.all && ledger.pooled.scopes == 1)
    }

    @Test("the scope that was looked up longest ago gives way, and begins anew")
    func evicted() {
        let ledger = LabelLedger(mostScopes: 3)
        for (number, scope) in ["a", "b", "c"].enumerated() { self.teach(ledger, 400, in: scope, from: number * 1000) }
        #expect(self.share(ledger, in: "a") > 0.5)
        self.teach(ledger, 1, in: "d", from: 5000)
        #expect(ledger.pools.map(\.scope) == ["c", "a", "d"])
        #expect(self.share(ledger, in: "a") > 0.5 && self.share(ledger, in: "b") == 0)
        // That was a lookup of "b", which has taught nothing and goes before those that have.
        for number in 0..<50 { ledger.noteUnanswerable(in: "once \(number)") }
        #expect(Set(ledger.pools.map(\.scope)) == ["a", "d", "once 49"])
        #expect(self.share(ledger, in: "a") > 0.5 && ledger.pool(of: "c").labels.count == 0)
    }

    @Test("an entry whose scope gave way is still served for its own labels")
    func ownLabels() {
        let ledger = LabelLedger(mostScopes: 1)
        for _ in 0..<400 { _ = ledger.add(self.key(1), score: 0.9, isRight: true, as: .known, in: "a", Self.policy) }
        let own = self.share(ledger, of: self.key(1), in: "a")
        self.teach(ledger, 1, in: "b", from: 2)
        #expect(ledger.pools.map(\.scope) == ["b"])
        #expect(own > 0.9 && self.share(ledger, of: self.key(1), in: "a") == own)
    }

    private func share(_ ledger: LabelLedger, of key: CacheKeyID, in scope: String?) -> Double {
        ledger.decide(key, in: scope, at: 0.9, Self.policy).share
    }

    @Test("memory is bounded, for one scope and for all, and told")
    func memory() {
        let registry = MetricRegistry()
        let ledger = LabelLedger(mostScopes: 4, metrics: PoolMetrics(registry))
        let told = { (name: String) in registry.gauge(name, "").value }
        self.teach(ledger, 6000, in: "a")
        let one = ledger.pooled.bytes
        #expect(one > 20_000 && one < 64 << 10)
        #expect(told("ai_cache_label_bytes") == one && told("ai_cache_label_scopes") == 1)
        for number in 0..<40 {
            self.teach(ledger, number % 7 == 0 ? 1000 : 5, in: "\(number)", from: 10_000 * (number + 1))
            #expect(ledger.pooled.scopes <= 4 && ledger.pooled.bytes < 4 * (64 << 10))
            #expect(told("ai_cache_label_bytes") == ledger.pooled.bytes)
        }
        #expect(told("ai_cache_label_scopes") == 4)
        #expect(registry.counter("ai_cache_label_scope_evictions_total", "").value == 37)
        let sum = ledger.pools.reduce(0) { $0 + $1.pool.bytes }
        #expect(ledger.pooled.bytes > sum && ledger.pooled.bytes < sum + 4 * 512)
    }

    @Test("a tenant's questions are not served for what another's have shown")
    func tenants() async throws {
        let vector = #""vector":{"type":"memory","maxErrorRate":0.1,"verification":{"seed":3}}"#
        let gateway = try CachingGateway(
            #"{\#(vector),"embedding":{"type":"ngram"},"compare":{"method":"equal"},"cache":{"type":"memory"}}"#,
            before: [TestFilter(Consumers.self)]
        )
        var hits = ["a": 0, "b": 0]
        for (tenant, elements) in [("a", 1...80), ("b", 1...14)] {
            for element in elements {
                for marks in ["?", "??"] {
                    let question = "What is element \(element)\(marks)"
                    let reply = await gateway.send(Exchange.request(question, headers: ["x-consumer": tenant]))
                    hits[tenant, default: 0] += reply.cacheStatus == "semantic-hit" ? 1 : 0
                }
            }
        }
        // 14 explorations are fewer than the least number of labels with which anything is served.
        #expect(hits["a", default: 0] > 20 && hits["b"] == 0)
        let scopes = gateway.gateway.metrics.gauge("ai_cache_label_scopes", "").value
        #expect(scopes == 2)
    }
}
