/// Writes an encoded header section into memory that was reserved for it.
///
/// The reserved size is an upper bound by construction; what did not fit would be left out rather than written past it.
///
/// Source: RFC 7541, sections 5.1 and 5.2.
struct HPACKWriter {
    /// The most bytes that a number or the length of a string takes: a length has 32 bits.
    static let longestNumber = 6

    private let base: UnsafeMutableRawPointer?
    private let capacity: Int
    /// How many bytes were written.
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.base = memory.baseAddress
        self.capacity = memory.count
    }

    /// Writes one byte.
    @inline(__always)
    mutating func write(_ byte: UInt8) {
        guard let base, self.count < self.capacity else { return self.overflowed() }
        base.storeBytes(of: byte, toByteOffset: self.count, as: UInt8.self)
        self.count &+= 1
    }

    /// Writes a number that begins with the last bits of a byte.
    ///
    /// - Parameters:
    ///   - number: Not negative.
    ///   - prefix: How many bits of the first byte belong to the number.
    ///   - first: The other bits of the first byte.
    @inline(__always)
    mutating func writeInteger(_ number: Int, prefix: Int, _ first: UInt8 = 0) {
        let mask = 1 << prefix &- 1
        guard number >= mask else { return self.write(first | UInt8(truncatingIfNeeded: number)) }
        self.write(first | UInt8(truncatingIfNeeded: mask))
        var rest = UInt64(truncatingIfNeeded: number &- mask)
        while rest >= 0x80 {
            self.write(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.write(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes a string as it is.
    @inline(__always)
    mutating func writeString(_ bytes: UnsafeRawBufferPointer) {
        self.writeInteger(bytes.count, prefix: 7)
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        guard let base, bytes.count <= self.capacity &- self.count else { return self.overflowed() }
        (base + self.count).copyMemory(from: source, byteCount: bytes.count)
        self.count &+= bytes.count
    }

    /// Writes a string in lower case, as names are (RFC 9113, section 8.2).
    @inline(__always)
    mutating func writeLowercased(_ bytes: UnsafeRawBufferPointer) {
        self.writeInteger(bytes.count, prefix: 7)
        for byte in bytes { self.write(byte &- 0x41 < 26 ? byte | 0x20 : byte) }
    }

    private func overflowed() {
        assertionFailure("a section's size is bounded by what was reserved")
    }
}
