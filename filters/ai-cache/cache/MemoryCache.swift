import FilterAPI
import NIOCore
import Synchronization

/// Answers in the memory of this process: `cache.type: memory`.
///
/// Shared by all event loops, and kept when the configuration is reloaded. Split into shards, so that loops seldom wait
/// for each other.
final class MemoryCache: CacheProvider, LocalCacheStore {
    static let type = "memory"

    private final class Shard: Sendable {
        let content: Mutex<MemoryShard>
        init(capacity: Int) { self.content = Mutex(MemoryShard(capacity: capacity)) }
    }

    private let shards: [Shard]
    private let metrics: MemoryMetrics
    private let changes = Atomic<Int>(0)
    let schedule: SnapshotSchedule

    static func read(_ fields: ConfigurationFields) -> CacheStoreOpener? {
        let maximum = fields.size(
            "maxBytes",
            in: (64 << 10)...(1 << 40),
            default: 256 << 20,
            help: "The memory that stored answers may take."
        )
        let snapshot = SnapshotSettings(fields)
        return { environment in
            let cache = environment.shared.object("ai-cache.memory.\(environment.name)") {
                MemoryCache(maximumBytes: maximum, environment)
            }
            // The configuration before may use it too, and go on with it if this one is refused.
            environment.shared.whenInForce {
                cache.resize(to: maximum)
                cache.schedule.apply(snapshot, to: cache)
            }
            return .local(cache)
        }
    }

    init(maximumBytes: Int, _ environment: FilterEnvironment) {
        let metrics = environment.metrics
        self.schedule = SnapshotSchedule(kind: "ai-cache.memory", version: 2, environment)
        // A shard holds entries of the usual greatest size several times over.
        let count = min(max(maximumBytes / (16 << 20), 1), 16)
        self.shards = (0..<count).map { _ in Shard(capacity: maximumBytes / count) }
        self.metrics = MemoryMetrics(metrics)
    }

    func value(of key: CacheKey, at now: NIODeadline) -> StoredBytes? {
        self.change(self.shard(of: key.id)) { $0.value(of: key.id, at: now) }.map { entry in
            StoredBytes(bytes: entry.bytes, age: entry.age(at: now), decoded: entry.decoded)
        }
    }

    func store(_ bytes: ByteBuffer, under key: CacheKey, timeToLive: Duration?, age: Int, at now: NIODeadline) {
        let entry = StoredEntry(
            bytes: bytes.compact,
            storedAt: now,
            expiresAt: timeToLive.map { now + TimeAmount($0) },
            earlierAge: age,
            scope: key.scope.flatMap { ScopeMark(digest: $0) },
            question: key.scope == nil ? key.question : nil
        )
        self.store(entry, under: key.id)
    }

    /// Stores an entry as it is.
    func store(_ entry: StoredEntry, under id: CacheKeyID) {
        self.change(self.shard(of: id)) { $0.store(entry, under: id) }
    }

    /// Forgets an answer; what it was.
    @discardableResult
    func remove(_ id: CacheKeyID) -> StoredEntry? {
        self.change(self.shard(of: id)) { $0.remove(id) }
    }

    func purge(_ purge: Purge) -> PurgedEntries {
        switch purge {
        case .entry(let id):
            let entry = self.remove(id)
            return PurgedEntries(count: entry == nil ? 0 : 1, bytes: entry?.bytes, question: entry?.question)
        case .scopeOf(let id):
            let mark = self.change(self.shard(of: id)) { $0.scope(of: id) }
            return mark.map { self.remove($0) } ?? PurgedEntries()
        case .scope(let digest): return ScopeMark(digest: digest).map { self.remove($0) } ?? PurgedEntries()
        }
    }

    private func remove(_ scope: ScopeMark) -> PurgedEntries {
        let count = self.shards.reduce(0) { count, shard in count + self.change(shard) { $0.remove(scope) } }
        return PurgedEntries(count: count, scope: scope.digest)
    }

    /// Changes how much memory answers may take, and lets go of what is too much.
    func resize(to maximumBytes: Int) {
        for shard in self.shards { self.change(shard) { $0.resize(to: maximumBytes / self.shards.count) } }
    }

    private func shard(of id: CacheKeyID) -> Shard {
        self.shards[Int(id.low >> 40) % self.shards.count]
    }

    private func change<Result: Sendable>(_ shard: Shard, _ body: (inout MemoryShard) -> Result) -> Result {
        let (result, change) = shard.content.withLock { content in (body(&content), content.takeChange()) }
        if change != MemoryShard.Change() { self.changes.wrappingAdd(1, ordering: .relaxed) }
        if change.entries != 0 { self.metrics.entries.add(change.entries) }
        if change.bytes != 0 { self.metrics.bytes.add(change.bytes) }
        if change.evictions != 0 { self.metrics.evictions.increment(by: change.evictions) }
        return result
    }

    /// How often entries came and went.
    var changeCount: Int { self.changes.load(ordering: .relaxed) }

    /// All entries of each shard in turn.
    func forEachShard(_ body: ([(id: CacheKeyID, stored: StoredEntry)]) throws -> Void) rethrows {
        for shard in self.shards { try body(shard.content.withLock { $0.all }) }
    }
}

/// What the memory store tells of itself.
struct MemoryMetrics: Sendable {
    let entries: Gauge
    let bytes: Gauge
    let evictions: Counter

    init(_ metrics: MetricRegistry) {
        self.entries = metrics.gauge("ai_cache_entries", "Answers in the memory store.")
        self.bytes = metrics.gauge("ai_cache_bytes", "Memory that answers in the memory store take.")
        self.evictions = metrics.counter("ai_cache_evictions_total", "Answers that made room for others.")
    }
}
