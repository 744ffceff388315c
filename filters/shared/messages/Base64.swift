/// Bytes as text of 64 characters, with padding.
///
/// Source: RFC 4648, sections 4 and 5.
enum Base64 {
    /// The digits that stand for 62 and 63.
    enum Alphabet: Sendable {
        /// `+` and `/` (section 4).
        case standard
        /// `-` and `_`, for names and addresses (section 5).
        case url
    }

    private static let pad = UInt8(ascii: "=")

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var held = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 1
            if held == 3 {
                self.append(bits, digits: 4, to: &text)
                (bits, held) = (0, 0)
            }
        }
        if held > 0 { self.append(bits << UInt32(8 * (3 - held)), digits: held + 1, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that a text stands for; `nil` for one that is not base64, or has no padding where it needs some.
    static func decode(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var held = 0
        for character in text.dropLast(text.suffix(2).count { $0 == self.pad }) {
            guard let value = self.value(of: character) else { return nil }
            bits = bits << 6 | value
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        return bytes
    }

    /// Writes the bytes that a text stands for, which may have its padding or not.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - alphabet: Its digits.
    ///   - memory: Room for three bytes for each four digits begun.
    /// - Returns: The number of bytes; `nil` for a text that is not base64.
    static func decode(
        _ text: UnsafeRawBufferPointer,
        _ alphabet: Alphabet,
        into memory: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let padding = text.suffix(2).count { $0 == self.pad }
        let digits = text.dropLast(padding)
        guard padding == 0 || text.count.isMultiple(of: 4), digits.count % 4 != 1 else { return nil }
        var count = 0
        var bits: UInt32 = 0
        var held = 0
        for character in digits {
            guard let value = self.value(of: character, alphabet) else { return nil }
            bits = bits << 6 | value
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            memory[count] = UInt8(truncatingIfNeeded: bits >> UInt32(held))
            count += 1
        }
        return count
    }

    /// The bytes that a text stands for, which may have its padding or not; `nil` for one that is not base64.
    static func decode(_ text: UnsafeRawBufferPointer, _ alphabet: Alphabet) -> [UInt8]? {
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: (text.count + 3) / 4 * 3) { memory, count in
            let decoded = self.decode(text, alphabet, into: UnsafeMutableRawBufferPointer(memory))
            isValid = decoded != nil
            count = decoded ?? 0
        }
        return isValid ? bytes : nil
    }

    /// Appends the front digits of 24 bits, and padding up to four characters.
    private static func append(_ bits: UInt32, digits: Int, to text: inout [UInt8]) {
        for place in 0..<4 {
            text.append(place < digits ? self.digit(bits >> UInt32(18 - 6 * place)) : self.pad)
        }
    }

    /// The digit of the low six bits.
    private static func digit(_ bits: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 0x3F)
        switch value {
        case 0..<26: return UInt8(ascii: "A") + value
        case 26..<52: return UInt8(ascii: "a") + value - 26
        case 52..<62: return UInt8(ascii: "0") + value - 52
        case 62: return UInt8(ascii: "+")
        default: return UInt8(ascii: "/")
        }
    }

    private static func value(of digit: UInt8, _ alphabet: Alphabet = .standard) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+") where alphabet == .standard, UInt8(ascii: "-") where alphabet == .url: 62
        case UInt8(ascii: "/") where alphabet == .standard, UInt8(ascii: "_") where alphabet == .url: 63
        default: nil
        }
    }
}
