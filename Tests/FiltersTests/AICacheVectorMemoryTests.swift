import Dispatch
import FilterAPI
import Logging
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: memory vector store")
struct AICacheVectorMemoryTests {
    private let now = 1_767_225_600

    private func store(
        exactCount: Int = 40,
        _ bounds: MemoryVectors.Bounds = MemoryVectors.Bounds(maximumEntries: 1000, maximumBytes: 64 << 20),
        _ environment: FilterEnvironment = .alone
    ) -> MemoryVectors {
        let graph = GraphSettings(links: 6, buildWidth: 32, searchWidth: 24)
        let store = MemoryVectors(limits: ScopeLimits(exactCount: exactCount, graph: graph), environment)
        store.resize(to: bounds)
        return store
    }

    private func entry(
        _ question: String,
        _ vector: [Float],
        answer: String? = "an answer",
        scope: String? = "s1",
        until expiresAt: Int? = nil
    ) -> VectorEntry {
        VectorEntry(
            id: EntryID(scope: scope, question: question),
            key: self.key(question, scope),
            vector: vector,
            question: question,
            answer: answer.map { bytes($0) },
            scope: scope,
            expiresAt: expiresAt,
            secondsSince1970: self.now
        )
    }

    private func key(_ question: String, _ scope: String? = "s1") -> CacheKeyID {
        CacheKey(question: question, prefix: "p:", scope: scope).id
    }

    private func query(_ vector: [Float], topK: Int = 1, scope: String? = "s1", at time: Int? = nil) -> VectorQuery {
        VectorQuery(vector: vector, topK: topK, scope: scope, secondsSince1970: time ?? self.now)
    }

    @Test("what was stored is found again, with all its parts")
    func found() throws {
        let store = self.store()
        #expect(try store.neighbours(of: self.query([1, 0])).isEmpty)
        try store.store(self.entry("east", [2, 0, 0.1], until: self.now + 60))
        try store.store(self.entry("north", [0, 3, 0.1], answer: nil))
        let neighbour = try #require(try store.neighbours(of: self.query([1, 0.1, 0])).first)
        #expect(neighbour.question == "east" && neighbour.answer == bytes("an answer"))
        #expect(neighbour.scope == "s1" && neighbour.expiresAt == self.now + 60)
        #expect(neighbour.score > 0.98 && neighbour.score < 1)
        #expect(try store.neighbours(of: self.query([0, 1, 0])).first?.answer == nil)
        #expect(try store.neighbours(of: self.query([1, 1, 0], topK: 9)).count == 2)
    }

    @Test("texts come back character for character", arguments: awkwardTexts)
    func characters(text: String) throws {
        let store = self.store()
        try store.store(self.entry(text, [1, 0], answer: text))
        let neighbour = try #require(try store.neighbours(of: self.query([1, 0])).first)
        #expect(neighbour.question == text && neighbour.answer == bytes(text))
    }

    @Test("storing again replaces: with the same vector, and with another one")
    func replaced() throws {
        let store = self.store()
        try store.store(self.entry("q", [1, 0], answer: "old"))
        try store.store(self.entry("q", [1, 0], answer: "new"))
        #expect(try store.neighbours(of: self.query([1, 0], topK: 5)).map(\.answer) == [bytes("new")])
        try store.store(self.entry("q", [0, 1], answer: "newer"))
        let neighbours = try store.neighbours(of: self.query([0, 1], topK: 5))
        #expect(neighbours.map(\.answer) == [bytes("newer")] && neighbours.first?.score == 1)
    }

    @Test("entries of another scope are never met, and never hide one's own", arguments: [10, 400])
    func scopes(others: Int) throws {
        let store = self.store()
        var source = SeededVectors(seed: 11)
        let mine = source.next()
        try store.store(self.entry("mine", mine.map { -$0 }, scope: "s1"))
        for number in 0..<others {
            try store.store(self.entry("other \(number)", mine.map { $0 + Float(number) / 10000 }, scope: "s2"))
        }
        #expect(try store.neighbours(of: self.query(mine, topK: 3)).map(\.question) == ["mine"])
        #expect(try store.neighbours(of: self.query(mine, topK: 3, scope: nil)).isEmpty)
        #expect(try store.neighbours(of: self.query(mine, topK: 3, scope: "s2")).count == 3)
    }

