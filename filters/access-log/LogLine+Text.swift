// Values of a JSON line.
//
// Source: RFC 8259, section 7. Beyond what it asks for, everything is escaped that some reader of the file may take for the
// end of a line or for a command to its terminal: DEL, the C1 controls, U+2028 and U+2029.
extension LogLine {
    /// A JSON string of these bytes; what is not UTF-8 becomes U+FFFD.
    mutating func writeText(_ bytes: UnsafeRawBufferPointer) {
        self.write(UInt8(ascii: "\""))
        if isPlain(bytes) {
            self.write(bytes)
        } else {
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars { self.writeEscaped(scalar) }
        }
        self.write(UInt8(ascii: "\""))
    }

    /// A JSON string.
    mutating func writeText(_ text: String) {
        var text = text
        text.withUTF8 { self.writeText(UnsafeRawBufferPointer($0)) }
    }

    /// A JSON string, or `null` for an empty text.
    mutating func writeText(orNull bytes: UnsafeRawBufferPointer) {
        bytes.isEmpty ? self.writeNull() : self.writeText(bytes)
    }

    /// A JSON string, or `null` for none or an empty one.
    mutating func writeText(orNull text: String?) {
        guard let text, !text.isEmpty else { return self.writeNull() }
        self.writeText(text)
    }

    /// `null`.
    mutating func writeNull() { self.write("null" as StaticString) }

    /// A whole number, or `null`.
    mutating func writeDecimal(orNull number: Int?) {
        guard let number else { return self.writeNull() }
        self.writeDecimal(number)
    }

    private mutating func writeEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": self.write("\\\"" as StaticString)
        case "\\": self.write("\\\\" as StaticString)
        case "\n": self.write("\\n" as StaticString)
        case "\r": self.write("\\r" as StaticString)
        case "\t": self.write("\\t" as StaticString)
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
            let digits = String(scalar.value, radix: 16)
            self.write("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
        default: for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { self.write(byte) }
        }
    }
}

/// Whether the bytes can stand in a JSON string as they are: printable ASCII but `"` and `\`.
private func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset &+ 8 <= bytes.count {
        guard isPlain(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) else { return false }
        offset &+= 8
    }
    while offset < bytes.count {
        let byte = bytes[offset]
        if byte &- 0x20 > 0x5E || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        offset &+= 1
    }
    return true
}

/// The same of eight bytes at once. A borrow may mark a byte wrongly, but only beside one that is marked rightly.
@inline(__always)
private func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let spaces: UInt64 = 0x2020_2020_2020_2020
    let signs: UInt64 = 0x8080_8080_8080_8080
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let deletes = word ^ 0x7F7F_7F7F_7F7F_7F7F
    let controls = (word &- spaces) & ~word
    let zeros =
        ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | ((deletes &- ones) & ~deletes)
    return ((word | controls | zeros) & signs) == 0
}
