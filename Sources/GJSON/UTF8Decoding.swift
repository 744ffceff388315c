/// Reading and writing single Unicode scalars in UTF-8, tolerant of bytes that are not.
enum UTF8Decoding {
    static var replacement: UInt32 { 0xFFFD }

    struct Scalar {
        var value: UInt32
        /// Number of bytes; 1 for a byte that begins no valid sequence, 0 at the end.
        var width: Int

        var isInvalid: Bool { width == 1 && value == UTF8Decoding.replacement }
    }

    /// The scalar at `index` (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
    @inline(__always)
    static func scalar(of bytes: Bytes, at index: Int) -> Scalar {
        guard index < bytes.count else { return Scalar(value: replacement, width: 0) }
        let first = bytes[index]
        if first < 0x80 { return Scalar(value: UInt32(first), width: 1) }
        return multibyteScalar(of: bytes, at: index)
    }

    private static func multibyteScalar(of bytes: Bytes, at index: Int) -> Scalar {
        let invalid = Scalar(value: replacement, width: 1)
        let first = bytes[index]
        let width: Int
        let lowest: UInt32
        var value: UInt32
        switch first {
        case 0xC2...0xDF: (width, lowest, value) = (2, 0x80, UInt32(first & 0x1F))
        case 0xE0...0xEF: (width, lowest, value) = (3, 0x800, UInt32(first & 0x0F))
        case 0xF0...0xF4: (width, lowest, value) = (4, 0x10000, UInt32(first & 0x07))
        default: return invalid
        }
        for offset in 1..<width {
            // Past the end a view reads 0, which continues nothing.
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return invalid }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= lowest, value <= 0x10FFFF, value & 0xFFFF_F800 != 0xD800 else { return invalid }
        return Scalar(value: value, width: width)
    }

    static func append(_ value: UInt32, to text: inout [UInt8]) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    static func isValid(_ bytes: Bytes) -> Bool {
        var index = 0
        while index < bytes.count {
            let scalar = scalar(of: bytes, at: index)
            if scalar.isInvalid { return false }
            index += scalar.width
        }
        return true
    }
}
