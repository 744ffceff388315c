import Dispatch
import FilterAPI
import Foundation
import Logging
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: snapshots")
struct AICacheSnapshotTests {
    /// A folder that goes with the test.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "sluice-snapshot-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: self.url, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: self.url) }

        func path(_ name: String = "snapshot") -> String { self.url.appending(path: name).path }

        var names: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: self.url.path).sorted() }
        }
    }

    private let interval = Duration.seconds(3600)

    private func file(_ folder: Folder) -> SnapshotFile {
        SnapshotFile(path: folder.path(), kind: "test", version: 1)
    }

    private func records(of file: SnapshotFile) throws -> [String] {
        var records: [String] = []
        #expect(try file.read { records.append(String(buffer: $0)) })
        return records
    }

    @Test("records come back in their order, whatever they hold", arguments: [0, 1, 300])
    func roundTrip(count: Int) throws {
        let folder = try Folder()
        let texts = (0..<count).map { String(repeating: "record \($0) ", count: $0 * $0 % 2000) }
        try self.file(folder).write { write in for text in texts { try write(ByteBuffer(string: text)) } }
        #expect(try self.records(of: self.file(folder)) == texts)
        #expect(try folder.names == ["snapshot"])
    }

    @Test("no file is no error")
    func missing() throws {
        let folder = try Folder()
        #expect(try !self.file(folder).read { _ in })
    }

    @Test("damage anywhere is found, and nothing of the file is taken")
    func damage() throws {
        let folder = try Folder()
        let file = self.file(folder)
        try file.write { write in for text in ["one", "", "three"] { try write(ByteBuffer(string: text)) } }
        let whole = try Data(contentsOf: URL(filePath: file.path))
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 0x41
            try damaged.write(to: URL(filePath: file.path))
            #expect(throws: SnapshotError.self, "byte \(place)") {
                try file.read { _ in Issue.record("a record of a damaged file") }
            }
            try whole.prefix(place).write(to: URL(filePath: file.path))
            #expect(throws: SnapshotError.self, "\(place) bytes") {
                try file.read { _ in Issue.record("a record of a file that was cut") }
            }
        }
        try (whole + Data([0])).write(to: URL(filePath: file.path))
        #expect(throws: SnapshotError.self) { try file.read { _ in } }
    }

    @Test("a file of another kind or version is not taken")
    func otherKinds() throws {
        let folder = try Folder()
        try self.file(folder).write { _ in }
        for (kind, version) in [("other", 1), ("test", 2)] {
            let file = SnapshotFile(path: folder.path(), kind: kind, version: version)
            #expect(throws: SnapshotError.self) { try file.read { _ in } }
        }
    }

    @Test("a write that fails leaves the old file as it was")
    func failedWrite() throws {
        let folder = try Folder()
        let file = self.file(folder)
        try file.write { try $0(ByteBuffer(string: "old")) }
        #expect(throws: SnapshotError.self) {
            try file.write { write in
                try write(ByteBuffer(string: "new"))
                throw SnapshotError("no more")
            }
        }
        #expect(try self.records(of: file) == ["old"])
        #expect(try folder.names == ["snapshot"])
        let nowhere = SnapshotFile(path: folder.path("missing/snapshot"), kind: "test", version: 1)
        #expect(throws: SnapshotError.self) { try nowhere.write { _ in } }
    }

    private func openCache(_ folder: Folder, _ log: CacheLogRecording, _ shared: SharedFilterState) throws
        -> MemoryCache
    {
        let json = #"{"path":"\#(folder.path())","snapshotInterval":3600}"#
        let read = try ReadProvider(json) { MemoryCache.read($0) }
        let environment = FilterEnvironment(name: "ai-cache", logger: log.logger, shared: shared)
        guard case .local(let store)? = read.opener?(environment), let cache = store as? MemoryCache else {
            throw NoProvider(errors: read.errors)
        }
        shared.nowInForce()
        return cache
    }

    @Test("answers outlive the process: saved at its end, read at the next start, with age and time to live")
    func cache() async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let cache = try self.openCache(folder, log, SharedFilterState())
        let now = NIODeadline.now()
        let keys = ["lasting", "brief", "over"].map { CacheKey(question: $0, prefix: "p:", scope: nil) }
        cache.store(bytes("a"), under: keys[0], timeToLive: nil, at: now - .seconds(100))
        cache.store(bytes("b"), under: keys[1], timeToLive: .seconds(500), at: now)
        cache.store(bytes("c"), under: keys[2], timeToLive: .seconds(5), at: now - .seconds(10))
        await cache.save()
        let next = try self.openCache(folder, log, SharedFilterState())
        let later = NIODeadline.now()
        #expect(next.value(of: keys[0], at: later)?.bytes == bytes("a"))
        // Kept in whole seconds of the time of day, which each of the two readings may round.
        let age = try #require(next.value(of: keys[0], at: later)?.age)
        #expect(age >= 100 && age <= 102 + Int((later - now).nanoseconds / 1_000_000_000))
        #expect(next.value(of: keys[1], at: later + .seconds(400))?.bytes == bytes("b"))
        #expect(next.value(of: keys[1], at: later + .seconds(501)) == nil)
        #expect(next.value(of: keys[2], at: later) == nil)
        #expect(log.lines(at: .warning).isEmpty)
    }

    @Test(
        "a scope can still be forgotten after a restart, by its digest and by one of its keys",
        arguments: [false, true]
    )
    func scopes(byKey: Bool) async throws {
        let folder = try Folder()
        let cache = try self.openCache(folder, CacheLogRecording(), SharedFilterState())
        let digests = ["a", "b"].map { String(repeating: $0, count: 64) }
        let keys = digests.map { CacheKey(question: "q", prefix: "p:", scope: $0) }
        for key in keys { cache.store(bytes("answer"), under: key, timeToLive: nil, at: .now()) }
        cache.store(
            bytes("answer"),
            under: CacheKey(question: "q", prefix: "p:", scope: nil),
            timeToLive: nil,
            at: .now()
        )
        await cache.save()
        let next = try self.openCache(folder, CacheLogRecording(), SharedFilterState())
        #expect(
            next.purge(byKey ? .scopeOf(keys[0].id) : .scope(digests[0])) == PurgedEntries(count: 1, scope: digests[0])
        )
        #expect(next.value(of: keys[0], at: .now()) == nil && next.value(of: keys[1], at: .now()) != nil)
    }

    @Test("what comes back weighs what it weighed, so that all of it finds room")
    func weights() async throws {
        let folder = try Folder()
        let metrics = (MetricRegistry(), MetricRegistry())
        func environment(_ metrics: MetricRegistry) -> FilterEnvironment {
            FilterEnvironment(name: "ai-cache", logger: CacheLogRecording().logger, metrics: metrics)
        }
        let answers = SnapshotSettings(path: folder.path("answers"), interval: self.interval)
        let vectors = SnapshotSettings(path: folder.path("vectors"), interval: self.interval)
        let (cache, store) = (
            MemoryCache(maximumBytes: 1 << 20, environment(metrics.0)),
            MemoryVectors(limits: ScopeLimits(), environment(metrics.0))
        )
        cache.schedule.apply(answers, to: cache)
        store.keep(in: vectors)
        for number in 0..<200 {
            let key = CacheKey(question: "question \(number)", prefix: "p:", scope: nil)
            cache.store(bytes("answer \(number)"), under: key, timeToLive: nil, at: .now())
            try store.store(
                VectorEntry(
                    id: EntryID(scope: nil, question: key.question),
                    key: key.id,
                    vector: [1, Float(number)],
                    question: key.question,
                    answer: bytes("answer \(number)"),
                    secondsSince1970: 0
                )
            )
        }
        await cache.save()
        await store.save()
        let (nextCache, nextStore) = (
            MemoryCache(maximumBytes: 1 << 20, environment(metrics.1)),
            MemoryVectors(limits: ScopeLimits(), environment(metrics.1))
        )
        nextCache.schedule.apply(answers, to: nextCache)
        nextStore.keep(in: vectors)
        for name in ["ai_cache_entries", "ai_cache_bytes", "ai_cache_vector_entries", "ai_cache_vector_bytes"] {
            let before = metrics.0.gauge(name, "").value
            #expect(metrics.1.gauge(name, "").value == before && before > 0, "\(name)")
        }
        let key = CacheKey(question: "question 7", prefix: "p:", scope: nil)
        #expect(nextCache.purge(.entry(key.id)).question == "question 7")
    }

    @Test("a configuration that is only looked at leaves the file alone, damaged or not", arguments: [false, true])
    func onlyLookedAt(isDamaged: Bool) async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let key = CacheKey(question: "q", prefix: "p:", scope: nil)
        if isDamaged {
            try Data("not a snapshot".utf8).write(to: URL(filePath: folder.path()))
        } else {
            let cache = try self.openCache(folder, log, SharedFilterState())
            cache.store(bytes("a"), under: key, timeToLive: nil, at: .now())
            await cache.save()
        }
        let before = try Data(contentsOf: URL(filePath: folder.path()))
        let looking = SharedFilterState(isServing: false)
        let cache = try self.openCache(folder, log, looking)
        #expect(cache.value(of: key, at: .now()) == nil)
        cache.store(bytes("b"), under: key, timeToLive: nil, at: .now())
        await looking.flushAll()
        #expect(try Data(contentsOf: URL(filePath: folder.path())) == before)
        #expect(try folder.names == ["snapshot"] && log.lines.isEmpty)
    }

    /// Gives its first record, and then none until it is told to go on.
    private final class SlowContent: SnapshotContent {
        let changeCount = 1
        let mayGoOn = DispatchSemaphore(value: 0)
        let isWriting = DispatchSemaphore(value: 0)

        func writeRecords(_ write: (ByteBuffer) throws -> Void) throws {
            try write(ByteBuffer(string: "first"))
            self.isWriting.signal()
            self.mayGoOn.wait()
            defer { self.isWriting.signal() }
            try write(ByteBuffer(string: "second"))
        }

        func readRecord(_ record: inout ByteBuffer, at clock: ClockReading) throws(SnapshotError) {}
    }

    @Test("the end of the process waits for a snapshot only so long, and the old file stays")
    func slowSave() async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let environment = FilterEnvironment(name: "ai-cache", logger: log.logger)
        let schedule = SnapshotSchedule(kind: "test", version: 1, longestSave: .seconds(1), environment)
        try self.file(folder).write { try $0(ByteBuffer(string: "old")) }
        let content = SlowContent()
        schedule.apply(SnapshotSettings(path: folder.path(), interval: self.interval), to: content)
        await schedule.save(content)
        #expect(log.lines(at: .warning).contains("the snapshot was not written in time"))
        content.mayGoOn.signal()
        // Written or not: it has ended when a save begun after it has, and with it the file that it wrote to is gone.
        await schedule.save(content)
        #expect(try await eventually { try folder.names == ["snapshot"] })
        #expect(try self.records(of: self.file(folder)) == ["old"])
    }

    @Test("a reload does not read the file again")
    func reload() async throws {
        let folder = try Folder()
        let shared = SharedFilterState()
        let log = CacheLogRecording()
        let key = CacheKey(question: "q", prefix: "p:", scope: nil)
        let cache = try self.openCache(folder, log, shared)
        cache.store(bytes("a"), under: key, timeToLive: nil, at: .now())
        await cache.save()
        #expect(cache.remove(key.id) != nil)
        let same = try self.openCache(folder, log, shared)
        #expect(same === cache && same.value(of: key, at: .now()) == nil)
    }

    @Test("a damaged file is set aside with a warning, and the next one is written in its place")
    func setAside() async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        try Data("not a snapshot".utf8).write(to: URL(filePath: folder.path()))
        let cache = try self.openCache(folder, log, SharedFilterState())
        #expect(log.lines(at: .warning).count == 2)
        #expect(try folder.names == ["snapshot.damaged"])
        cache.store(bytes("a"), under: CacheKey(question: "q", prefix: "p:", scope: nil), timeToLive: nil, at: .now())
        await cache.save()
        #expect(try folder.names == ["snapshot", "snapshot.damaged"])
    }

    @Test("the vector store comes back whole: found exactly at once, along the graph later")
    func vectors() async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let environment = FilterEnvironment(name: "ai-cache", logger: log.logger)
        // A search as wide as a scope is large: what a narrow graph finds depends on the order in which it was linked.
        let limits = ScopeLimits(exactCount: 30, graph: GraphSettings(links: 16, buildWidth: 64, searchWidth: 64))
        let settings = SnapshotSettings(path: folder.path(), interval: self.interval)
        let store = MemoryVectors(limits: limits, environment)
        store.keep(in: settings)
        var source = SeededVectors(seed: 21)
        let clock = ClockReading.now.secondsSince1970
        var entries: [VectorEntry] = []
        for number in 0..<150 {
            let scope = number % 5 == 0 ? nil : "s\(number % 2)"
            entries.append(
                VectorEntry(
                    id: EntryID(scope: scope, question: "q\(number)"),
                    key: CacheKey(question: "q\(number)", prefix: "p:", scope: scope).id,
                    vector: source.next(),
                    question: "q\(number)",
                    answer: number % 3 == 0 ? nil : bytes("answer \(number)"),
                    scope: scope,
                    expiresAt: number % 7 == 0 ? clock - 5 : number % 2 == 0 ? clock + 1000 : nil,
                    secondsSince1970: clock - 10
                )
            )
            try store.store(try #require(entries.last))
        }
        await store.save()
        let next = MemoryVectors(limits: limits, environment)
        next.keep(in: settings)
        next.settle()
        for entry in entries {
            let query = VectorQuery(vector: entry.vector, topK: 1, scope: entry.scope, secondsSince1970: clock)
            let found = try next.neighbours(of: query).first
            let isOver = entry.expiresAt.map { $0 <= clock } ?? false
            #expect((found?.question == entry.question) == !isOver, "\(entry.question)")
            guard !isOver else { continue }
            #expect(found?.answer == entry.answer && found?.expiresAt == entry.expiresAt)
        }
        #expect(next.inspect { $0.count } == entries.count { $0.expiresAt.map { $0 > clock } ?? true })
        #expect(log.lines(at: .warning).isEmpty)
    }

    private func entry(_ number: Int) -> VectorEntry {
        VectorEntry(
            id: EntryID(scope: nil, question: "q\(number)"),
            key: CacheKey(question: "q\(number)", prefix: "p:", scope: nil).id,
            vector: [1, Float(number)],
            question: "q\(number)",
            answer: bytes("a\(number)"),
            secondsSince1970: ClockReading.now.secondsSince1970
        )
    }

    @Test("what is known of answers comes back with them, and what trusted ones taught too")
    func labels() async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let environment = FilterEnvironment(name: "ai-cache", logger: log.logger)
        let settings = SnapshotSettings(path: folder.path(), interval: self.interval)
        let policy = VerifiedPolicy(VerificationSettings(maxErrorRate: 0.05))
        let store = MemoryVectors(limits: ScopeLimits(), environment)
        store.keep(in: settings)
        for number in 0..<3 { try store.store(self.entry(number)) }
        let keys = (0..<3).map { self.entry($0).key }
        for _ in 0..<40 { _ = store.labels.add(keys[0], score: 0.9, isRight: true, policy) }
        for _ in 0..<40 { _ = store.labels.add(keys[1], score: 0.9, isRight: true, as: .known, policy) }
        _ = store.labels.decide(keys[2], at: 0.9, policy)
        _ = store.labels.add(keys[1], score: 0.9, isRight: false, policy)
        await store.save()
        // A label alone is a change that is written.
        let changes = store.changeCount
        _ = store.labels.add(keys[0], score: 0.9, isRight: true, policy)
        #expect(store.changeCount > changes)
        await store.save()
        let next = MemoryVectors(limits: ScopeLimits(), environment)
        next.keep(in: settings)
        #expect(next.labels.count == 2 && next.labels.quarantined == 1)
        let (pool, before) = (next.labels.pool(), store.labels.pool())
        #expect(pool.labels.all == before.labels.all && pool.labels.count == 40)
        #expect(pool.lookups.all == before.lookups.all && pool.lookups.count == 1)
        for key in keys {
            #expect(next.labels.history(of: key)?.labels == store.labels.history(of: key)?.labels)
            #expect(
                next.labels.decide(key, at: 0.9, policy).share == store.labels.decide(key, at: 0.9, policy).share
            )
        }
        #expect(next.labels.decide(keys[0], at: 0.9, policy).share > 0.4)
        #expect(await next.remove(.key(keys[0])) == 1 && next.labels.history(of: keys[0]) == nil)
        #expect(log.lines(at: .warning).isEmpty)
    }

    @Test("what stored answers say comes back, with labels and without")
    func marks() async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let environment = FilterEnvironment(name: "ai-cache", logger: log.logger)
        let settings = SnapshotSettings(path: folder.path(), interval: self.interval)
        let policy = VerifiedPolicy(VerificationSettings(maxErrorRate: 0.05))
        let store = MemoryVectors(limits: ScopeLimits(), environment)
        store.keep(in: settings)
        for number in 0..<3 { try store.store(self.entry(number)) }
        let keys = (0..<4).map { self.entry($0).key }
        _ = store.labels.add(keys[0], score: 0.9, isRight: true, policy)
        _ = store.labels.add(keys[2], score: 0.9, isRight: true, policy)
        await store.save()
        // Another answer alone is a change that is written.
        let changes = store.changeCount
        for key in [keys[0], keys[1], keys[3]] {
            #expect(store.answers.replace(key, by: CachedAnswer(content: bytes("gas"))))
        }
        #expect(store.changeCount > changes)
        await store.save()
        let next = MemoryVectors(limits: ScopeLimits(), environment)
        next.keep(in: settings)
        // The last two have no mark, and no entry.
        #expect(keys.map { next.answers.lasting(of: $0) != nil } == [true, true, false, false])
        #expect(!next.answers.replace(keys[0], by: CachedAnswer(content: bytes("Gas!"))))
        #expect(next.answers.replace(keys[1], by: CachedAnswer(content: bytes("rock"))))
        #expect(next.labels.count == 2 && log.lines(at: .warning).isEmpty)
    }

    @Test("a record reads back with and without labels and mark, and not when it is cut")
    func record() throws {
        let item = EntryTable.Item(
            key: self.entry(1).key,
            question: "q1",
            answer: nil,
            scope: "s",
            expiresAt: 7,
            row: 0,
            bytes: 0
        )
        for labels in [nil, bytes("labels")] {
            for mark in [nil, 0, UInt64.max] {
                var record = VectorRecord(item, [1, 2])
                record.labels = labels
                record.mark = mark
                var whole = record.encoded
                #expect(VectorRecord(&whole) == record)
                // Without what later versions have behind it, it is a whole one too.
                let lengths = [VectorRecord(item, [1, 2]).encoded.readableBytes, record.encoded.readableBytes - 8]
                for length in 0..<record.encoded.readableBytes where !lengths.contains(length) {
                    var cut = try #require(record.encoded.getSlice(at: 0, length: length))
                    #expect(VectorRecord(&cut) == nil, "\(length)")
                }
                var longer = record.encoded
                longer.writeInteger(UInt8(0))
                #expect(VectorRecord(&longer) == nil)
            }
        }
    }

    @Test("a vector store of the version before is read, without labels")
    func earlierVersion() throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let file = SnapshotFile(path: folder.path(), kind: "ai-cache.memory-vectors", version: 2)
        let item = EntryTable.Item(
            key: self.entry(1).key,
            question: "q1",
            answer: bytes("a1"),
            scope: nil,
            expiresAt: nil,
            row: 0,
            bytes: 0
        )
        try file.write { try $0(VectorRecord(item, [1, 1]).encoded) }
        let store = MemoryVectors(limits: ScopeLimits(), FilterEnvironment(name: "ai-cache", logger: log.logger))
        store.keep(in: SnapshotSettings(path: folder.path(), interval: self.interval))
        #expect(store.inspect { $0.count } == 1 && store.labels.count == 0 && log.lines(at: .warning).isEmpty)
    }

    @Test("a vector store of version 3 is read with its labels, but for those of all entries together")
    func earlierPool() throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let file = SnapshotFile(path: folder.path(), kind: "ai-cache.memory-vectors", version: 3)
        let item = { (key: CacheKeyID) in
            EntryTable.Item(
                key: key,
                question: "q1",
                answer: bytes("a1"),
                scope: nil,
                expiresAt: nil,
                row: 0,
                bytes: 0
            )
        }
        var history = EntryHistory()
        _ = history.add(score: 0.9, isRight: true, VerifiedPolicy(VerificationSettings(maxErrorRate: 0.05)))
        var entry = VectorRecord(item(self.entry(1).key), [1, 1])
        entry.labels = history.encoded
        var pool = VectorRecord(item(CacheKeyID(high: 0, low: 0)), [])
        pool.labels = bytes("labels of all entries")
        try file.write { write in
            try write(pool.encoded)
            try write(entry.encoded)
        }
        let store = MemoryVectors(limits: ScopeLimits(), FilterEnvironment(name: "ai-cache", logger: log.logger))
        store.keep(in: SnapshotSettings(path: folder.path(), interval: self.interval))
        #expect(store.inspect { $0.count } == 1 && store.labels.count == 1 && log.lines(at: .warning).isEmpty)
        #expect(store.labels.pooled.scopes == 0)
    }

    @Test(
        "what version 4 held of all scopes together is that of the only one, and of several of none",
        arguments: [[nil], ["a"], ["a", "b"], [nil, "a"], []] as [[String?]]
    )
    func commonPool(scopes: [String?]) throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let file = SnapshotFile(path: folder.path(), kind: "ai-cache.memory-vectors", version: 4)
        var pool = PooledLabels()
        pool.note(PooledLabels.Lookup(score: 0.9, standing: .new))
        pool.restore(PooledLabels.Label(score: 0.9, standing: .new, isRight: true))
        let common = EntryTable.Item(
            key: VectorRecord.commonPoolKey,
            question: "",
            answer: nil,
            scope: nil,
            expiresAt: nil,
            row: 0,
            bytes: 0
        )
        var record = VectorRecord(common, [])
        record.labels = pool.encoded
        let records =
            [record]
            + scopes.enumerated().map { number, scope in
                VectorRecord(
                    EntryTable.Item(
                        key: self.entry(number).key,
                        question: "q\(number)",
                        answer: bytes("a"),
                        scope: scope,
                        expiresAt: nil,
                        row: 0,
                        bytes: 0
                    ),
                    [1, 1]
                )
            }
        try file.write { write in for record in records { try write(record.encoded) } }
        let store = MemoryVectors(limits: ScopeLimits(), FilterEnvironment(name: "ai-cache", logger: log.logger))
        store.keep(in: SnapshotSettings(path: folder.path(), interval: self.interval))
        #expect(store.inspect { $0.count } == scopes.count && log.lines(at: .warning).isEmpty)
        #expect(store.labels.pooled.scopes == (scopes.count == 1 ? 1 : 0))
        for scope in scopes {
            #expect(store.labels.pool(of: scope).labels.count == (scopes.count == 1 ? 1 : 0))
        }
    }

    @Test("what the entries of each scope have shown comes back for that scope")
    func pools() async throws {
        let folder = try Folder()
        let log = CacheLogRecording()
        let environment = FilterEnvironment(name: "ai-cache", logger: log.logger)
        let settings = SnapshotSettings(path: folder.path(), interval: self.interval)
        let policy = VerifiedPolicy(VerificationSettings(maxErrorRate: 0.05))
        let store = MemoryVectors(limits: ScopeLimits(), environment)
        store.keep(in: settings)
        let scopes = ["a", nil, "b"]
        for (number, scope) in scopes.enumerated() {
            for _ in 0...number {
                _ = store.labels.decide(self.entry(number).key, in: scope, at: 0.9, policy)
                _ = store.labels.add(
                    self.entry(number).key,
                    score: 0.9,
                    isRight: number != 1,
                    as: .new,
                    in: scope,
                    policy
                )
            }
        }
        await store.save()
        let next = MemoryVectors(limits: ScopeLimits(), environment)
        next.keep(in: settings)
        #expect(next.labels.pools.map(\.scope) == scopes && log.lines(at: .warning).isEmpty)
        for (number, scope) in scopes.enumerated() {
            let (pool, before) = (next.labels.pool(of: scope), store.labels.pool(of: scope))
            #expect(pool.labels.all == before.labels.all && pool.labels.count == number + 1)
            #expect(pool.lookups.all == before.lookups.all)
        }
    }

    @Test("the end of the process saves what filters share")
    func drain() async throws {
        let folder = try Folder()
        let shared = SharedFilterState()
        let cache = try self.openCache(folder, CacheLogRecording(), shared)
        cache.store(bytes("a"), under: CacheKey(question: "q", prefix: "p:", scope: nil), timeToLive: nil, at: .now())
        await shared.flushAll()
        #expect(try folder.names == ["snapshot"])
    }

    @Test("records of any bytes are taken or refused, never more", arguments: 0..<10)
    func anyBytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let length = Int.random(in: 0..<80, using: &generator)
            let noise = (0..<length).map { _ in UInt8.random(in: 0...(seed % 2 == 0 ? 3 : 255), using: &generator) }
            var first = ByteBuffer(bytes: noise)
            var second = first
            if let record = VectorRecord(&first) { #expect(record.vector.count * 4 <= length) }
            if let record = CacheRecord(&second) {
                #expect(record.bytes.readableBytes <= length - 36)
                _ = record.entry(at: .now)
            }
        }
    }
}
