import FilterAPI
import Logging
import NIOCore
import Synchronization

/// Questions by their vectors in the memory of this process: `vector.type: memory`.
///
/// Shared by all event loops, and kept when the configuration is reloaded. Searches run beside each other and beside the
/// long part of a change, which only reads; they wait only while links are written, some microseconds.
final class MemoryVectors: VectorProvider, LocalVectorStore {
    static let type = "memory"

    /// How many vectors of a scope a store brings into its graph at most, its own one among them.
    private static let linksPerStore = 3
    /// How many uses are noted before their order is written down.
    private static let useCapacity = 256

    private let memory: ReadersLock<VectorMemory>
    /// Held by whoever changes something, from the plan to its execution.
    private let changing = Mutex(Bounds(maximumEntries: Int.max, maximumBytes: Int.max))
    private let uses = Mutex<ContiguousArray<Int>>([])
    private let hasWarned = Atomic<Bool>(false)
    private let changes = Atomic<Int>(0)
    private let entries: Gauge
    private let bytes: Gauge
    private let evictions: Counter
    private let logger: Logger
    let schedule: SnapshotSchedule

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
        let metrics = environment.metrics
        self.memory = ReadersLock(VectorMemory(limits: limits))
        self.logger = environment.logger
        self.schedule = SnapshotSchedule(kind: "ai-cache.memory-vectors", version: 1, environment)
        self.entries = metrics.gauge("ai_cache_vector_entries", "Questions in the memory vector store.")
        self.bytes = metrics.gauge("ai_cache_vector_bytes", "Memory that questions in the memory vector store take.")
        self.evictions = metrics.counter("ai_cache_vector_evictions_total", "Questions that made room for others.")
    }

    func neighbours(of query: VectorQuery) throws(ProviderError) -> [Neighbour] {
        let vector = try self.vector(query.vector)
        let found = try self.found(vector, query).get()
        self.noteUses(found.map(\.number))
        return found.map(\.neighbour)
    }

    func store(_ entry: VectorEntry) throws(ProviderError) {
        let vector = try self.vector(entry.vector)
        try self.changing.withLock { bounds in self.store(entry, vector, bounds) }.get()
        self.changes.wrappingAdd(1, ordering: .relaxed)
    }

    /// Takes an entry back from a snapshot; its way into the graph comes later.
    func load(_ entry: VectorEntry) throws(ProviderError) {
        let vector = try self.vector(entry.vector)
        try self.changing.withLock { bounds in self.add(entry, vector, bounds) }.get()
    }

    /// Forgets an entry; whether there was one.
    func remove(_ id: EntryID) -> Bool {
        self.changing.withLock { _ in
            guard let number = self.memory.read({ $0.entries.number(of: EntryKey(id)) }) else { return false }
            self.remove(number)
            return true
        }
    }

    /// Changes how much may be kept, and lets go of what is too much.
    func resize(to bounds: Bounds) {
        self.changing.withLock { current in
            current = bounds
            self.makeRoom(current, entries: 0, bytes: 0)
        }
    }

    /// Brings all vectors that wait for it into their graphs; meanwhile others may store and search.
    func linkAll() {
        while self.changing.withLock({ _ in self.linkOne() }) {}
    }

    /// Looks into the memory, for tests.
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
    ) -> Result<[(number: Int, neighbour: Neighbour)], ProviderError> {
        self.memory.read { memory in
            memory.fits(vector.dimensions)
                ? .success(memory.nearest(to: vector, query)) : .failure(self.misfit(vector, memory.dimensions))
        }
    }

    /// What is wrong with a vector of another length; the log gets it once.
    private func misfit(_ vector: UnitVector, _ dimensions: Int?) -> ProviderError {
        let expected = dimensions.map { "\($0)" } ?? "any number of"
        let message = "the vector has \(vector.dimensions) dimensions; the stored ones have \(expected)"
        if !self.hasWarned.exchange(true, ordering: .relaxed) {
            self.logger.warning("\(message); give vector.collectionID another value after a change of the embedder")
        }
        return ProviderError(.badVector, message)
    }

    private func store(_ entry: VectorEntry, _ vector: UnitVector, _ bounds: Bounds) -> Result<Void, ProviderError> {
        self.forgetExpired(at: entry.secondsSince1970)
        let result = self.add(entry, vector, bounds)
        for _ in 0..<Self.linksPerStore {
            guard let change = self.memory.read({ $0.planLinking(in: entry.scope) }) else { break }
            self.write { $0.link(change, in: entry.scope) }
        }
        return result
    }

    private func add(_ entry: VectorEntry, _ vector: UnitVector, _ bounds: Bounds) -> Result<Void, ProviderError> {
        let dimensions = self.memory.read { $0.dimensions }
        guard dimensions == nil || dimensions == vector.dimensions else {
            return .failure(self.misfit(vector, dimensions))
        }
        guard !self.write({ $0.update(entry, vector) }) else {
            self.makeRoom(bounds, entries: 0, bytes: 0)
            return .success(())
        }
        if let number = self.memory.read({ $0.entries.number(of: EntryKey(entry.id)) }) { self.remove(number) }
        let weight = self.memory.read { $0.bytes(of: entry) }
        guard weight <= bounds.maximumBytes else { return .success(()) }
        self.makeRoom(bounds, entries: 1, bytes: weight)
        self.write { $0.add(entry, vector) }
        return .success(())
    }

    /// Lets entries go until so many more, and so many more bytes, find room.
    private func makeRoom(_ bounds: Bounds, entries: Int, bytes: Int) {
        self.takeUses()
        while let oldest = self.memory.read({ memory -> Int? in
            let isFull =
                memory.count + entries > bounds.maximumEntries || memory.bytes + bytes > bounds.maximumBytes
            return isFull ? memory.entries.oldest : nil
        }) {
            self.remove(oldest)
            self.evictions.increment()
        }
    }

    /// Lets some entries go whose time is over, few enough not to keep anybody waiting.
    private func forgetExpired(at secondsSince1970: Int) {
        for _ in 0..<8 {
            guard let number = self.write({ $0.expired(at: secondsSince1970) }) else { return }
            self.remove(number)
        }
    }

    private func remove(_ number: Int) {
        guard let change = self.memory.read({ $0.planRemoval(of: number) }) else { return }
        self.write { $0.remove(number, change) }
        self.changes.wrappingAdd(1, ordering: .relaxed)
    }

    private func linkOne() -> Bool {
        guard let (scope, change) = self.memory.read({ $0.planLinking() }) else { return false }
        self.write { $0.link(change, in: scope) }
        return true
    }

    private func write<Result>(_ body: (inout VectorMemory) -> Result) -> Result {
        let (result, entries, bytes) = self.memory.write { memory in
            let before = (memory.count, memory.bytes)
            let result = body(&memory)
            return (result, memory.count - before.0, memory.bytes - before.1)
        }
        if entries != 0 { self.entries.add(entries) }
        if bytes != 0 { self.bytes.add(bytes) }
        return result
    }
}

extension MemoryVectors {
    /// Notes which entries were found. Their order is written down when nobody else is at the memory; when that does not
    /// come about for long, uses are lost and the order is only about right.
    private func noteUses(_ numbers: [Int]) {
        let isFull = self.uses.withLock { uses in
            if uses.count < 4 * Self.useCapacity { uses.append(contentsOf: numbers) }
            return uses.count >= Self.useCapacity
        }
        guard isFull else { return }
        self.memory.writeIfFree { memory in memory.use(self.uses.withLock { $0.takeAll() }) }
    }

    private func takeUses() {
        let uses = self.uses.withLock { $0.takeAll() }
        if !uses.isEmpty { self.write { $0.use(uses) } }
    }

    /// How often something was stored or removed.
    var changeCount: Int { self.changes.load(ordering: .relaxed) }
}

extension ContiguousArray {
    fileprivate mutating func takeAll() -> Self {
        defer { self.removeAll(keepingCapacity: true) }
        return self
    }
}
