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

    /// The memory that the entry takes.
    var weight: Int { max(self.bytes.storageCapacity, self.bytes.readableBytes) + Self.overhead }

    func isExpired(at now: NIODeadline) -> Bool { self.expiresAt.map { $0 <= now } ?? false }
}
