package import NIOCore

/// Memory for what is written next: the connections of an event loop take turns, since what one of them writes has mostly
/// reached its socket when the next one begins.
///
/// Memory that a socket still holds is never written to; there is new memory then, as much as was asked for.
package struct SpareBuffer {
    /// What is kept at most, in bytes: enough for a head and small parts of a body.
    package static let limit = 16 << 10

    private var memory = ByteBuffer()

    package init() {}

    /// An empty buffer.
    ///
    /// - Parameter capacity: How many bytes it has room for at least.
    package mutating func take(capacity: Int) -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &self.memory)
        taken.clear(minimumCapacity: capacity)
        return taken
    }

    /// Keeps the memory of bytes that are on their way to a socket, unless it is too much.
    package mutating func keep(_ written: ByteBuffer) {
        if written.storageCapacity <= SpareBuffer.limit { self.memory = written }
    }
}
