import NIOCore

/// What stands between the quotes of a JSON string, to and from plain text.
///
/// Source: RFC 8259, section 7.
enum JSONString {
    /// Text without escapes, and whether that says the same.
    struct Decoded {
        var text: ByteBuffer
        /// A surrogate without its partner, which UTF-8 cannot hold; U+FFFD stands in its place.
        var hasLoneSurrogate = false
    }

    /// Takes the escapes out of a string that was found well-formed.
    static func decode(_ literal: ByteBuffer) -> Decoded {
        var decoded = Decoded(text: ByteBuffer())
        decoded.text.reserveCapacity(literal.readableBytes)
        literal.withUnsafeReadableBytes { bytes in
            var index = 0
            while index < bytes.count {
                let run = bytes[index...].firstIndex(of: UInt8(ascii: "\\")) ?? bytes.count
                decoded.text.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[index..<run]))
                index = run
                if index < bytes.count { index += self.decodeEscape(bytes, index, into: &decoded) }
            }
        }
        return decoded
    }

    /// Whether a string that was found well-formed holds a surrogate without its partner.
    static func hasLoneSurrogate(_ literal: ByteBuffer) -> Bool {
        literal.withUnsafeReadableBytes { bytes in
            var index = 0
            while let escape = bytes[index...].firstIndex(of: UInt8(ascii: "\\")) {
                index = min(escape + 2, bytes.count)
                guard let unit = self.codeUnit(bytes, at: escape), UTF16.isSurrogate(unit) else { continue }
                guard UTF16.isLeadSurrogate(unit), let next = self.codeUnit(bytes, at: escape + 6),
                    UTF16.isTrailSurrogate(next)
                else { return true }
                index = escape + 12
            }
            return false
        }
    }

    /// Writes one escape's character and gives the number of bytes that made it.
    private static func decodeEscape(_ bytes: UnsafeRawBufferPointer, _ index: Int, into decoded: inout Decoded) -> Int
    {
        guard index + 1 < bytes.count else { return 1 }
        switch bytes[index + 1] {
        case UInt8(ascii: "b"): decoded.text.writeInteger(0x08 as UInt8)
        case UInt8(ascii: "f"): decoded.text.writeInteger(0x0C as UInt8)
        case UInt8(ascii: "n"): decoded.text.writeInteger(0x0A as UInt8)
        case UInt8(ascii: "r"): decoded.text.writeInteger(0x0D as UInt8)
        case UInt8(ascii: "t"): decoded.text.writeInteger(0x09 as UInt8)
        case UInt8(ascii: "u"): return self.decodeUnicode(bytes, index, into: &decoded)
        case let byte: decoded.text.writeInteger(byte)
        }
        return 2
    }

    private static func decodeUnicode(
        _ bytes: UnsafeRawBufferPointer,
        _ index: Int,
        into decoded: inout Decoded
    ) -> Int {
        guard let first = self.codeUnit(bytes, at: index) else { return 2 }
        if UTF16.isLeadSurrogate(first), let second = self.codeUnit(bytes, at: index + 6),
            UTF16.isTrailSurrogate(second)
        {
            let value = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
            self.write(Unicode.Scalar(value) ?? "\u{FFFD}", into: &decoded)
            return 12
        }
        if UTF16.isSurrogate(first) { decoded.hasLoneSurrogate = true }
        self.write(Unicode.Scalar(first) ?? "\u{FFFD}", into: &decoded)
        return 6
    }

    /// Without a `String` in between: many clients escape every character that is not ASCII.
    private static func write(_ scalar: Unicode.Scalar, into decoded: inout Decoded) {
        if let bytes = UTF8.encode(scalar) { decoded.text.writeBytes(bytes) }
    }

    /// The code unit of a `\uXXXX` at an index, if there is one.
    static func codeUnit(_ bytes: UnsafeRawBufferPointer, at index: Int) -> UInt16? {
        guard index + 5 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for offset in 2..<6 {
            guard let digit = self.hexValue(bytes[index + offset]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }
}

extension JSONString {
    /// Writes text as the inside of a JSON string: only what has to be escaped is.
    static func encode(_ text: ByteBuffer, into output: inout ByteBuffer) {
        output.reserveCapacity(minimumWritableBytes: text.readableBytes)
        text.withUnsafeReadableBytes { bytes in
            var start = 0
            for index in 0..<bytes.count where self.mustEscape(bytes[index]) {
                output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
                self.encode(bytes[index], into: &output)
                start = index + 1
            }
            output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func encode(_ byte: UInt8, into output: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): output.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): output.writeStaticString("\\\\")
        case 0x0A: output.writeStaticString("\\n")
        case 0x0D: output.writeStaticString("\\r")
        case 0x09: output.writeStaticString("\\t")
        default:
            output.writeStaticString("\\u00")
            output.writeInteger(Hexadecimal.digit(byte >> 4))
            output.writeInteger(Hexadecimal.digit(byte))
        }
    }
}
