import NIOCore

/// What the memory store keeps for a key.
struct StoredEntry: Sendable {
    /// What an entry takes beside its bytes, about.
    static let overhead = 160

    let bytes: ByteBuffer
    let storedAt: NIODeadline
    /// `nil` for never.
    let expiresAt: NIODeadline?
    /// What else was equal; `nil` for an entry without scope.
    var scope: ScopeMark?

    /// The memory that the entry takes.
    var weight: Int { max(self.bytes.storageCapacity, self.bytes.readableBytes) + Self.overhead }

    func isExpired(at now: NIODeadline) -> Bool { self.expiresAt.map { $0 <= now } ?? false }
}
