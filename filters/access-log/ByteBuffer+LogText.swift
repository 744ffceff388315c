import NIOCore

// Values of a JSON line, written byte by byte.
//
// Source: RFC 8259, section 7. Beyond what it asks for, everything is escaped that some reader of the file may take for the
// end of a line or for a command to its terminal: DEL, the C1 controls, U+2028 and U+2029.
extension ByteBuffer {
    /// A JSON string of these bytes; what is not UTF-8 becomes U+FFFD.
    mutating func writeLogText(_ bytes: UnsafeRawBufferPointer) {
        self.writeInteger(UInt8(ascii: "\""))
        if isPlain(bytes) {
            self.writeBytes(bytes)
        } else {
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars { self.writeEscaped(scalar) }
        }
        self.writeInteger(UInt8(ascii: "\""))
    }

    /// A JSON string.
    mutating func writeLogText(_ text: String) {
        var text = text
        text.withUTF8 { self.writeLogText(UnsafeRawBufferPointer($0)) }
    }

    /// A JSON string, or `null` for an empty text.
    mutating func writeLogText(orNull bytes: UnsafeRawBufferPointer) {
        bytes.isEmpty ? self.writeNull() : self.writeLogText(bytes)
    }

    /// A JSON string, or `null` for none or an empty one.
    mutating func writeLogText(orNull text: String?) {
        guard let text, !text.isEmpty else { return self.writeNull() }
        self.writeLogText(text)
    }

    /// `null`.
    mutating func writeNull() { self.writeStaticString("null") }

    /// A whole number.
    mutating func writeDecimal(_ number: Int) { self.writeString(String(number)) }

    /// A whole number, or `null`.
    mutating func writeDecimal(orNull number: Int?) {
        guard let number else { return self.writeNull() }
        self.writeDecimal(number)
    }

    private mutating func writeEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": self.writeStaticString("\\\"")
        case "\\": self.writeStaticString("\\\\")
        case "\n": self.writeStaticString("\\n")
        case "\r": self.writeStaticString("\\r")
        case "\t": self.writeStaticString("\\t")
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
            let digits = String(scalar.value, radix: 16)
            self.writeString("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
        default: for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { self.writeInteger(byte) }
        }
    }
}

/// Whether the bytes can stand in a JSON string as they are: printable ASCII but `"` and `\`.
private func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    for byte in bytes where byte &- 0x20 > 0x5E || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        return false
    }
    return true
}
