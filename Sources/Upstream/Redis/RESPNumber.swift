import NIOCore

/// Numbers as they stand on the wire.
enum RESPNumber {
    /// An optional sign and decimal digits; nil for anything else and for what does not fit 64 bits.
    static func integer(_ text: ByteBufferView) -> Int64? {
        guard let first = text.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let digits = isNegative || first == UInt8(ascii: "+") ? text.dropFirst() : text
        guard !digits.isEmpty else { return nil }
        var result: Int64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (product, productOverflows) = result.multipliedReportingOverflow(by: 10)
            // Built on the negative side, because that is where Int64.min fits.
            let (difference, differenceOverflows) = product.subtractingReportingOverflow(digit)
            if productOverflows || differenceOverflows { return nil }
            result = difference
        }
        if isNegative { return result }
        return result == .min ? nil : -result
    }

    /// A decimal fraction with optional exponent, `inf`, `-inf` or `nan`.
    static func double(_ text: ByteBufferView) -> Double? {
        let string = String(decoding: text, as: UTF8.self)
        switch string {
        case "inf", "+inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "-nan": return .nan
        default:
            // `Double` would also take hexadecimal and "infinity", which RESP does not know.
            guard text.allSatisfy(isDecimal) else { return nil }
            return Double(string)
        }
    }

    static func isInteger(_ text: ByteBufferView) -> Bool {
        let hasSign = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
        let digits = hasSign ? text.dropFirst() : text
        return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isDecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: false
        }
    }
}
