import NIOCore

/// What the memory store keeps for a key.
struct StoredEntry: Sendable {
    /// What an entry takes beside its bytes, about; most of it is what has been read of them.
    static let overhead = 512

    let bytes: ByteBuffer
    let decoded = DecodedAnswer()
    let storedAt: NIODeadline
    /// `nil` for never.
    let expiresAt: NIODeadline?
    /// Seconds that had gone by when it was taken back from a snapshot, or copied from another wording.
    var earlierAge = 0
    /// What else was equal; `nil` for an entry without scope.
    var scope: ScopeMark?
    /// The question of an entry without scope, by which vector stores know it.
    var question: String?

    /// The memory that the entry takes.
    var weight: Int {
        let bytes = max(self.bytes.storageCapacity, self.bytes.readableBytes)
        return bytes + (self.question?.utf8.count ?? 0) + Self.overhead
    }

    /// Seconds since it was stored.
    func age(at now: NIODeadline) -> Int {
        self.earlierAge + Int((now - self.storedAt).nanoseconds / 1_000_000_000)
    }

    func isExpired(at now: NIODeadline) -> Bool { self.expiresAt.map { $0 <= now } ?? false }
}

extension ByteBuffer {
    /// The same bytes in memory of about their size: a part of something larger would keep all of it.
    var compact: ByteBuffer {
        self.storageCapacity <= 2 * self.readableBytes + 512 ? self : ByteBuffer(bytes: self.readableBytesView)
    }
}
