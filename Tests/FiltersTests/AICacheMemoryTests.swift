import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: memory store")
struct AICacheMemoryTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func entry(_ length: Int, until expiry: NIODeadline? = nil) -> StoredEntry {
        StoredEntry(bytes: ByteBuffer(repeating: 0x61, count: length), storedAt: self.start, expiresAt: expiry)
    }

    private func id(_ number: Int) -> CacheKeyID { CacheKeyID(of: "key \(number)") }

    @Test("gives back what was stored, replaces it, and forgets it")
    func storing() {
        let cache = MemoryCache(maximumBytes: 1 << 20, .alone)
        let key = CacheKey(question: "q", prefix: "p:", scope: nil)
        #expect(cache.value(of: key, at: self.start) == nil)
        cache.store(bytes("one"), under: key, timeToLive: nil, at: self.start)
        cache.store(bytes("two"), under: key, timeToLive: nil, at: self.start + .seconds(1))
        let found = cache.value(of: key, at: self.start + .seconds(8))
        #expect(found?.bytes == bytes("two") && found?.age == 7)
        #expect(cache.remove(key.id)?.bytes != nil && cache.remove(key.id) == nil)
        #expect(cache.value(of: key, at: self.start) == nil)
    }

    @Test("an entry is gone when its time is over, and not before")
    func timeToLive() {
        let cache = MemoryCache(maximumBytes: 1 << 20, .alone)
        let key = CacheKey(question: "q", prefix: "p:", scope: nil)
        cache.store(bytes("x"), under: key, timeToLive: .seconds(60), at: self.start)
        #expect(cache.value(of: key, at: self.start + .seconds(60) - .nanoseconds(1)) != nil)
        #expect(cache.value(of: key, at: self.start + .seconds(60)) == nil)
    }

    @Test("never holds more than its capacity, and counts what it holds")
    func bounded() {
        var shard = MemoryShard(capacity: 64 << 10)
        var generator = SeededGenerator(seed: 3)
        var total = MemoryShard.Change()
        for _ in 0..<20000 {
            let id = self.id(Int.random(in: 0..<400, using: &generator))
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: _ = shard.remove(id)
            case 1...4: _ = shard.value(of: id, at: self.start)
            default: shard.store(self.entry(Int.random(in: 1...4000, using: &generator)), under: id)
            }
            let change = shard.takeChange()
            total.entries += change.entries
            total.bytes += change.bytes
            total.evictions += change.evictions
            #expect(shard.bytes <= 64 << 10)
            #expect(total.entries == shard.count && total.bytes == shard.bytes)
        }
        #expect(total.evictions > 1000 && shard.count > 5)
    }

    @Test("a flood of questions asked once does not wash out the popular ones")
    func scanResistance() {
        var shard = MemoryShard(capacity: 1 << 20)
        let popular = (0..<50).map { self.id($0) }
        for id in popular { shard.store(self.entry(1000), under: id) }
        for _ in 0..<10 { for id in popular { _ = shard.value(of: id, at: self.start) } }
        for number in 1000..<11000 {
            _ = shard.value(of: self.id(number), at: self.start)
            shard.store(self.entry(1000), under: self.id(number))
        }
        let kept = popular.count { shard.value(of: $0, at: self.start) != nil }
        #expect(kept >= 48)
    }

    @Test("what has become popular gets in")
    func admission() {
        var shard = MemoryShard(capacity: 256 << 10)
        for number in 0..<1000 { shard.store(self.entry(1000), under: self.id(number)) }
        let late = self.id(5000)
        for _ in 0..<5 {
            if shard.value(of: late, at: self.start) == nil { shard.store(self.entry(1000), under: late) }
        }
        for number in 1000..<1200 { shard.store(self.entry(1000), under: self.id(number)) }
        let isKept = shard.value(of: late, at: self.start) != nil
        #expect(isKept)
    }

    @Test("an entry larger than the shard is not kept and displaces nothing")
    func oversized() {
        var shard = MemoryShard(capacity: 64 << 10)
        shard.store(self.entry(100), under: self.id(1))
        shard.store(self.entry(100 << 10), under: self.id(2))
        let kept = [1, 2].map { shard.value(of: self.id($0), at: self.start) != nil }
        #expect(kept == [true, false])
    }

    @Test("shrinking lets go of what is too much")
    func resizing() {
        var shard = MemoryShard(capacity: 1 << 20)
        for number in 0..<500 { shard.store(self.entry(1000), under: self.id(number)) }
        shard.resize(to: 128 << 10)
        #expect(shard.bytes <= 128 << 10 && shard.count > 50)
    }

    @Test("an answer that was not new when it was stored is as old as it is")
    func earlierAge() {
        let cache = MemoryCache(maximumBytes: 1 << 20, .alone)
        let key = CacheKey(question: "q", prefix: "p:", scope: nil)
        cache.store(bytes("x"), under: key, timeToLive: .seconds(60), age: 40, at: self.start)
        #expect(cache.value(of: key, at: self.start + .seconds(5))?.age == 45)
        #expect(cache.value(of: key, at: self.start + .seconds(61)) == nil)
    }

    @Test("the metrics tell what all stores hold")
    func metrics() {
        let registry = MetricRegistry()
        let cache = MemoryCache(
            maximumBytes: 64 << 10,
            FilterEnvironment(name: "ai-cache", logger: CacheLogRecording().logger, metrics: registry)
        )
        for number in 0..<200 {
            let key = CacheKey(question: "\(number)", prefix: "p:", scope: nil)
            cache.store(ByteBuffer(repeating: 1, count: 900), under: key, timeToLive: nil, at: self.start)
        }
        let entries = registry.gauge("ai_cache_entries", "").value
        let evictions = registry.counter("ai_cache_evictions_total", "").value
        #expect(entries > 20 && entries + evictions == 200)
        #expect((20000...(64 << 10)).contains(registry.gauge("ai_cache_bytes", "").value))
    }

    @Test("a reload keeps the store, with its new size")
    func reload() throws {
        let shared = SharedFilterState()
        let log = CacheLogRecording()
        func open(_ maximum: Int) throws -> any LocalCacheStore {
            let configuration = try ReadConfiguration(#"{"cache":{"type":"memory","maxBytes":\#(maximum)}}"#)
            let environment = FilterEnvironment(
                name: "ai-cache",
                logger: log.logger,
                metrics: MetricRegistry(),
                shared: shared
            )
            guard case .local(let store)? = configuration.value.cache.open?(environment) else { throw NotLocal() }
            shared.nowInForce()
            return store
        }
        let key = CacheKey(question: "q", prefix: "p:", scope: nil)
        try open(1 << 20).store(bytes("x"), under: key, timeToLive: nil, at: self.start)
        #expect(try open(2 << 20).value(of: key, at: self.start)?.bytes == bytes("x"))
    }

    struct NotLocal: Error {}
}

@Suite("ai-cache: frequency sketch")
struct AICacheFrequencyTests {
    @Test("never counts too low, and seldom too high")
    func estimates() {
        var sketch = FrequencySketch(width: 1024)
        for number in 0..<100 {
            for _ in 0...(number % 10) { sketch.add(CacheKeyID(of: "\(number)")) }
        }
        var exact = 0
        for number in 0..<100 {
            let estimate = Int(sketch.frequency(of: CacheKeyID(of: "\(number)")))
            #expect(estimate >= number % 10 + 1)
            if estimate == number % 10 + 1 { exact += 1 }
        }
        #expect(exact >= 95)
    }

    @Test("old popularity fades")
    func ageing() {
        var sketch = FrequencySketch(width: 64)
        let old = CacheKeyID(of: "old")
        for _ in 0..<15 { sketch.add(old) }
        let before = sketch.frequency(of: old)
        for number in 0..<2000 { sketch.add(CacheKeyID(of: "\(number % 500)")) }
        #expect(before == 15 && sketch.frequency(of: old) < 15)
    }
}
