/// String literals as the original writes them: `<`, `>`, `&` and the line separators are escaped as well.
enum HTMLSafeLiteral {
    static func append(_ text: Bytes, to json: inout [UInt8]) {
        json.append(ASCII.quote)
        var index = 0
        while index < text.count {
            let scalar = UTF8Decoding.scalar(of: text, at: index)
            switch scalar.value {
            case UInt32(ASCII.quote), UInt32(ASCII.backslash):
                json.append(ASCII.backslash)
                json.append(text[index])
            case 0..<0x20, 0x26, 0x3C, 0x3E, 0x2028, 0x2029:
                appendEscape(of: scalar.value, to: &json)
            case UTF8Decoding.replacement where scalar.isInvalid:
                json.append(ascii: "\\ufffd")
            default:
                json.append(text.slice(index, index + scalar.width))
            }
            index += scalar.width
        }
        json.append(ASCII.quote)
    }

    private static func appendEscape(of scalar: UInt32, to json: inout [UInt8]) {
        json.append(ASCII.backslash)
        switch scalar {
        case 0x08: json.append(UInt8(ascii: "b"))
        case 0x0C: json.append(UInt8(ascii: "f"))
        case 0x0A: json.append(UInt8(ascii: "n"))
        case 0x0D: json.append(UInt8(ascii: "r"))
        case 0x09: json.append(UInt8(ascii: "t"))
        default:
            json.append(UInt8(ascii: "u"))
            for shift in [UInt32(12), 8, 4, 0] {
                json.append(ASCII.hexDigit(UInt8(truncatingIfNeeded: scalar >> shift)))
            }
        }
    }
}
