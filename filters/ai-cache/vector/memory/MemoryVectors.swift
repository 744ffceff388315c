import Dispatch
import FilterAPI
import Logging
import NIOCore
import Synchronization

/// Questions by their vectors in the memory of this process: `vector.type: memory`.
///
/// Shared by all event loops, and kept when the configuration is reloaded. What is stored waits in a backlog, where searches
/// find it, for the one thread that makes all changes. That thread plans the long part of a change beside searches; they wait
/// only while links are written, some microseconds.
final class MemoryVectors: VectorProvider, LocalVectorStore {
    static let type = "memory"

    /// How many uses are noted before their order is written down.
    private static let useCapacity = 256

    let memory: ReadersLock<VectorMemory>
    let backlog = Mutex(VectorBacklog())
    /// The thread that changes `memory`.
    let changing = DispatchQueue(label: "sluice.ai-cache.vectors", qos: .utility)
    let bounds = Mutex(Bounds(maximumEntries: Int.max, maximumBytes: Int.max))
    /// The scopes whose vectors are being brought into their graphs.
    let linking = Mutex<Set<String?>>([])
    let changes = Atomic<Int>(0)
    let metrics: VectorMetrics
    let schedule: SnapshotSchedule
    let labels: LabelLedger
    let answers = AnswerMarks()
    /// What a snapshot of version 4 held of all scopes together, until it is known whether there is only one.
    let earlierPool = Mutex<PooledLabels?>(nil)
    private let searching = DispatchQueue(label: "sluice.ai-cache.search", attributes: .concurrent)
    private let uses = Mutex<ContiguousArray<Int>>([])
    private let wasFull = Atomic<Bool>(false)
    private let logger: Logger

    /// How much may be kept.
    struct Bounds: Sendable, Hashable {
        var maximumEntries: Int
        var maximumBytes: Int
    }

    static func read(_ fields: ConfigurationFields) -> VectorStoreOpener? {
        let configuration = MemoryVectorsConfiguration(fields)
        return VectorStoreOpener(score: .similarity) { environment in
            let key = "ai-cache.memory-vectors.\(environment.name).\(configuration.collection)"
            let vectors = environment.shared.object(key) {
                MemoryVectors(limits: ScopeLimits(graph: configuration.graph), environment)
            }
            // The configuration before may use them too, and go on with them if this one is refused.
            environment.shared.whenInForce {
                vectors.resize(to: configuration.bounds)
                vectors.keep(in: configuration.snapshot)
            }
            return .local(vectors)
        }
    }

    init(limits: ScopeLimits, _ environment: FilterEnvironment) {
        self.memory = ReadersLock(VectorMemory(limits: limits))
        self.logger = environment.logger
        self.metrics = VectorMetrics(environment.metrics)
        self.labels = LabelLedger(metrics: PoolMetrics(environment.metrics))
        self.schedule = SnapshotSchedule(kind: "ai-cache.memory-vectors", version: 5, readable: [2, 3, 4], environment)
    }

    func isQuick(_ query: VectorQuery) -> Bool {
        self.memory.read { ($0.vectors(of: query.scope)?.count ?? 0) <= $0.limits.mostSearchedOnLoop }
    }

    func neighbours(of query: VectorQuery) throws(ProviderError) -> [Neighbour] {
        // Once is enough here: an event loop has other things to do, and misses little among few.
        var query = query
        query.enough = nil
        return try self.search(query)
    }

    private func search(_ query: VectorQuery) throws(ProviderError) -> [Neighbour] {
        let vector = try self.vector(query.vector)
        // Before the memory: what is on its way from one to the other is then in one of them at least.
        let waiting = self.backlog.withLock { $0.waiting(in: query.scope) }
        if let known = waiting.first?.vector.dimensions, known != vector.dimensions {
            throw .misfit(vector.dimensions, known)
        }
        let found = try self.found(vector, query).get()
        self.noteUses(found.map(\.number))
        guard !waiting.isEmpty else { return found.map(\.neighbour) }
        let newer = waiting.matches(vector, at: query.secondsSince1970)
        let older = found.filter { !newer.keys.contains($0.key) }.map(\.neighbour)
        let all = (newer.found.map(\.neighbour) + older).sorted { $0.score > $1.score }
        return Array(all.prefix(max(0, query.topK)))
    }

    nonisolated(nonsending) func neighboursElsewhere(
        of query: VectorQuery
    ) async throws(ProviderError) -> [Neighbour] {
        let found: Result<[Neighbour], ProviderError> = await withCheckedContinuation { continuation in
            self.searching.async {
                continuation.resume(
                    returning: Result { () throws(ProviderError) in try self.search(query) }
                )
            }
        }
        return try found.get()
    }