    @Test("many scopes with few entries each, and nothing is left of them")
    func manyScopes() throws {
        let store = self.store(MemoryVectors.Bounds(maximumEntries: 50, maximumBytes: 64 << 20))
        for number in 0..<500 { try store.store(self.entry("q", [1, Float(number)], scope: "scope \(number)")) }
        store.settle()
        store.inspect { memory in #expect(memory.count == 50 && memory.scopeCount == 50) }
        #expect(try store.neighbours(of: self.query([1, 499], scope: "scope 499")).count == 1)
        #expect(try store.neighbours(of: self.query([1, 3], scope: "scope 3")).isEmpty)
    }

    @Test("an entry is gone when its time is over, and hides none that is left", arguments: [3, 200])
    func timeToLive(count: Int) throws {
        let store = self.store()
        var source = SeededVectors(seed: 12)
        let vector = source.next()
        try store.store(self.entry("lasting", vector.map { $0 * 1.01 + 0.02 }))
        for number in 0..<count {
            let near = vector.map { $0 + Float(number) / 1_000_000 }
            try store.store(self.entry("brief \(number)", near, until: self.now + 10))
            if number % 50 == 0 { try store.store(self.entry("far \(number)", source.next())) }
        }
        #expect(try store.neighbours(of: self.query(vector)).first?.question.hasPrefix("brief") == true)
        let later = try store.neighbours(of: self.query(vector, topK: 2, at: self.now + 10))
        #expect(later.allSatisfy { !$0.question.hasPrefix("brief") })
        for number in 0..<(count / 8 + 1) {
            var late = self.entry("late \(number)", source.next())
            late.secondsSince1970 = self.now + 10
            try store.store(late)
        }
        store.settle()
        #expect(try store.neighbours(of: self.query(vector, topK: 1)).first?.question == "lasting")
    }

    @Test("the bounds hold, what was used longest ago goes first, and the metrics tell")
    func eviction() throws {
        let metrics = MetricRegistry()
        let environment = FilterEnvironment(name: "ai-cache", logger: CacheLogRecording().logger, metrics: metrics)
        let store = self.store(MemoryVectors.Bounds(maximumEntries: 100, maximumBytes: 64 << 20), environment)
        var source = SeededVectors(seed: 13)
        let first = source.next()
        try store.store(self.entry("first", first))
        for number in 0..<400 {
            try store.store(self.entry("\(number)", source.next()))
            #expect(try store.neighbours(of: self.query(first)).first?.question == "first", "\(number)")
            store.settle()
            store.inspect { #expect($0.count <= 100) }
        }
        #expect(metrics.gauge("ai_cache_vector_entries", "").value == 100)
        #expect(metrics.gauge("ai_cache_vector_bytes", "").value == store.inspect { $0.bytes })
        #expect(metrics.counter("ai_cache_vector_evictions_total", "").value == 301)
        store.resize(to: MemoryVectors.Bounds(maximumEntries: 10, maximumBytes: 64 << 20))
        store.settle()
        #expect(metrics.gauge("ai_cache_vector_entries", "").value == 10)
        #expect(try store.neighbours(of: self.query(first)).first?.question == "first")
    }

    @Test("the memory is bounded whatever answers take")
    func bytesBound() throws {
        let store = self.store(MemoryVectors.Bounds(maximumEntries: 1000, maximumBytes: 64 << 10))
        let long = String(repeating: "a", count: 5000)
        for number in 0..<50 {
            try store.store(self.entry("\(number)", [1, Float(number)], answer: long))
            store.settle()
            store.inspect { #expect($0.bytes <= 64 << 10) }
        }
        store.inspect { #expect($0.count > 5) }
        let count = store.inspect { $0.count }
        try store.store(self.entry("huge", [1, 0], answer: String(repeating: long, count: 40)))
        store.settle()
        #expect(store.inspect { $0.count } == count)
    }

    @Test("removing takes an entry out for good")
    func removal() async throws {
        let store = self.store()
        var source = SeededVectors(seed: 14)
        let vectors = (0..<150).map { _ in source.next() }
        for (number, vector) in vectors.enumerated() { try store.store(self.entry("\(number)", vector)) }
        for number in 0..<150 where number % 2 == 0 {
            #expect(await store.scope(of: self.key("\(number)")) == "s1")
            #expect(await store.remove(.key(self.key("\(number)"))) == 1)
            #expect(await store.remove(.key(self.key("\(number)"))) == 0)
            #expect(await store.scope(of: self.key("\(number)")) == nil)
        }
        for (number, vector) in vectors.enumerated() {
            let found = try store.neighbours(of: self.query(vector)).first?.question
            #expect((found == "\(number)") == (number % 2 == 1))
        }
    }

    @Test("a scope is forgotten whole, and no other is", arguments: [20, 300])
    func scopeRemoval(count: Int) async throws {
        let metrics = MetricRegistry()
        let environment = FilterEnvironment(name: "ai-cache", logger: CacheLogRecording().logger, metrics: metrics)
        let store = self.store(MemoryVectors.Bounds(maximumEntries: 1000, maximumBytes: 64 << 20), environment)
        var source = SeededVectors(seed: 16)
        let vectors = (0..<count).map { _ in source.next() }
        for (number, vector) in vectors.enumerated() {
            for scope in ["s1", "s2"] { try store.store(self.entry("\(number)", vector, scope: scope)) }
        }
        #expect(await store.remove(.scope("s1")) == count)
        #expect(await store.remove(.scope("s1")) == 0)
        #expect(try store.neighbours(of: self.query(vectors[0], topK: 9)).isEmpty)
        #expect(try store.neighbours(of: self.query(vectors[0], scope: "s2")).first?.question == "0")
        store.settle()
        store.inspect { #expect($0.count == count && $0.scopeCount == 1) }
        #expect(metrics.gauge("ai_cache_vector_bytes", "").value == store.inspect { $0.bytes })
        try store.store(self.entry("anew", vectors[0]))
        #expect(try store.neighbours(of: self.query(vectors[0], topK: 9)).map(\.question) == ["anew"])
    }

    @Test("a vector of another length is refused; an empty store takes any")
    func dimensions() async throws {
        let store = self.store()
        try store.store(self.entry("q", [1, 0, 0]))
        for isSettled in [false, true] {
            if isSettled { store.settle() }
            let error = #expect(throws: ProviderError.self) { try store.store(self.entry("r", [1, 0])) }
            #expect(error?.message.contains("2 dimensions, the stored ones have 3") == true)
            #expect(throws: ProviderError.self) { try store.neighbours(of: self.query([0, 0, 0])) }
        }
        #expect(throws: ProviderError.self) { try store.neighbours(of: self.query([1, 0, 0, 0])) }
        #expect(await store.remove(.key(self.key("q"))) == 1)
        try store.store(self.entry("r", [1, 0]))
        #expect(try store.neighbours(of: self.query([1, 0])).count == 1)
    }

    /// Keeps the thread that makes changes from going on.
    private func held(_ store: MemoryVectors, _ body: () throws -> Void) rethrows {
        store.changing.suspend()
        defer { store.changing.resume() }
        try body()
    }

    @Test("what waits to be indexed is found, in its newest form and by its scope alone")
    func waiting() throws {
        let metrics = MetricRegistry()
        let environment = FilterEnvironment(name: "ai-cache", logger: CacheLogRecording().logger, metrics: metrics)
        let store = self.store(MemoryVectors.Bounds(maximumEntries: 100, maximumBytes: 1 << 20), environment)
        try store.store(self.entry("east", [1, 0, 0], answer: "old"))
        try store.store(self.entry("north", [0, 1, 0]))
        store.settle()
        try self.held(store) {
            for answer in ["newer", "newest"] { try store.store(self.entry("east", [1, 0.1, 0], answer: answer)) }
            try store.store(self.entry("far east", [1, 0.2, 0], scope: "s2"))
            try store.store(self.entry("brief", [1, 0, 0], until: self.now + 5))
            #expect(metrics.gauge("ai_cache_vector_waiting", "").value == 4)
            let found = try store.neighbours(of: self.query([1, 0.1, 0], topK: 9, at: self.now + 5))
            #expect(found.map(\.question) == ["east", "north"] && found.first?.answer == bytes("newest"))
            #expect(try store.neighbours(of: self.query([1, 0, 0])).first?.question == "brief")
            #expect(try store.neighbours(of: self.query([1, 0, 0], topK: 9, scope: "s2")).count == 1)
            #expect(store.inspect { $0.count } == 2)
        }
        store.settle()
        #expect(metrics.gauge("ai_cache_vector_waiting", "").value == 0)
        let found = try store.neighbours(of: self.query([1, 0.1, 0], topK: 9))
        #expect(found.map(\.question) == ["east", "brief", "north"] && found.first?.answer == bytes("newest"))
    }

    @Test("the backlog is bounded by number and bytes: what is too much is counted, and logged once")
    func overflow() throws {
        for (answer, room) in [("short", VectorBacklog.mostEntries), (String(repeating: "a", count: 250_000), 3)] {
            let (metrics, log) = (MetricRegistry(), CacheLogRecording())
            let environment = FilterEnvironment(name: "ai-cache", logger: log.logger, metrics: metrics)
            let store = self.store(MemoryVectors.Bounds(maximumEntries: 9000, maximumBytes: 4 << 20), environment)
            try self.held(store) {
                for number in 0..<(room + 20) {
                    let isTaken = try store.store(self.entry("\(number)", [1, Float(number)], answer: answer))
                    #expect(isTaken == (number < room), "\(number)")
                }
                #expect(metrics.counter("ai_cache_vector_dropped_total", "").value == 20)
                #expect(log.lines(at: .warning).count == 1)
            }
            store.settle()
            #expect(store.inspect { $0.count } == room)
            #expect(try store.store(self.entry("later", [0, 1])))
        }
    }

    @Test("a search on another thread finds the same")
    func elsewhere() async throws {
        var limits = ScopeLimits()
        limits.mostSearchedOnLoop = 2
        let store = MemoryVectors(limits: limits, .alone)
        try store.store(self.entry("east", [1, 0]))
        for number in 0..<3 {
            store.settle()
            #expect(store.isQuick(self.query([1, 0])) == (number < 2))
            try store.store(self.entry("north \(number)", [0, 1]))
        }
        #expect(store.isQuick(self.query([1, 0], scope: "s2")))
        #expect(try await store.neighboursElsewhere(of: self.query([1, 0])).map(\.question) == ["east"])
        await #expect(throws: ProviderError.self) {
            _ = try await store.neighboursElsewhere(of: self.query([1, 0, 0]))
        }
    }

    @Test("threads store, search and remove at once, and all is sound afterwards")
    func concurrency() async throws {
        let store = self.store(MemoryVectors.Bounds(maximumEntries: 150, maximumBytes: 64 << 20))
        let failures = MetricRegistry().counter("failures_total", "")
        await withTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    var source = SeededVectors(seed: UInt64(worker))
                    for number in 0..<150 {
                        let vector = source.next()
                        do throws(ProviderError) {
                            try store.store(self.entry("\(worker) \(number)", vector, scope: "s\(number % 2)"))
                            let found = try store.neighbours(of: self.query(vector, topK: 3, scope: "s\(number % 2)"))
                            // While this worker stood still the others may have used up the room.
                            if !found.contains(where: { $0.score > 0.9999 }),
                                await store.scope(of: self.key("\(worker) \(number)", "s\(number % 2)")) != nil
                            {
                                failures.increment()
                            }
                        } catch {
                            failures.increment(by: 1000)
                        }
                        if number % 5 == 0 {
                            _ = await store.remove(.key(self.key("\(worker) \(number)", "s\(number % 2)")))
                        }
                    }
                }
            }
        }
        #expect(failures.value <= 6)
        store.settle()
        store.inspect { memory in
            #expect(memory.count <= 150 && memory.count > 100)
            for scope in ["s0", "s1"] {
                #expect(memory.vectors(of: scope)?.linkedCount == memory.vectors(of: scope)?.count)
            }
        }
    }

    @Test("a reload keeps the store, another collection begins anew")
    func reload() throws {
        let environment = FilterEnvironment.alone
        func open(_ json: String) throws -> any LocalVectorStore {
            let read = try ReadProvider(json) { MemoryVectors.read($0) }
            guard let opener = read.opener, read.errors.isEmpty, case .local(let store) = try opener.open(environment)
            else { throw NoProvider(errors: read.errors) }
            #expect(opener.score == .similarity)
            environment.shared.nowInForce()
            return store
        }
        #expect(try open("{}").store(self.entry("q", [1, 0])))
        #expect(try open(#"{"maxEntries":5}"#).neighbours(of: self.query([1, 0])).count == 1)
        #expect(try open(#"{"collectionID":"b"}"#).neighbours(of: self.query([1, 0])).isEmpty)
        let wrong =
            #"{"maxEntries":0,"maxBytes":1,"M":1,"efSearch":1,"efConstruction":1,"path":"","snapshotInterval":0}"#
        #expect(try ReadProvider(wrong) { MemoryVectors.read($0) }.errors.count == 7)
    }
}
