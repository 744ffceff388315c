/// Bytes as lower-case hexadecimal text.
enum Hexadecimal {
    /// The digit of the low four bits.
    static func digit(_ value: UInt8) -> UInt8 {
        let nibble = value & 0xF
        return nibble < 10 ? UInt8(ascii: "0") &+ nibble : UInt8(ascii: "a") &+ nibble &- 10
    }

    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { digits in
            for (index, byte) in bytes.enumerated() {
                digits[2 * index] = self.digit(byte >> 4)
                digits[2 * index + 1] = self.digit(byte)
            }
            return 2 * bytes.count
        }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        Array(bytes).withUnsafeBytes { self.text($0) }
    }
}
