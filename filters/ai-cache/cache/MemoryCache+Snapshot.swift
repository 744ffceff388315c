import FilterAPI
import NIOCore

// Entries go to the file with times that mean the same after a restart.
extension MemoryCache: SavedState, SnapshotContent {
    func save() async { await self.schedule.save(self) }

    func writeRecords(_ write: (_ record: ByteBuffer) throws -> Void) throws {
        let clock = ClockReading.now
        try self.forEachShard { entries in
            for entry in entries where !entry.stored.isExpired(at: clock.uptime) {
                try write(CacheRecord(entry.id, entry.stored, at: clock).encoded)
            }
        }
    }

    func readRecord(_ record: inout ByteBuffer, at clock: ClockReading) throws(SnapshotError) {
        guard let record = CacheRecord(&record) else { throw SnapshotError("a record is not as it should be") }
        if let entry = record.entry(at: clock) { self.store(entry, under: record.id) }
    }
}

/// An entry in a snapshot.
struct CacheRecord: Sendable, Hashable {
    var id: CacheKeyID
    var secondsSince1970: Int64
    /// Milliseconds since 1970; `nil` for never.
    var expiry: Int64?
    var scope: ScopeMark?
    /// Of an entry without scope.
    var question: String?
    var bytes: ByteBuffer

    /// What stands before a question, where other entries have the digest of their scope.
    private static let questionMark = UInt8(ascii: "?")

    init(_ id: CacheKeyID, _ stored: StoredEntry, at clock: ClockReading) {
        self.id = id
        self.secondsSince1970 = Int64(clock.secondsSince1970 - stored.age(at: clock.uptime))
        self.expiry = stored.expiresAt.map {
            clock.nanosecondsSince1970 / 1_000_000 + ($0 - clock.uptime).nanoseconds / 1_000_000
        }
        self.scope = stored.scope
        self.question = stored.question
        self.bytes = stored.bytes
    }

    /// Reads what ``encoded`` gave; `nil` for anything else.
    init?(_ buffer: inout ByteBuffer) {
        guard let high = buffer.readInteger(as: UInt64.self), let low = buffer.readInteger(as: UInt64.self),
            let seconds = buffer.readInteger(as: Int64.self), let expiry = buffer.readInteger(as: Int64.self),
            let part = buffer.readSnapshotPart()
        else { return nil }
        self.id = CacheKeyID(high: high, low: low)
        self.secondsSince1970 = seconds
        self.expiry = expiry == Int64.max ? nil : expiry
        let text = part.map { String(buffer: $0) }
        self.scope = text.flatMap { ScopeMark(digest: $0) }
        self.question = text.flatMap { text in
            text.utf8.first == Self.questionMark ? String(decoding: text.utf8.dropFirst(), as: UTF8.self) : nil
        }
        self.bytes = ByteBuffer(bytes: buffer.readableBytesView)
    }

    var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(self.id.high)
        buffer.writeInteger(self.id.low)
        buffer.writeInteger(self.secondsSince1970)
        buffer.writeInteger(self.expiry ?? Int64.max)
        var part = self.scope.map { ByteBuffer(string: $0.digest) }
        if let question, part == nil { part = ByteBuffer(bytes: [Self.questionMark] + question.utf8) }
        buffer.writeSnapshotPart(part)
        buffer.writeImmutableBuffer(self.bytes)
        return buffer
    }

    /// The entry as it counts now; `nil` when its time is over.
    func entry(at clock: ClockReading) -> StoredEntry? {
        // A clock that was set back makes nothing younger than new, and no time longer than anybody configures.
        let age = max(0, Int64(clock.secondsSince1970).subtractingReportingOverflow(self.secondsSince1970).partialValue)
        var entry = StoredEntry(bytes: self.bytes, storedAt: clock.uptime, expiresAt: nil)
        if let expiry {
            let left = expiry.subtractingReportingOverflow(clock.nanosecondsSince1970 / 1_000_000).partialValue
            let longest = CacheSettings.longestTimeToLive.components.seconds * 1000
            guard left > 0 else { return nil }
            let end = clock.uptime + .milliseconds(min(left, longest))
            entry = StoredEntry(bytes: self.bytes, storedAt: clock.uptime, expiresAt: end)
        }
        entry.earlierAge = Int(min(age, Int64(Int32.max)))
        entry.scope = self.scope
        entry.question = self.question
        return entry
    }
}
