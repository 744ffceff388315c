import FilterAPI
import NIOCore
import Synchronization

// The vectors, the texts and the times go to the file; links are built anew from them.
extension MemoryVectors: SavedState, SnapshotContent {
    /// Entries that are copied at once; searches go on, changes wait meanwhile.
    private static let entriesPerBatch = 64

    /// How often something was stored, removed or replaced, or an answer found right or wrong.
    var changeCount: Int {
        self.changes.load(ordering: .relaxed) + self.backlog.withLock { $0.count } + self.labels.changeCount
            + self.answers.changeCount
    }

    func save() async { await self.schedule.save(self) }

    func keep(in settings: SnapshotSettings?) {
        self.schedule.apply(settings, to: self)
    }

    func writeRecords(_ write: (_ record: ByteBuffer) throws -> Void) throws {
        self.takeAll()
        for (scope, pool) in self.labels.pools {
            if let pool = pool.encoded { try write(VectorRecord(pool: pool, of: scope).encoded) }
        }
        var start = 0
        while true {
            let batch = self.inspect { memory -> [VectorRecord]? in
                guard start < memory.entries.range.upperBound else { return nil }
                let end = min(start + Self.entriesPerBatch, memory.entries.range.upperBound)
                return (start..<end).compactMap { memory.stored($0).map { VectorRecord($0.item, $0.vector) } }
            }
            guard let batch else { return }
            for var record in batch {
                record.labels = self.labels.history(of: record.key)?.encoded
                record.mark = self.answers.lasting(of: record.key)
                try write(record.encoded)
            }
            start += Self.entriesPerBatch
        }
    }

    func readRecord(_ record: inout ByteBuffer, at clock: ClockReading) throws(SnapshotError) {
        guard let record = VectorRecord(&record) else { throw SnapshotError("a record is not as it should be") }
        switch record.key {
        case VectorRecord.poolKey:
            if let pool = record.pool { self.labels.restore(pool, of: record.scope) }
            return
        case VectorRecord.commonPoolKey:
            self.earlierPool.withLock { $0 = record.pool }
            return
        case VectorRecord.earliestPoolKey: return
        default: break
        }
        guard record.expiresAt.map({ $0 > clock.secondsSince1970 }) ?? true else { return }
        do throws(ProviderError) {
            try self.load(record.entry(at: clock.secondsSince1970))
        } catch {
            throw SnapshotError("a vector cannot be used: \(error)")
        }
        if let history = record.history { self.labels.restore(history, of: record.key) }
        if let mark = record.mark { self.answers.restore(mark, of: record.key) }
    }

    func recordsWereRead() {
        self.takeEarlierPool()
        self.linkAll()
    }

    /// What all scopes have shown together is what the only one has shown, and else says nothing of any of them.
    private func takeEarlierPool() {
        let pool = self.earlierPool.withLock { pool in
            defer { pool = nil }
            return pool
        }
        guard let pool, let scope = self.inspect({ $0.onlyScope }) else { return }
        self.labels.restore(pool, of: scope)
    }
}

/// An entry in a snapshot; or, under a key that no entry has, what all entries of a scope show together.
///
/// Since version 3 labels may stand at the end. Records of version 2 end before. What version 3 held of all entries together,
/// under a key of its own, says too little and is left out. Version 4 held, under another one, what the entries of all scopes
/// show together. Since version 5 the mark of the answer may stand behind the labels.
struct VectorRecord: Sendable, Hashable {
    static let earliestPoolKey = CacheKeyID(high: 0, low: 0)
    static let commonPoolKey = CacheKeyID(high: 0, low: 1)
    static let poolKey = CacheKeyID(high: 0, low: 2)

    var key: CacheKeyID
    var question: String
    var answer: ByteBuffer?
    var scope: String?
    var expiresAt: Int?
    var vector: [Float]
    /// What is known of the answer, as ``EntryHistory/encoded`` gives it.
    var labels: ByteBuffer?
    /// What the answer says, as ``AnswerMarks/lasting(of:)`` gives it.
    var mark: UInt64?

    init(_ item: EntryTable.Item, _ vector: [Float]) {
        self.key = item.key
        self.question = item.question
        self.answer = item.answer
        self.scope = item.scope
        self.expiresAt = item.expiresAt
        self.vector = vector
    }

    /// - Parameters:
    ///   - pool: ``PooledLabels/encoded``.
    ///   - scope: The digest of the entries' scope.
    init(pool: ByteBuffer, of scope: String?) {
        self.key = Self.poolKey
        self.question = ""
        self.scope = scope
        self.vector = []
        self.labels = pool
    }

    /// What all entries of the scope show together; `nil` also when it cannot be read, which is no more than forgetting it.
    var pool: PooledLabels? {
        guard var labels = self.labels else { return nil }
        return PooledLabels(&labels)
    }

    /// What is known of the answer; `nil` also when it cannot be read, which is no more than forgetting it.
    var history: EntryHistory? {
        guard var labels = self.labels else { return nil }
        return EntryHistory(&labels)
    }

    /// Reads what ``encoded`` gave; `nil` for anything else.
    init?(_ buffer: inout ByteBuffer) {
        guard let high = buffer.readInteger(as: UInt64.self), let low = buffer.readInteger(as: UInt64.self),
            let question = buffer.readSnapshotPart(), let answer = buffer.readSnapshotPart(),
            let scope = buffer.readSnapshotPart(), let expiresAt = buffer.readInteger(as: Int64.self),
            let count = buffer.readInteger(as: UInt32.self), buffer.readableBytes >= Int(count) * 4,
            let text = question
        else { return nil }
        self.key = CacheKeyID(high: high, low: low)
        self.question = String(buffer: text)
        self.answer = answer
        self.scope = scope.map { String(buffer: $0) }
        self.expiresAt = expiresAt == Int64.max ? nil : Int(expiresAt)
        self.vector = (0..<Int(count)).compactMap { _ in
            buffer.readInteger(endianness: .little, as: UInt32.self).map { Float(bitPattern: $0) }
        }
        guard buffer.readableBytes > 0 else { return }
        guard let labels = buffer.readSnapshotPart() else { return nil }
        self.labels = labels
        guard buffer.readableBytes > 0 else { return }
        guard let mark = buffer.readInteger(as: UInt64.self), buffer.readableBytes == 0 else { return nil }
        self.mark = mark
    }

    var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(self.key.high)
        buffer.writeInteger(self.key.low)
        buffer.writeSnapshotPart(ByteBuffer(string: self.question))
        buffer.writeSnapshotPart(self.answer)
        buffer.writeSnapshotPart(self.scope.map { ByteBuffer(string: $0) })
        buffer.writeInteger(Int64(self.expiresAt ?? Int.max))
        buffer.writeInteger(UInt32(self.vector.count))
        for number in self.vector { buffer.writeInteger(number.bitPattern, endianness: .little) }
        if self.labels != nil || self.mark != nil { buffer.writeSnapshotPart(self.labels) }
        if let mark { buffer.writeInteger(mark) }
        return buffer
    }

    func entry(at secondsSince1970: Int) -> VectorEntry {
        VectorEntry(
            id: EntryID(scope: self.scope, question: self.question),
            key: self.key,
            vector: self.vector,
            question: self.question,
            answer: self.answer,
            scope: self.scope,
            expiresAt: self.expiresAt,
            secondsSince1970: secondsSince1970
        )
    }
}
