import FilterAPI

/// Writes into memory that was reserved for a whole head, so that a head costs one access to its buffer.
///
/// The reserved size is an upper bound by construction; what did not fit would be left out rather than written past it.
struct HeadCursor {
    private let base: UnsafeMutableRawPointer?
    private let capacity: Int
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.base = memory.baseAddress
        self.capacity = memory.count
    }

    @inline(__always)
    mutating func write(_ start: UnsafeRawPointer, _ length: Int) {
        guard let base, length > 0, length <= self.capacity &- self.count else {
            assert(length <= 0, "a head's size is bounded by what was reserved")
            return
        }
        (base + self.count).copyMemory(from: start, byteCount: length)
        self.count &+= length
    }

    @inline(__always)
    mutating func write(_ text: StaticString) {
        self.write(UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    @inline(__always)
    mutating func write(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { bytes in
            if let start = bytes.baseAddress { self.write(start, 1) }
        }
    }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            if let start = bytes.baseAddress { self.write(UnsafeRawPointer(start), bytes.count) }
        }
    }

    @inline(__always)
    mutating func write(_ text: MessageText, in wire: UnsafeRawBufferPointer) {
        switch text {
        case .text(let string): self.write(string)
        case .received(let start, let length): self.write(wire, Int(start), Int(start) + Int(length))
        }
    }

    /// Writes the bytes from `start` to `end` of a buffer.
    @inline(__always)
    mutating func write(_ source: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
        guard let base = source.baseAddress, start < end, end <= source.count else { return }
        self.write(base + start, end &- start)
    }

    /// Writes three digits and the space after them.
    mutating func writeStatus(_ status: Int) {
        let status = UInt32(min(max(status, 0), 999))
        let digits = (status / 100 + 0x30) << 24 | (status / 10 % 10 + 0x30) << 16 | (status % 10 + 0x30) << 8 | 0x20
        withUnsafeBytes(of: digits.bigEndian) { bytes in
            if let start = bytes.baseAddress { self.write(start, bytes.count) }
        }
    }

    /// Writes a number that is not negative.
    mutating func writeDecimal(_ number: Int) {
        var rest = UInt64(max(0, number))
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { bytes in
            var start = bytes.count
            repeat {
                start -= 1
                bytes[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
                rest /= 10
            } while rest > 0
            self.write(UnsafeRawBufferPointer(bytes), start, bytes.count)
        }
    }
}
