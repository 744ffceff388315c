/// Whether bytes are well-formed UTF-8.
///
/// Source: RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Validation {
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            guard let width = self.width(at: index, of: bytes) else { return false }
            index += width
        }
        return true
    }

    private static func width(at index: Int, of bytes: UnsafeRawBufferPointer) -> Int? {
        let rest = bytes.count - index
        guard rest >= 2 else { return nil }
        let second = bytes[index + 1]
        switch bytes[index] {
        case 0xC2...0xDF: return self.continues(second) ? 2 : nil
        case 0xE0...0xEF:
            guard rest >= 3, self.continues(second), self.continues(bytes[index + 2]) else { return nil }
            if bytes[index] == 0xE0, second < 0xA0 { return nil }
            if bytes[index] == 0xED, second > 0x9F { return nil }
            return 3
        case 0xF0...0xF4:
            guard rest >= 4, self.continues(second), self.continues(bytes[index + 2]),
                self.continues(bytes[index + 3])
            else { return nil }
            if bytes[index] == 0xF0, second < 0x90 { return nil }
            if bytes[index] == 0xF4, second > 0x8F { return nil }
            return 4
        default: return nil
        }
    }

    private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
