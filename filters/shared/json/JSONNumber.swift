import NIOCore

/// Numbers of JSON texts.
enum JSONNumber {
    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// The number that well-formed digits spell, or `nil` when it is beyond a double.
    ///
    /// What has at most 2^53 as its digits and at most 22 as its power of ten is exact in one multiplication or division
    /// (Clinger, "How to Read Floating Point Numbers Accurately", 1990); the standard library reads all else.
    static func double(_ digits: UnsafeRawBufferPointer) -> Double? {
        if let number = self.simple(digits) { return number }
        guard let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }

    private static func simple(_ digits: UnsafeRawBufferPointer) -> Double? {
        var whole: UInt64 = 0
        var places = 0
        var index = digits.first == UInt8(ascii: "-") ? 1 : 0
        var isFraction = false
        while index < digits.count {
            let byte = digits[index]
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else {
                guard byte &- UInt8(ascii: "0") <= 9, whole < 1 << 53 / 10 else { return nil }
                whole = whole &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                if isFraction { places += 1 }
            }
            index += 1
        }
        guard places < self.powers.count else { return nil }
        let number = Double(whole) / self.powers[places]
        return digits.first == UInt8(ascii: "-") ? -number : number
    }
}
