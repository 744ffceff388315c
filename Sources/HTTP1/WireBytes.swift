/// Received bytes during one call; offsets are bounded by the loops that make them and checked again in debug builds.
///
/// Scans look at eight bytes at once. Each marks the offending bytes' high bits; the lowest mark is exact because a
/// borrow can only travel upwards from a byte that is marked itself.
struct WireBytes {
    let base: UnsafeRawPointer
    let count: Int

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// `nil` for a buffer without memory, which is empty.
    @inline(__always)
    init?(_ buffer: UnsafeRawBufferPointer) {
        guard let base = buffer.baseAddress else { return nil }
        self.base = base
        self.count = buffer.count
    }

    @inline(__always)
    subscript(_ offset: Int) -> UInt8 {
        assert(offset >= 0 && offset < self.count)
        return self.base.load(fromByteOffset: offset, as: UInt8.self)
    }

    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        assert(offset >= 0 && offset + 8 <= self.count)
        return UInt64(littleEndian: self.base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    func slice(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        assert(start >= 0 && start <= end && end <= self.count)
        return UnsafeRawBufferPointer(start: self.base + start, count: end - start)
    }

    /// The offset of the first `byte` in `start..<end`, or `end`.
    @inline(__always)
    func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int {
        let wanted = WireBytes.ones &* UInt64(byte)
        var offset = start
        while offset &+ 8 <= end {
            let difference = self.word(at: offset) ^ wanted
            let hits = (difference &- WireBytes.ones) & ~difference & WireBytes.highs
            if hits != 0 { return offset &+ hits.trailingZeroBitCount >> 3 }
            offset &+= 8
        }
        while offset < end, self[offset] != byte { offset &+= 1 }
        return offset
    }

    /// The offset of the first control character (HTAB is one) in `start..<end`, or `end`.
    @inline(__always)
    func firstControl(from start: Int, to end: Int) -> Int {
        var offset = start
        while offset &+ 8 <= end {
            let word = self.word(at: offset)
            let deleted = word ^ (WireBytes.ones &* 0x7F)
            let hits =
                ((word &- WireBytes.ones &* 0x20) & ~word | (deleted &- WireBytes.ones) & ~deleted)
                & WireBytes.highs
            if hits != 0 { return offset &+ hits.trailingZeroBitCount >> 3 }
            offset &+= 8
        }
        while offset < end, self[offset] >= 0x20, self[offset] != 0x7F { offset &+= 1 }
        return offset
    }

    /// The offset of the first byte that cannot stand in a request target (0x21 to 0x7E without `#`), or `end`.
    @inline(__always)
    func firstOutsideTarget(from start: Int, to end: Int) -> Int {
        var offset = start
        while offset &+ 8 <= end {
            let word = self.word(at: offset)
            let deleted = word ^ (WireBytes.ones &* 0x7F)
            let mark = word ^ (WireBytes.ones &* 0x23)
            let hits =
                ((word &- WireBytes.ones &* 0x21) & ~word | word | (deleted &- WireBytes.ones) & ~deleted
                    | (mark &- WireBytes.ones) & ~mark) & WireBytes.highs
            if hits != 0 { return offset &+ hits.trailingZeroBitCount >> 3 }
            offset &+= 8
        }
        while offset < end, self[offset] > 0x20, self[offset] < 0x7F, self[offset] != 0x23 { offset &+= 1 }
        return offset
    }

    /// The offset of the first byte that cannot stand in a token in `start..<end`, or `end`.
    @inline(__always)
    func firstOutsideToken(from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end, self[offset].isToken { offset &+= 1 }
        return offset
    }
}

extension UInt8 {
    static var tab: UInt8 { 0x09 }
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var space: UInt8 { 0x20 }

    /// Whether the byte may stand in a token (RFC 9110, section 5.6.2), from a bit set.
    @inline(__always)
    var isToken: Bool {
        let set: UInt64 = self < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return self < 128 && (set &>> UInt64(self & 63)) & 1 != 0
    }

    @inline(__always)
    var isBlank: Bool { self == .space || self == .tab }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    /// The value of a hexadecimal digit, or `nil`.
    @inline(__always)
    var hexadecimalValue: UInt8? {
        let digit = self &- 0x30
        if digit < 10 { return digit }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are this lower-case text, without case; makes no `String`.
    func isText(_ text: StaticString) -> Bool {
        guard self.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<self.count where self[offset].lowercased != text.utf8Start[offset] { return false }
        return true
    }
}