    @discardableResult
    func store(_ entry: VectorEntry) throws(ProviderError) -> Bool {
        let vector = try self.vector(entry.vector)
        var entry = entry
        entry.vector = []
        entry.answer = entry.answer?.compact
        let stored = entry
        let (known, bytes) = self.memory.read { ($0.dimensions, $0.bytes(of: stored, vector)) }
        let waiting: Result<VectorBacklog.Waiting?, ProviderError> = self.backlog.withLock { backlog in
            let expected = backlog.dimensions ?? known
            guard expected == nil || expected == vector.dimensions else {
                return .failure(.misfit(vector.dimensions, expected))
            }
            return .success(backlog.add(stored, vector, bytes: bytes))
        }
        guard let taken = try waiting.get() else {
            self.overflowed()
            return false
        }
        self.metrics.waiting.add(1)
        self.changing.async { self.take(taken, bytes: bytes) }
        return true
    }

    nonisolated(nonsending) func remove(_ removal: VectorRemoval) async -> Int {
        await self.onChangingThread { $0.removeNow(removal) }
    }

    nonisolated(nonsending) func scope(of key: CacheKeyID) async -> String? {
        await self.onChangingThread { store in store.memory.own { $0.entry(of: key)?.scope } }
    }

    /// Changes how much may be kept, and lets go of what is too much, soon.
    func resize(to bounds: Bounds) {
        self.bounds.withLock { $0 = bounds }
        self.backlog.withLock { $0.maximumBytes = bounds.maximumBytes }
        self.changing.async { self.makeRoom(entries: 0, bytes: 0) }
    }

    /// Looks into the memory, for snapshots and tests.
    func inspect<Result>(_ body: (borrowing VectorMemory) throws -> Result) rethrows -> Result {
        try self.memory.read(body)
    }
}

extension MemoryVectors {
    private func vector(_ numbers: [Float]) throws(ProviderError) -> UnitVector {
        guard let vector = UnitVector(numbers) else {
            throw ProviderError(.badVector, "the vector has no direction")
        }
        return vector
    }

    private func found(
        _ vector: UnitVector,
        _ query: VectorQuery
    ) -> Result<[VectorMemory.Found], ProviderError> {
        self.memory.read { memory in
            memory.fits(vector.dimensions)
                ? .success(memory.nearest(to: vector, query))
                : .failure(.misfit(vector.dimensions, memory.dimensions))
        }
    }

    private func overflowed() {
        self.metrics.dropped.increment()
        guard !self.wasFull.exchange(true, ordering: .relaxed) else { return }
        self.logger.warning(
            "questions come faster than they can be indexed; some are not found again by their meaning",
            metadata: ["waiting": "\(VectorBacklog.mostEntries)"]
        )
    }

    private nonisolated(nonsending) func onChangingThread<Value: Sendable>(
        _ body: @escaping @Sendable (MemoryVectors) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            self.changing.async { continuation.resume(returning: body(self)) }
        }
    }

    /// Notes which entries were found; their order is written down by the thread that makes changes.
    private func noteUses(_ numbers: [Int]) {
        guard !numbers.isEmpty else { return }
        let isFull = self.uses.withLock { uses in
            // When that thread does not come to it for long, uses are lost and the order is only about right.
            guard uses.count < 4 * Self.useCapacity else { return false }
            let wasFull = uses.count >= Self.useCapacity
            uses.append(contentsOf: numbers)
            return !wasFull && uses.count >= Self.useCapacity
        }
        if isFull { self.changing.async { self.takeUses() } }
    }

    /// Writes down which entries were used; on the thread that makes changes.
    func takeUses() {
        let uses = self.uses.withLock { uses in
            defer { uses.removeAll(keepingCapacity: true) }
            return uses
        }
        if !uses.isEmpty { self.write { $0.use(uses) } }
    }
}

extension ProviderError {
    /// A vector of another length than those that are stored.
    fileprivate static func misfit(_ dimensions: Int, _ expected: Int?) -> ProviderError {
        ProviderError(
            .badVector,
            "the vector has \(dimensions) dimensions, the stored ones have \(expected.map { "\($0)" } ?? "another number"); "
                + "give vector.collectionID another value after a change of the embedder"
        )
    }
}

/// What the vector memory tells of itself.
struct VectorMetrics: Sendable {
    let entries: Gauge
    let bytes: Gauge
    let waiting: Gauge
    let evictions: Counter
    let dropped: Counter

    init(_ metrics: MetricRegistry) {
        self.entries = metrics.gauge("ai_cache_vector_entries", "Questions in the memory vector store.")
        self.bytes = metrics.gauge("ai_cache_vector_bytes", "Memory that questions in the memory vector store take.")
        self.waiting = metrics.gauge("ai_cache_vector_waiting", "Questions that wait to be indexed.")
        self.evictions = metrics.counter("ai_cache_vector_evictions_total", "Questions that made room for others.")
        self.dropped = metrics.counter(
            "ai_cache_vector_dropped_total",
            "Questions that were not indexed because too many others waited."
        )
    }
}
