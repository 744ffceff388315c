import NIOCore

/// What was sent of a request, as long as it can be sent again.
///
/// Before there is a connection it is the queue; later it serves one further try.
struct ReplayBuffer {
    /// The most that is kept once it was sent: 64 KiB.
    static let limit = 64 << 10

    private var head = ByteBuffer()
    private var parts: ContiguousArray<ByteBuffer> = []
    private var count = 0
    /// Whether nothing of what was sent is missing.
    private(set) var isComplete = false

    /// Begins with a head, in the memory of the last request.
    mutating func begin(_ head: ByteBuffer) {
        self.head = head
        self.count = head.readableBytes
        self.isComplete = true
    }

    /// Keeps a part that was not sent yet, whatever its size.
    mutating func enqueue(_ part: ByteBuffer) {
        parts.append(part)
        count += part.readableBytes
    }

    /// Keeps a part that was sent, within the limit.
    mutating func keep(_ part: ByteBuffer) {
        guard isComplete else { return }
        guard count + part.readableBytes <= ReplayBuffer.limit else { return clear() }
        enqueue(part)
    }

    /// What exceeds the limit after the queue was sent is not kept.
    mutating func trim() {
        if count > ReplayBuffer.limit { clear() }
    }

    mutating func clear() {
        guard isComplete else { return }
        isComplete = false
        head = ByteBuffer()
        parts.removeAll(keepingCapacity: parts.capacity <= 16)
        count = 0
    }

    /// Whether nothing is to be sent again, or waits to be sent.
    var isEmpty: Bool { count == 0 }

    func forEach(_ body: (ByteBuffer) -> Void) {
        body(head)
        for part in parts { body(part) }
    }
}
