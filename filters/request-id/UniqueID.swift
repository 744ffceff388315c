/// Random identifiers.
///
/// Source: RFC 9562, section 5.4 (UUID version 4).
enum UniqueID {
    /// A new one in its text form, such as `0f8fad5b-d9cb-469f-a165-70867728950e`.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return self.text(generator.next(), generator.next())
    }

    /// The text of an identifier with these random bits; six of them give way to version and variant.
    static func text(_ high: UInt64, _ low: UInt64) -> String {
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { memory in
            var place = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    memory[place] = UInt8(ascii: "-")
                    place += 1
                }
                let word = digit < 16 ? high : low
                let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit & 15))) & 0xF
                memory[place] = value < 10 ? 0x30 + value : 0x57 + value
                place += 1
            }
            return place
        }
    }
}
