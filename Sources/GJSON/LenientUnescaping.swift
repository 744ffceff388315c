/// Unescaping as path evaluation does it: what cannot be read ends the text instead of failing.
enum LenientUnescaping {
    /// The text of string content (without quotes). Surrogates without partner become U+FFFD.
    static func unescape(_ content: Bytes) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            let byte = content[index]
            guard byte >= ASCII.space else { return text }
            guard byte == ASCII.backslash else {
                text.append(byte)
                index += 1
                continue
            }
            guard let next = appendEscape(of: content, at: index + 1, to: &text) else { return text }
            index = next
        }
        return text
    }

    /// Appends what the escape letter at `index` stands for and answers the index behind the escape.
    private static func appendEscape(of content: Bytes, at index: Int, to text: inout [UInt8]) -> Int? {
        switch content[index] {
        case ASCII.backslash, ASCII.quote, UInt8(ascii: "/"): text.append(content[index])
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): return appendUnit(of: content, at: index + 1, to: &text)
        default: return nil
        }
        return index + 1
    }

    private static func appendUnit(of content: Bytes, at index: Int, to text: inout [UInt8]) -> Int? {
        guard index + 4 <= content.count else { return nil }
        let unit = codeUnit(of: content, at: index)
        var next = index + 4
        var scalar = unit
        if unit & 0xF800 == 0xD800 {
            scalar = UTF8Decoding.replacement
            if next + 6 <= content.count, content[next] == ASCII.backslash, content[next + 1] == UInt8(ascii: "u") {
                // The second half is consumed even when it completes no pair.
                let second = codeUnit(of: content, at: next + 2)
                if unit < 0xDC00, second & 0xFC00 == 0xDC00 {
                    scalar = 0x10000 + (unit & 0x3FF) << 10 + second & 0x3FF
                }
                next += 6
            }
        }
        UTF8Decoding.append(scalar, to: &text)
        return next
    }

    /// Four hexadecimal digits; 0 when they are not.
    private static func codeUnit(of content: Bytes, at index: Int) -> UInt32 {
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = ASCII.hexValue(content[index + offset]) else { return 0 }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
