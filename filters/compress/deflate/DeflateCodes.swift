/// The codes of one block, and the bits that describe them.
///
/// Source: RFC 1951, section 3.2.7.
struct DeflateCodes {
    let literals: PrefixCode
    let distances: PrefixCode
    private let runs: [Run]
    private let runCode: PrefixCode
    private let literalCount: Int
    private let distanceCount: Int
    private let runCodeCount: Int

    /// Lengths of codes in a row: a length, or how often one is repeated.
    private struct Run {
        let symbol: Int
        let extra: UInt64
        let extraBits: Int
    }

    init(_ counted: DeflateFrequencies) {
        self.literals = PrefixCode(frequencies: counted.literals, limit: 15)
        self.distances = PrefixCode(frequencies: atLeastTwo(counted.distances), limit: 15)
        self.literalCount = max(257, (self.literals.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
        self.distanceCount = (self.distances.lengths.lastIndex { $0 > 0 } ?? 0) + 1
        self.runs = Self.runs(
            Array(self.literals.lengths[..<self.literalCount] + self.distances.lengths[..<self.distanceCount])
        )
        var frequencies = [UInt32](repeating: 0, count: 19)
        for run in self.runs { frequencies[run.symbol] += 1 }
        let runCode = PrefixCode(frequencies: atLeastTwo(frequencies), limit: 7)
        self.runCode = runCode
        let last = InflateTables.codeLengthOrder.lastIndex { runCode.lengths[$0] > 0 } ?? 0
        self.runCodeCount = max(4, last + 1)
    }

    /// The bits of the description.
    var cost: Int {
        self.runs.reduce(14 + 3 * self.runCodeCount) { bits, run in
            bits + Int(self.runCode.lengths[run.symbol]) + run.extraBits
        }
    }

    func write(to cursor: inout DeflateCursor) {
        cursor.add(UInt64(self.literalCount - 257), 5)
        cursor.add(UInt64(self.distanceCount - 1), 5)
        cursor.add(UInt64(self.runCodeCount - 4), 4)
        for place in InflateTables.codeLengthOrder[..<self.runCodeCount] {
            cursor.add(UInt64(self.runCode.lengths[place]), 3)
        }
        for run in self.runs {
            cursor.add(UInt64(self.runCode.codes[run.symbol]), Int(self.runCode.lengths[run.symbol]))
            if run.extraBits > 0 { cursor.add(run.extra, run.extraBits) }
        }
    }

    private static func runs(_ lengths: [UInt8]) -> [Run] {
        var runs: [Run] = []
        var index = 0
        while index < lengths.count {
            let length = Int(lengths[index])
            var count = 1
            while index + count < lengths.count, lengths[index + count] == lengths[index] { count += 1 }
            index += count
            length == 0 ? self.addZeros(count, to: &runs) : self.add(length, count, to: &runs)
        }
        return runs
    }

    private static func addZeros(_ count: Int, to runs: inout [Run]) {
        var count = count
        while count > 0 {
            switch count {
            case 11...:
                let taken = min(138, count)
                runs.append(Run(symbol: 18, extra: UInt64(taken - 11), extraBits: 7))
                count -= taken
            case 3...:
                runs.append(Run(symbol: 17, extra: UInt64(count - 3), extraBits: 3))
                count = 0
            default:
                runs.append(Run(symbol: 0, extra: 0, extraBits: 0))
                count -= 1
            }
        }
    }

    private static func add(_ length: Int, _ count: Int, to runs: inout [Run]) {
        runs.append(Run(symbol: length, extra: 0, extraBits: 0))
        var count = count - 1
        while count > 0 {
            if count >= 3 {
                let taken = min(6, count)
                runs.append(Run(symbol: 16, extra: UInt64(taken - 3), extraBits: 2))
                count -= taken
            } else {
                runs.append(Run(symbol: length, extra: 0, extraBits: 0))
                count -= 1
            }
        }
    }
}

/// Two symbols at least, since not every reader takes a code that leaves bits without a meaning.
private func atLeastTwo(_ frequencies: [UInt32]) -> [UInt32] {
    var frequencies = frequencies
    for symbol in 0..<2 where frequencies.count(where: { $0 > 0 }) < 2 && frequencies[symbol] == 0 {
        frequencies[symbol] = 1
    }
    return frequencies
}
