/// The vectors that doubles of embedding services give: texts that share words get near ones.
package enum TextVector {
    /// How many numbers a vector has unless a request says.
    package static let dimensions = 32

    /// A vector of length 1, the same for the same text in any run.
    package static func of(_ text: String, dimensions: Int = TextVector.dimensions) -> [Double] {
        var vector = [Double](repeating: 0, count: dimensions)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            var random = SeededRandom(seed: self.hash(word))
            for index in vector.indices { vector[index] += Double(random.next(in: -1000...1000)) / 1000 }
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if length == 0 {
            vector[0] = 1
            return vector
        }
        return vector.map { $0 / length }
    }

    /// FNV-1a.
    private static func hash(_ word: Substring) -> UInt64 {
        word.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
