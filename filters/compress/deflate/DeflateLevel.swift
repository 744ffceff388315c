/// How hard the compressor looks for repetitions: 1 is fast, 9 is small.
struct DeflateLevel: Sendable, Hashable {
    static let range = 1...9

    /// 1 to 9.
    let number: Int
    /// How many earlier places a search looks at.
    let chain: Int
    /// A match of that length is taken without a further look.
    let nice: Int
    /// After a match of that length the next place is searched only a quarter as far.
    let good: Int
    /// Below that length the next place is searched for a longer match before one is taken; 0 takes the first.
    let lazy: Int

    /// The settings of a level; numbers outside of the range count as its nearest end.
    init(_ number: Int) {
        let rows: [(chain: Int, nice: Int, good: Int, lazy: Int)] = [
            (4, 8, 258, 0), (8, 16, 258, 0), (32, 32, 258, 0),
            (16, 16, 4, 4), (32, 32, 8, 16), (128, 128, 8, 16),
            (256, 128, 8, 32), (1024, 258, 32, 128), (4096, 258, 32, 258),
        ]
        self.number = min(max(number, Self.range.lowerBound), Self.range.upperBound)
        (self.chain, self.nice, self.good, self.lazy) = rows[self.number - 1]
    }
}
