import NIOCore

/// Parts of a response's body that wait until the client's windows admit them: a pure value.
///
/// Small parts are put together, so that many of them neither hold the buffers that they are slices of nor become as
/// many frames.
struct HTTP2BodyQueue {
    /// Parts up to this size are copied behind the last one.
    private static let copyLimit = 4096
    /// Up to this size.
    private static let joinedLimit = HTTP2Output.largestPayload

    private var first = ByteBuffer()
    private var others: [ByteBuffer] = []
    /// How many bytes wait.
    private(set) var count = 0

    var isEmpty: Bool { self.count == 0 }

    /// Adds a part, which is not empty.
    mutating func append(_ part: ByteBuffer) {
        let isFirst = self.isEmpty
        self.count += part.readableBytes
        if isFirst {
            self.first = part
        } else if part.readableBytes > HTTP2BodyQueue.copyLimit {
            self.others.append(part)
        } else if let last = self.others.indices.last {
            if self.others[last].readableBytes + part.readableBytes <= HTTP2BodyQueue.joinedLimit {
                self.others[last].writeImmutableBuffer(part)
            } else {
                self.others.append(part)
            }
        } else if self.first.readableBytes + part.readableBytes <= HTTP2BodyQueue.joinedLimit {
            self.first.writeImmutableBuffer(part)
        } else {
            self.others.append(part)
        }
    }

    /// Takes out as much of the first part as may be sent at once.
    mutating func read(upTo limit: Int) -> ByteBuffer {
        let part = self.first.readSlice(length: min(limit, self.first.readableBytes)) ?? ByteBuffer()
        self.count -= part.readableBytes
        if self.first.readableBytes == 0 {
            self.first = self.others.isEmpty ? ByteBuffer() : self.others.removeFirst()
        }
        return part
    }

    /// Forgets all parts.
    mutating func removeAll() { self = HTTP2BodyQueue() }
}
