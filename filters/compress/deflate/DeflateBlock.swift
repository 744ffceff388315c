import NIOCore

/// One block: its symbols in whichever of the three forms is the shortest.
///
/// Source: RFC 1951, sections 3.2.3 to 3.2.7.
struct DeflateBlock {
    /// What the matcher found: a byte, or a distance in the upper and a length less 3 in the lower half.
    private let symbols: UnsafeBufferPointer<UInt32>
    /// What the symbols stand for, if it is still there.
    private let bytes: UnsafeRawBufferPointer?
    private let isLast: Bool

    init(symbols: UnsafeBufferPointer<UInt32>, bytes: UnsafeRawBufferPointer?, isLast: Bool) {
        self.symbols = symbols
        self.bytes = bytes
        self.isLast = isLast
    }

    func write(_ bits: inout DeflateBits, to output: inout ByteBuffer) {
        let counted = DeflateFrequencies(self.symbols)
        let fixed = counted.cost(DeflateTables.fixedLiteralLengths, DeflateTables.fixedDistanceLengths)
        let stored = self.storedCost(after: bits.count)
        // A block without symbols is ten bits in the fixed code; nothing is shorter.
        let header = self.symbols.isEmpty ? nil : DeflateCodes(counted)
        let dynamic = header.map { $0.cost + counted.cost($0.literals.lengths, $0.distances.lengths) } ?? Int.max
        if let bytes = self.bytes, stored <= fixed, stored <= dynamic {
            self.writeStored(bytes, &bits, to: &output)
        } else if let header, dynamic < fixed {
            bits.append(room: dynamic / 8 + 1, to: &output) { cursor in
                cursor.add(self.isLast ? 0b101 : 0b100, 3)
                header.write(to: &cursor)
                self.writeSymbols(header.literals, header.distances, to: &cursor)
            }
        } else {
            bits.append(room: fixed / 8 + 1, to: &output) { cursor in
                cursor.add(self.isLast ? 0b011 : 0b010, 3)
                self.writeSymbols(DeflateTables.fixedLiterals, DeflateTables.fixedDistances, to: &cursor)
            }
        }
    }

    /// The bits of a stored block, up to the whole byte that it begins at included.
    private func storedCost(after count: Int) -> Int {
        guard let bytes = self.bytes, bytes.count <= 0xFFFF else { return Int.max }
        return 3 + (8 - (count + 3) & 7) & 7 + 32 + 8 * bytes.count
    }

    private func writeStored(_ bytes: UnsafeRawBufferPointer, _ bits: inout DeflateBits, to output: inout ByteBuffer) {
        bits.append(room: bytes.count + 8, to: &output) { cursor in
            cursor.add(self.isLast ? 1 : 0, 3)
            cursor.copy(UnsafeRawBufferPointer(start: nil, count: 0))
            cursor.add(UInt64(bytes.count) | UInt64(~bytes.count & 0xFFFF) << 16, 32)
            cursor.copy(bytes)
        }
    }

    private func writeSymbols(_ literals: PrefixCode, _ distances: PrefixCode, to cursor: inout DeflateCursor) {
        let (literalTable, distanceTable) = (literals.packed, distances.packed)
        literalTable.withUnsafeBufferPointer { literals in
            distanceTable.withUnsafeBufferPointer { distances in
                DeflateTables.lengthCodes.withUnsafeBufferPointer { lengthCodes in
                    DeflateTables.distanceCodes.withUnsafeBufferPointer { distanceCodes in
                        DeflateTables.extras.withUnsafeBufferPointer { extras in
                            let tables = DeflateSymbolTables(
                                literals: literals,
                                distances: distances,
                                lengthCodes: lengthCodes,
                                distanceCodes: distanceCodes,
                                extras: extras
                            )
                            for symbol in self.symbols { tables.write(symbol, to: &cursor) }
                            tables.writeEnd(to: &cursor)
                        }
                    }
                }
            }
        }
    }
}

/// What turns symbols into bits, borrowed for one block.
private struct DeflateSymbolTables {
    let literals: UnsafeBufferPointer<UInt32>
    let distances: UnsafeBufferPointer<UInt32>
    let lengthCodes: UnsafeBufferPointer<UInt8>
    let distanceCodes: UnsafeBufferPointer<UInt8>
    let extras: UnsafeBufferPointer<DeflateTables.Extra>

    @inline(__always)
    func write(_ symbol: UInt32, to cursor: inout DeflateCursor) {
        let distance = Int(symbol >> 16)
        guard distance > 0 else {
            let code = self.literals[Int(symbol & 0xFF)]
            cursor.add(UInt64(code >> 8), Int(code & 0xFF))
            return
        }
        let length = Int(symbol & 0xFF)
        let lengthCode = Int(self.lengthCodes[length])
        let distanceCode = Int(self.distanceCodes[distance <= 256 ? distance - 1 : 256 + (distance - 1) >> 7])
        let lengthExtra = self.extras[lengthCode]
        let distanceExtra = self.extras[DeflateTables.distanceExtras + distanceCode]
        let first = self.literals[257 + lengthCode]
        let second = self.distances[distanceCode]
        var value = UInt64(first >> 8)
        var count = Int(first & 0xFF)
        value |= UInt64(length + 3 - lengthExtra.base) << UInt64(count)
        count += lengthExtra.bits
        value |= UInt64(second >> 8) << UInt64(count)
        count += Int(second & 0xFF)
        value |= UInt64(distance - distanceExtra.base) << UInt64(count)
        cursor.add(value, count + distanceExtra.bits)
    }

    func writeEnd(to cursor: inout DeflateCursor) {
        let code = self.literals[256]
        cursor.add(UInt64(code >> 8), Int(code & 0xFF))
    }
}
