/// Reads bits from the low end of each byte on, as DEFLATE packs them.
///
/// Source: RFC 1951, section 3.1.1.
struct InflateBits {
    private let bytes: UnsafeRawBufferPointer
    private(set) var index: Int
    private var held: UInt64 = 0
    private var heldCount = 0

    init(_ bytes: UnsafeRawBufferPointer, from index: Int) {
        self.bytes = bytes
        self.index = index
    }

    /// The next `count` bits, at most 16; `nil` when there are fewer.
    mutating func take(_ count: Int) -> Int? {
        guard self.fill(count) else { return nil }
        let value = Int(truncatingIfNeeded: self.held & ((1 << UInt64(count)) - 1))
        self.held >>= UInt64(count)
        self.heldCount -= count
        return value
    }

    /// Goes to the next whole byte and gives `count` bytes from there; `nil` when there are fewer.
    mutating func takeBytes(_ count: Int) -> UnsafeRawBufferPointer? {
        self.skipToByte()
        guard count <= self.bytes.count - self.index else { return nil }
        defer { self.index += count }
        return UnsafeRawBufferPointer(rebasing: self.bytes[self.index..<(self.index + count)])
    }

    /// Gives up the rest of the byte at hand, and whole bytes that were read ahead.
    mutating func skipToByte() {
        self.index -= self.heldCount / 8
        self.held = 0
        self.heldCount = 0
    }

    private mutating func fill(_ count: Int) -> Bool {
        while self.heldCount < count {
            guard self.index < self.bytes.count else { return false }
            self.held |= UInt64(self.bytes[self.index]) << UInt64(self.heldCount)
            self.heldCount += 8
            self.index += 1
        }
        return true
    }
}
