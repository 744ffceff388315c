import Dispatch
import FilterAPI
import NIOCore
import Synchronization

// The thread that makes all changes: it alone plans them, and writes while nobody reads.
extension MemoryVectors {
    /// Takes an entry out of the backlog into the memory, and brings it into its graph.
    func take(_ waiting: VectorBacklog.Waiting, bytes: Int) {
        let (entry, vector) = (waiting.entry, waiting.vector)
        self.forgetExpired(at: entry.secondsSince1970)
        let isStored = self.add(entry, vector)
        self.backlog.withLock { $0.remove(waiting, bytes: bytes) }
        self.metrics.waiting.add(-1)
        guard isStored else { return self.metrics.dropped.increment() }
        self.changes.wrappingAdd(1, ordering: .relaxed)
        if let change = self.memory.own({ $0.planLinking(of: entry.key) }) {
            self.write { $0.link(change, in: entry.scope) }
        }
        self.linkRest(of: entry.scope)
    }

    /// Takes an entry back from a snapshot; its way into the graph comes later.
    func load(_ entry: VectorEntry) throws(ProviderError) {
        guard let vector = UnitVector(entry.vector) else {
            throw ProviderError(.badVector, "the vector has no direction")
        }
        var entry = entry
        entry.vector = []
        let kept = entry
        guard self.changing.sync(execute: { self.add(kept, vector) }) else {
            throw ProviderError(.badVector, "the vector has \(vector.dimensions) dimensions, those before had others")
        }
    }

    /// Begins to bring all vectors that wait for it into their graphs.
    func linkAll() {
        self.changing.async {
            for scope in self.memory.own({ $0.scopesToLink }) { self.linkRest(of: scope) }
        }
    }

    /// Waits until everything that was stored is in the memory, and everything in it in its graph; for tests.
    func settle() {
        repeat { self.changing.sync {} } while self.linking.withLock { !$0.isEmpty }
    }

    /// Waits until everything that was stored is in the memory.
    func takeAll() { self.changing.sync {} }

    /// Forgets entries; answers how many there were.
    func removeNow(_ removal: VectorRemoval) -> Int {
        switch removal {
        case .key(let key):
            self.labels.remove(key)
            guard let number = self.memory.own({ $0.entries.number(of: key) }) else { return 0 }
            self.remove(number)
            return 1
        case .scope(let digest):
            // Without its vectors a scope has nothing that is found; their memory is freed and the entries go, a few at a
            // time, while others search.
            let numbers = self.write { $0.removeVectors(of: digest) }?.entries ?? []
            let keys = self.memory.own { memory in numbers.compactMap { memory.entries[$0]?.key } }
            for key in keys { self.labels.remove(key) }
            for start in stride(from: 0, to: numbers.count, by: 64) {
                self.write { memory in
                    for number in numbers[start..<min(start + 64, numbers.count)] { memory.removeEntry(number) }
                }
            }
            self.changes.wrappingAdd(numbers.count, ordering: .relaxed)
            return numbers.count
        }
    }

    /// Lets entries go until so many more, and so many more bytes, find room.
    func makeRoom(entries: Int, bytes: Int) {
        self.takeUses()
        let bounds = self.bounds.withLock { $0 }
        while let oldest = self.memory.own({ memory -> Int? in
            let isFull =
                memory.count + entries > bounds.maximumEntries || memory.bytes + bytes > bounds.maximumBytes
            return isFull ? memory.entries.oldest : nil
        }) {
            self.remove(oldest)
            self.metrics.evictions.increment()
        }
    }

    func write<Result>(_ body: (inout VectorMemory) -> Result) -> Result {
        let (result, entries, bytes) = self.memory.write { memory in
            let before = (memory.count, memory.bytes)
            let result = body(&memory)
            return (result, memory.count - before.0, memory.bytes - before.1)
        }
        if entries != 0 { self.metrics.entries.add(entries) }
        if bytes != 0 { self.metrics.bytes.add(bytes) }
        return result
    }
}

extension MemoryVectors {
    /// Stores an entry; whether its vector fits those that are there.
    private func add(_ entry: VectorEntry, _ vector: UnitVector) -> Bool {
        guard self.memory.own({ $0.fits(vector.dimensions) }) else { return false }
        guard !self.write({ $0.update(entry, vector) }) else {
            self.makeRoom(entries: 0, bytes: 0)
            return true
        }
        if let number = self.memory.own({ $0.entries.number(of: entry.key) }) { self.remove(number) }
        let weight = self.memory.own { $0.bytes(of: entry, vector) }
        guard weight <= self.bounds.withLock({ $0.maximumBytes }) else { return true }
        self.makeRoom(entries: 1, bytes: weight)
        self.write { $0.add(entry, vector) }
        return true
    }

    /// Lets some entries go whose time is over, few enough not to keep anybody waiting.
    private func forgetExpired(at secondsSince1970: Int) {
        for _ in 0..<8 {
            guard let number = self.write({ $0.expired(at: secondsSince1970) }) else { return }
            self.remove(number)
        }
    }

    /// Lets an entry go, and what is known of its answer.
    private func remove(_ number: Int) {
        guard let change = self.memory.own({ $0.planRemoval(of: number) }) else { return }
        if let key = self.memory.own({ $0.entries[number]?.key }) { self.labels.remove(key) }
        self.write { $0.remove(number, change) }
        self.changes.wrappingAdd(1, ordering: .relaxed)
    }

    /// Brings what waits in a scope into its graph, one vector at a time, so that new entries need not wait for all.
    private func linkRest(of scope: String?) {
        guard self.memory.own({ $0.vectors(of: scope)?.wantsLinking == true }),
            self.linking.withLock({ $0.insert(scope).inserted })
        else { return }
        self.changing.async { self.linkNext(in: scope) }
    }

    private func linkNext(in scope: String?) {
        guard let change = self.memory.own({ $0.vectors(of: scope)?.planLinking() }) else {
            self.linking.withLock { _ = $0.remove(scope) }
            return
        }
        self.write { $0.link(change, in: scope) }
        self.changing.async { self.linkNext(in: scope) }
    }
}
