extension JSONText {
    /// The UTF-8 text of a string literal's content, which is given without its quotes.
    ///
    /// Surrogate pairs become one character and a surrogate without partner U+FFFD. Nil when the content is not valid
    /// (RFC 8259 section 7): an unescaped quote or control character, an unknown escape, or invalid UTF-8.
    public static func unescape(_ content: UnsafeRawBufferPointer) -> [UInt8]? {
        let content = Bytes(content)
        var text: [UInt8] = []
        text.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            switch content[index] {
            case 0..<ASCII.space, ASCII.quote:
                return nil
            case ASCII.backslash:
                guard let next = appendEscaped(content, at: index + 1, to: &text) else { return nil }
                index = next
            default:
                let scalar = UTF8Decoding.scalar(of: content, at: index)
                guard !scalar.isInvalid else { return nil }
                text.append(content.slice(index, index + scalar.width))
                index += scalar.width
            }
        }
        return text
    }

    /// The UTF-8 text of a string literal's content, which is given without its quotes; nil when it is not valid.
    public static func unescape(_ content: [UInt8]) -> [UInt8]? {
        content.withUnsafeBytes { unescape($0) }
    }

    /// Appends what the escape letter at `index` stands for and answers the index behind the escape.
    private static func appendEscaped(_ content: Bytes, at index: Int, to text: inout [UInt8]) -> Int? {
        switch content[index] {
        case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"): text.append(content[index])
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): return appendScalar(content, at: index + 1, to: &text)
        default: return nil
        }
        return index + 1
    }

    private static func appendScalar(_ content: Bytes, at index: Int, to text: inout [UInt8]) -> Int? {
        guard let unit = codeUnit(content, at: index) else { return nil }
        let next = index + 4
        if unit & 0xFC00 == 0xD800, content[next] == ASCII.backslash, content[next + 1] == UInt8(ascii: "u"),
            let low = codeUnit(content, at: next + 2), low & 0xFC00 == 0xDC00
        {
            UTF8Decoding.append(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF, to: &text)
            return next + 6
        }
        // A lone surrogate is no scalar, which writes U+FFFD.
        UTF8Decoding.append(unit, to: &text)
        return next
    }

    private static func codeUnit(_ content: Bytes, at index: Int) -> UInt32? {
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = ASCII.hexValue(content[index + offset]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Appends UTF-8 text as a string literal, quotes included.
    ///
    /// Quotes, backslashes and control characters (as `\u00XX`) are escaped, all else stays as it is. Every byte that
    /// belongs to no valid UTF-8 sequence becomes U+FFFD, so the literal is always valid.
    public static func appendLiteral(_ text: UnsafeRawBufferPointer, to json: inout [UInt8]) {
        let text = Bytes(text)
        json.reserveCapacity(json.count + text.count + 2)
        json.append(ASCII.quote)
        var start = 0
        var index = 0
        while index < text.count {
            let scalar = UTF8Decoding.scalar(of: text, at: index)
            if needsEscape(scalar) {
                json.append(text.slice(start, index))
                appendEscape(of: scalar, to: &json)
                start = index + scalar.width
            }
            index += scalar.width
        }
        json.append(text.from(start))
        json.append(ASCII.quote)
    }

    /// The string literal of a text, quotes included.
    public static func literal(_ text: String) -> [UInt8] {
        var text = text
        var json: [UInt8] = []
        text.withUTF8 { appendLiteral(UnsafeRawBufferPointer($0), to: &json) }
        return json
    }

    private static func needsEscape(_ scalar: UTF8Decoding.Scalar) -> Bool {
        scalar.value < 0x20 || scalar.value == UInt32(ASCII.quote) || scalar.value == UInt32(ASCII.backslash)
            || scalar.isInvalid
    }

    private static func appendEscape(of scalar: UTF8Decoding.Scalar, to json: inout [UInt8]) {
        if scalar.isInvalid {
            UTF8Decoding.append(scalar.value, to: &json)
            return
        }
        let byte = UInt8(truncatingIfNeeded: scalar.value)
        json.append(ASCII.backslash)
        guard byte < ASCII.space else {
            json.append(byte)
            return
        }
        json.append(ascii: "u00")
        json.append(ASCII.hexDigit(byte >> 4))
        json.append(ASCII.hexDigit(byte))
    }
}
