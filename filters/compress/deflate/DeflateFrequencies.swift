/// How often each code occurs in a block.
struct DeflateFrequencies {
    /// Of literals, the end of the block, and lengths.
    private(set) var literals = [UInt32](repeating: 0, count: 286)
    private(set) var distances = [UInt32](repeating: 0, count: 30)
    /// The bits that follow codes.
    private(set) var extraBits = 0

    init(_ symbols: UnsafeBufferPointer<UInt32>) {
        var (literals, distances) = (self.literals, self.distances)
        literals.withUnsafeMutableBufferPointer { literals in
            distances.withUnsafeMutableBufferPointer { distances in
                Self.count(symbols, literals, distances)
            }
        }
        literals[256] = 1
        (self.literals, self.distances) = (literals, distances)
        for (code, bits) in InflateTables.lengthBits.enumerated() {
            self.extraBits += Int(self.literals[257 + code]) * bits
        }
        for (code, bits) in InflateTables.distanceBits.enumerated() {
            self.extraBits += Int(self.distances[code]) * bits
        }
    }

    private static func count(
        _ symbols: UnsafeBufferPointer<UInt32>,
        _ literals: UnsafeMutableBufferPointer<UInt32>,
        _ distances: UnsafeMutableBufferPointer<UInt32>
    ) {
        DeflateTables.lengthCodes.withUnsafeBufferPointer { lengthCodes in
            DeflateTables.distanceCodes.withUnsafeBufferPointer { distanceCodes in
                for symbol in symbols {
                    let distance = Int(symbol >> 16)
                    guard distance > 0 else {
                        literals[Int(symbol & 0xFF)] += 1
                        continue
                    }
                    literals[257 + Int(lengthCodes[Int(symbol & 0xFF)])] += 1
                    let place = distance <= 256 ? distance - 1 : 256 + (distance - 1) >> 7
                    distances[Int(distanceCodes[place])] += 1
                }
            }
        }
    }

    /// The bits of the block with codes of these lengths, without what describes the codes.
    func cost(_ literalLengths: [UInt8], _ distanceLengths: [UInt8]) -> Int {
        var bits = 3 + self.extraBits
        for (symbol, frequency) in self.literals.enumerated() { bits += Int(frequency) * Int(literalLengths[symbol]) }
        for (symbol, frequency) in self.distances.enumerated() { bits += Int(frequency) * Int(distanceLengths[symbol]) }
        return bits
    }
}
