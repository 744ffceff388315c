import NIOCore

/// Cuts the inside of a JSON string where it can be cut: never within a character, an escape or a pair of surrogates.
enum JSONStringPieces {
    /// The length of the first piece, about `limit` bytes, or all when there is less.
    static func length(of literal: ByteBuffer, atMost limit: Int) -> Int {
        if literal.readableBytes <= limit { return literal.readableBytes }
        return literal.withUnsafeReadableBytes { bytes in
            var index = 0
            while index < bytes.count {
                let next = index + self.unitLength(bytes, at: index)
                if next > limit, index > 0 { break }
                index = min(next, bytes.count)
            }
            return index
        }
    }

    private static func unitLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        if bytes[index] == UInt8(ascii: "\\") {
            guard let unit = JSONString.codeUnit(bytes, at: index) else { return 2 }
            let isPair =
                UTF16.isLeadSurrogate(unit)
                && JSONString.codeUnit(bytes, at: index + 6).map(UTF16.isTrailSurrogate) == true
            return isPair ? 12 : 6
        }
        switch bytes[index] {
        case 0xF0...: return 4
        case 0xE0...: return 3
        case 0xC0...: return 2
        default: return 1
        }
    }
}
