/// The tokenizer of SentencePiece's unigram model: the way through a text whose pieces are likeliest together.
///
/// Source: Kudo (arXiv 1804.10959); the package tokenizers, `Unigram`.
struct UnigramPieces: Sendable {
    /// How much an unknown character counts below the unlikeliest piece.
    static let unknownPenalty = 10.0
    /// The longest piece that a file may have, in bytes; each place of a text is compared with so many.
    static let longestPiece = 512

    let vocabulary: Vocabulary
    /// By id.
    let scores: [Double]
    let unknown: Int32
    private let unknownScore: Double

    /// - Parameters:
    ///   - vocabulary: The pieces.
    ///   - scores: The logarithm of each one's likelihood, by id.
    ///   - unknown: The id for characters that no piece has.
    init(vocabulary: Vocabulary, scores: [Double], unknown: Int32) {
        self.vocabulary = vocabulary
        self.scores = scores
        self.unknown = unknown
        self.unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    }

    /// The best way to a place.
    private struct Way {
        var score = 0.0
        /// Where its last piece begins; -1 when there is no way yet.
        var start = -1
        var id: Int32 = -1
    }

    /// Adds the tokens of a word.
    func addTokens(of word: [UInt8], to tokens: inout [Int32]) {
        guard !word.isEmpty else { return }
        var ways = Array(repeating: Way(), count: word.count + 1)
        var place = 0
        while place < word.count {
            var next = place + 1
            while next < word.count, word[next] & 0xC0 == 0x80 { next += 1 }
            self.extend(&ways, word, from: place, characterEnd: next)
            place = next
        }
        self.collect(ways, into: &tokens)
    }

    private func extend(_ ways: inout [Way], _ word: [UInt8], from place: Int, characterEnd: Int) {
        let score = ways[place].score
        var hash = Vocabulary.Hash()
        var hasCharacter = false
        for end in (place + 1)...min(word.count, place + max(self.vocabulary.longest, 1)) {
            hash.add(word[end - 1])
            guard let id = self.vocabulary.id(of: word[place..<end], hash) else { continue }
            let sum = score + self.scores[Int(id)]
            if ways[end].start < 0 || sum > ways[end].score { ways[end] = Way(score: sum, start: place, id: id) }
            if end == characterEnd { hasCharacter = true }
        }
        guard !hasCharacter else { return }
        let sum = score + self.unknownScore
        if ways[characterEnd].start < 0 || sum > ways[characterEnd].score {
            ways[characterEnd] = Way(score: sum, start: place, id: self.unknown)
        }
    }

    /// Walks back from the end; unknown characters side by side are one token.
    private func collect(_ ways: [Way], into tokens: inout [Int32]) {
        var found: [Int32] = []
        var place = ways.count - 1
        while place > 0 {
            let way = ways[place]
            if way.id != self.unknown || found.last != self.unknown { found.append(way.id) }
            place = way.start
        }
        tokens.append(contentsOf: found.reversed())
    }
}
