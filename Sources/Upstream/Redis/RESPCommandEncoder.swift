package import NIOCore

/// Writes commands as RESP arrays of bulk strings, the one form that every server reads.
package struct RESPCommandEncoder {
    /// Arguments from this size on go to the socket as they are, without a copy.
    package static let copyLimit = 16 << 10

    private let allocator: ByteBufferAllocator
    private var pending: ByteBuffer
    private var finished: [ByteBuffer] = []

    package init(allocator: ByteBufferAllocator = ByteBufferAllocator()) {
        self.allocator = allocator
        pending = allocator.buffer(capacity: 512)
    }

    package mutating func append(_ command: [ByteBuffer]) {
        writeHeader("*", command.count)
        for argument in command {
            writeHeader("$", argument.readableBytes)
            if argument.readableBytes < Self.copyLimit {
                pending.writeImmutableBuffer(argument)
            } else {
                finished += [pending, argument]
                pending = allocator.buffer(capacity: 512)
            }
            pending.writeStaticString("\r\n")
        }
    }

    /// What has been appended, in the order in which it has to be written.
    package consuming func finish() -> [ByteBuffer] {
        if pending.readableBytes > 0 { finished.append(pending) }
        return finished
    }

    private mutating func writeHeader(_ type: StaticString, _ count: Int) {
        pending.writeStaticString(type)
        pending.writeString(String(count))
        pending.writeStaticString("\r\n")
    }
}
