/// A canonical Huffman code, decoded by counting.
///
/// Source: RFC 1951, section 3.2.2; the method is that of Mark Adler's "puff".
struct InflateCode {
    /// How many codes there are of each length, 0 to 15.
    private var counts = [Int](repeating: 0, count: 16)
    /// The symbols in the order of their codes.
    private var symbols: [Int] = []

    /// Makes the code from the lengths of its symbols; `nil` when more codes are given than there can be.
    init?(lengths: some Collection<Int>) {
        for length in lengths where length > 0 && length < 16 { self.counts[length] += 1 }
        var left = 1
        for count in self.counts[1...] {
            left = left * 2 - count
            if left < 0 { return nil }
        }
        self.symbols = lengths.enumerated()
            .filter { $0.element > 0 && $0.element < 16 }
            .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
            .map(\.offset)
    }

    /// The next symbol; `nil` when the bits are no code or end.
    func symbol(_ bits: inout InflateBits) -> Int? {
        var code = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            guard let bit = bits.take(1) else { return nil }
            code |= bit
            let count = self.counts[length]
            if code - first < count {
                let place = index + code - first
                return self.symbols.indices.contains(place) ? self.symbols[place] : nil
            }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        return nil
    }
}

extension InflateCode {
    /// The code of literals and lengths of a block with fixed codes.
    static let fixedLiterals = InflateCode(
        lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
    )
    /// The code of distances of a block with fixed codes.
    static let fixedDistances = InflateCode(lengths: [Int](repeating: 5, count: 30))
}
