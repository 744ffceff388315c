/// Reads Go's float syntax: decimal and hexadecimal forms, digit separators, infinities and NaN.
struct FloatReader {
    /// More significant digits than any double needs to be rounded correctly.
    private static let significantDigits = 800

    private let text: Bytes
    private var index = 0
    private var isNegative = false
    private var isHexadecimal = false
    private var digits: [UInt8] = []
    private var droppedNonzero = false
    private var digitCount = 0
    /// Power of the base (of two for hexadecimal digits) by which the digits are scaled.
    private var scale = 0

    init(_ text: Bytes) {
        self.text = text
    }

    mutating func read() -> Double? {
        if let special = readSpecial() { return special }
        readSign()
        if text[index] == ASCII.zero, ASCII.lowercased(text[index + 1]) == UInt8(ascii: "x") {
            isHexadecimal = true
            index += 2
        }
        readDigits()
        guard digitCount > 0, readExponent(), index == text.count, hasValidSeparators else { return nil }
        return value
    }

    private func readSpecial() -> Double? {
        guard text.count <= 9 else { return nil }
        switch String(decoding: text.buffer.map(ASCII.lowercased), as: UTF8.self) {
        case "nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
    }

    private mutating func readSign() {
        guard text[0] == ASCII.minus || text[0] == ASCII.plus else { return }
        isNegative = text[0] == ASCII.minus
        index = 1
    }

    private mutating func readDigits() {
        var sawDot = false
        let step = isHexadecimal ? 4 : 1
        while index < text.count {
            let byte = text[index]
            if byte == ASCII.dot {
                guard !sawDot else { return }
                sawDot = true
            } else if byte != ASCII.underscore {
                guard isDigit(byte) else { return }
                digitCount += 1
                let isKept = keep(byte)
                if sawDot, isKept { scale -= step }
                if !sawDot, !isKept { scale += step }
            }
            index += 1
        }
    }

    /// Whether the digit takes a place in `digits`. Leading zeros count as taking one.
    private mutating func keep(_ byte: UInt8) -> Bool {
        if digits.isEmpty, byte == ASCII.zero { return true }
        guard digits.count < Self.significantDigits else {
            droppedNonzero = droppedNonzero || byte != ASCII.zero
            return false
        }
        digits.append(byte)
        return true
    }

    /// Reads the exponent, which hexadecimal numbers must have; false when it is malformed.
    private mutating func readExponent() -> Bool {
        let letter = isHexadecimal ? UInt8(ascii: "p") : UInt8(ascii: "e")
        guard index < text.count, ASCII.lowercased(text[index]) == letter else { return !isHexadecimal }
        index += 1
        let isNegative = text[index] == ASCII.minus
        if isNegative || text[index] == ASCII.plus { index += 1 }
        guard ASCII.isDigit(text[index]) else { return false }
        var exponent = 0
        while ASCII.isDigit(text[index]) || text[index] == ASCII.underscore {
            if text[index] != ASCII.underscore, exponent < 10_000 {
                exponent = exponent * 10 + Int(text[index] &- ASCII.zero)
            }
            index += 1
        }
        scale += isNegative ? -exponent : exponent
        return true
    }

    /// Underscores stand between digits only; the prefix `0x` counts as a digit.
    private var hasValidSeparators: Bool {
        for index in 0..<text.count where text[index] == ASCII.underscore {
            let before = text[index - 1]
            let isPrefix = isHexadecimal && ASCII.lowercased(before) == UInt8(ascii: "x")
            guard isDigit(before) || isPrefix, isDigit(text[index + 1]) else { return false }
        }
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || isHexadecimal && ASCII.hexValue(byte) != nil
    }

    private var value: Double? {
        guard !digits.isEmpty else { return isNegative ? -0.0 : 0 }
        var text = String(decoding: digits, as: UTF8.self)
        var scale = scale
        if droppedNonzero {
            // Keeps a number just above the middle between two doubles above it.
            text += "1"
            scale -= isHexadecimal ? 4 : 1
        }
        let magnitude = Double(isHexadecimal ? "0x\(text)p\(scale)" : "\(text)e\(scale)")
        return magnitude.map { isNegative ? -$0 : $0 }
    }
}
