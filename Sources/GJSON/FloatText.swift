/// Numbers as Go's `strconv` reads and prints them, which is what paths compare and answer.
enum FloatText {
    /// The double nearest to the text; 0 when it is no number, infinity when it is too large for a double.
    static func parse(_ text: Bytes) -> Double {
        if let short = parseShortDecimal(text) { return short }
        var reader = FloatReader(text)
        return reader.read() ?? 0
    }

    /// Up to 15 digits and a power of ten that a double holds exactly: one division rounds correctly.
    private static func parseShortDecimal(_ text: Bytes) -> Double? {
        var index = text[0] == ASCII.minus ? 1 : 0
        let isNegative = index == 1
        guard text.count > index, text.count - index <= 16 else { return nil }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 1.0
        var sawDot = false
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == ASCII.dot, !sawDot {
                sawDot = true
                continue
            }
            guard ASCII.isDigit(byte) else { return nil }
            mantissa = mantissa &* 10 &+ UInt64(byte &- ASCII.zero)
            digits += 1
            if sawDot { scale *= 10 }
        }
        guard digits > 0, digits <= 15 else { return nil }
        let magnitude = Double(mantissa) / scale
        return isNegative ? -magnitude : magnitude
    }

    /// Shortest digits that read back as the same double, without exponent.
    static func format(_ value: Double) -> [UInt8] {
        if value.isNaN { return Array("NaN".utf8) }
        if value.isInfinite { return Array(value < 0 ? "-Inf".utf8 : "+Inf".utf8) }
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var isExponentNegative = false
        var inExponent = false
        for byte in value.magnitude.description.utf8 {
            switch byte {
            case ASCII.dot: point = digits.count
            case UInt8(ascii: "e"): inExponent = true
            case ASCII.minus: isExponentNegative = true
            case _ where !ASCII.isDigit(byte): break
            case _ where inExponent: exponent = exponent * 10 + Int(byte &- ASCII.zero)
            default: digits.append(byte)
            }
        }
        let position = (point ?? digits.count) + (isExponentNegative ? -exponent : exponent)
        return plain(digits, position: position, isNegative: value.sign == .minus)
    }

    /// Writes digits with the decimal point before the digit at `position`, which may lie outside.
    private static func plain(_ digits: [UInt8], position: Int, isNegative: Bool) -> [UInt8] {
        var whole = digits.prefix(max(position, 0)).drop { $0 == ASCII.zero }
        if position > digits.count, !whole.isEmpty {
            whole += Array(repeating: ASCII.zero, count: position - digits.count)
        }
        var fraction = Array(repeating: ASCII.zero, count: max(-position, 0)) + digits.dropFirst(max(position, 0))
        while fraction.last == ASCII.zero { fraction.removeLast() }
        var text: [UInt8] = isNegative ? [ASCII.minus] : []
        text += whole.isEmpty ? [ASCII.zero] : Array(whole)
        if !fraction.isEmpty { text += [ASCII.dot] + fraction }
        return text
    }

    /// Decimal digits after an optional minus, wrapping on overflow; nil when anything else is there.
    static func parseInteger(_ text: Bytes) -> Int64? {
        let isNegative = text[0] == ASCII.minus
        guard let magnitude = parseUnsigned(text.from(isNegative ? 1 : 0)) else { return nil }
        let value = Int64(truncatingIfNeeded: magnitude)
        return isNegative ? 0 &- value : value
    }

    /// Decimal digits only, wrapping on overflow; nil when anything else is there.
    static func parseUnsigned(_ text: Bytes) -> UInt64? {
        guard !text.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in text.buffer {
            guard ASCII.isDigit(byte) else { return nil }
            value = value &* 10 &+ UInt64(byte &- ASCII.zero)
        }
        return value
    }
}
