/// A random number generator for identifiers that need to differ, not to be secret (xoshiro256**).
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators".
struct FastRandom: RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init() {
        var seed = SystemRandomNumberGenerator()
        self.state = (seed.next(), seed.next(), seed.next(), seed.next() | 1)
    }

    mutating func next() -> UInt64 {
        let product = self.state.1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = self.state.1 << 17
        self.state.2 ^= self.state.0
        self.state.3 ^= self.state.1
        self.state.1 ^= self.state.2
        self.state.0 ^= self.state.3
        self.state.2 ^= shifted
        self.state.3 = (self.state.3 << 45) | (self.state.3 >> 19)
        return result
    }

    /// Calls `body` with the text of a random UUID, version 4 (RFC 9562, section 5.4), in lower case.
    mutating func withUUID<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let high = (self.next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        let low = (self.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        let first = FastRandom.hexadecimal(UInt32(truncatingIfNeeded: high >> 32))
        let second = FastRandom.hexadecimal(UInt32(truncatingIfNeeded: high))
        let third = FastRandom.hexadecimal(UInt32(truncatingIfNeeded: low >> 32))
        let fourth = FastRandom.hexadecimal(UInt32(truncatingIfNeeded: low))
        return withUnsafeTemporaryAllocation(byteCount: 36, alignment: 8) { text in
            let hyphen = UInt8(ascii: "-")
            text.storeBytes(of: first, toByteOffset: 0, as: UInt64.self)
            text.storeBytes(of: hyphen, toByteOffset: 8, as: UInt8.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: second), toByteOffset: 9, as: UInt32.self)
            text.storeBytes(of: hyphen, toByteOffset: 13, as: UInt8.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: second >> 32), toByteOffset: 14, as: UInt32.self)
            text.storeBytes(of: hyphen, toByteOffset: 18, as: UInt8.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: third), toByteOffset: 19, as: UInt32.self)
            text.storeBytes(of: hyphen, toByteOffset: 23, as: UInt8.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: third >> 32), toByteOffset: 24, as: UInt32.self)
            text.storeBytes(of: fourth, toByteOffset: 28, as: UInt64.self)
            return body(UnsafeRawBufferPointer(text))
        }
    }

    /// The eight hexadecimal digits of a number, the first in the lowest byte; all eight are made at once.
    private static func hexadecimal(_ number: UInt32) -> UInt64 {
        var digits = UInt64(number.byteSwapped)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        // The higher half of each byte is the earlier digit.
        digits = (digits >> 4 | digits << 8) & 0x0F0F_0F0F_0F0F_0F0F
        let isLetter = ((digits &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
    }
}
