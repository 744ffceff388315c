/// From lengths and distances to their codes.
///
/// Source: RFC 1951, section 3.2.5.
enum DeflateTables {
    /// The code of a length, less 257, at the length less 3.
    static let lengthCodes: [UInt8] = {
        var codes = [UInt8](repeating: 0, count: 256)
        for (code, base) in InflateTables.lengths.enumerated() {
            for length in base..<min(259, base + 1 << InflateTables.lengthBits[code]) {
                codes[length - 3] = UInt8(code)
            }
        }
        return codes
    }()

    /// The code of a distance: at the distance less 1 when that is below 256, else at 256 and its upper eight bits.
    static let distanceCodes: [UInt8] = {
        var codes = [UInt8](repeating: 0, count: 512)
        for (code, base) in InflateTables.distances.enumerated() {
            for distance in (base - 1)..<(base - 1 + 1 << InflateTables.distanceBits[code]) {
                codes[distance < 256 ? distance : 256 + distance >> 7] = UInt8(code)
            }
        }
        return codes
    }()

    /// The lengths of the fixed code for literals and lengths (RFC 1951, section 3.2.6).
    static let fixedLiteralLengths: [UInt8] = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
    /// The lengths of the fixed code for distances.
    static let fixedDistanceLengths = [UInt8](repeating: 5, count: 30)

    static let fixedLiterals = PrefixCode(lengths: fixedLiteralLengths)
    static let fixedDistances = PrefixCode(lengths: fixedDistanceLengths)
}

extension DeflateTables {
    /// The least length or distance of a code, and how many bits follow the code.
    struct Extra: Sendable {
        let base: Int
        let bits: Int
    }

    /// Those of the lengths, then from ``distanceExtras`` on those of the distances.
    static let extras: [Extra] =
        zip(InflateTables.lengths, InflateTables.lengthBits).map { Extra(base: $0, bits: $1) }
        + zip(InflateTables.distances, InflateTables.distanceBits).map { Extra(base: $0, bits: $1) }
    static let distanceExtras = InflateTables.lengths.count
}
