import NIOCore

/// The bits that do not fill a byte yet, from the low end of each byte on.
///
/// Source: RFC 1951, section 3.1.1.
struct DeflateBits: Sendable {
    private(set) var held: UInt64 = 0
    private(set) var count = 0

    /// Adds a few bits outside of a block.
    mutating func add(_ value: UInt64, count: Int, to output: inout ByteBuffer) {
        self.append(room: 8, to: &output) { $0.add(value, count) }
    }

    /// Fills the last byte with zeros.
    mutating func finish(to output: inout ByteBuffer) {
        if self.count > 0 { self.add(0, count: 8 - self.count, to: &output) }
    }

    /// Lets `write` add bits.
    ///
    /// - Parameter room: At least as many bytes as they fill.
    mutating func append(room: Int, to output: inout ByteBuffer, _ write: (inout DeflateCursor) -> Void) {
        let (held, count) = (self.held, self.count)
        var cursor = DeflateCursor(held: held, count: count)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: room + 16) { memory in
            cursor.memory = memory
            write(&cursor)
            return cursor.offset
        }
        (self.held, self.count) = (cursor.held, cursor.count)
    }
}

/// Writes bits to memory, eight bytes at a time.
struct DeflateCursor {
    fileprivate(set) var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    fileprivate(set) var offset = 0
    private(set) var held: UInt64
    private(set) var count: Int

    fileprivate init(held: UInt64, count: Int) {
        self.held = held
        self.count = count
    }

    /// Adds up to 56 bits; what is above them in `value` is 0.
    @inline(__always)
    mutating func add(_ value: UInt64, _ count: Int) {
        self.held |= value << UInt64(truncatingIfNeeded: self.count)
        self.count += count
        // Whole bytes are kept by moving on; the rest is written again next time.
        self.memory.storeBytes(of: self.held.littleEndian, toByteOffset: self.offset, as: UInt64.self)
        let whole = self.count >> 3
        self.offset += whole
        self.held >>= UInt64(truncatingIfNeeded: whole << 3)
        self.count &= 7
    }

    /// Goes to the next whole byte and copies bytes there.
    mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        if self.count > 0 { self.add(0, 8 - self.count) }
        UnsafeMutableRawBufferPointer(rebasing: self.memory[self.offset..<(self.offset + bytes.count)])
            .copyMemory(from: bytes)
        self.offset += bytes.count
    }
}
