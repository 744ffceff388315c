/// The words of a text that have an opposite: legal and illegal, first and last, import and export.
///
/// A word alone says little, so that nothing follows from one that only one wording has. Where the other has its opposite,
/// something else is asked.
struct OppositeWords: Sendable, Hashable {
    /// Two for each pair of ``Opposites/pairs``: even ones for its left side, odd ones for its right side.
    private let sides: Set<Int>

    /// - Parameters:
    ///   - words: The folded words of a text.
    ///   - folded: The text.
    init(_ words: [String], _ folded: FoldedText) {
        var sides: Set<Int> = []
        // "Until when are you open?" asks for the time at which they close.
        let hasEnd = words.contains { Opposites.untils.contains($0) }
        for (place, word) in words.enumerated() {
            for side in Opposites.words[word] ?? [] where !hasEnd || !Opposites.ends.contains(side / 2) {
                sides.insert(side)
            }
            if Opposites.degrees.contains(word), place + 1 < words.count {
                sides.formUnion(Opposites.words["\(word)_\(words[place + 1])"] ?? [])
            }
            if word.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
                let bounds = words[..<place].suffix(2).reversed()
                if let side = bounds.lazy.compactMap({ Opposites.bounds[$0] }).first { sides.insert(side) }
            }
            guard let particles = Opposites.particles[word] else { continue }
            let next = words[(place + 1)...].prefix(Self.longestPhrase).first { particles[$0] != nil }
            if let side = next.flatMap({ particles[$0] }) { sides.insert(side) }
        }
        for word in folded.words where word.kind == .ideographs {
            let run = folded.scalars(of: word)
            for (first, second) in zip(run, run.dropFirst()) {
                for side in Opposites.characters[Opposites.Pair(first: first, second: second)] ?? [] {
                    sides.insert(side)
                }
            }
        }
        self.sides = sides
    }

    /// How far behind its verb a particle stands at most: "turn the light in the hall off".
    private static let longestPhrase = 6

    /// Whether one has a word and the other its opposite, and neither has both.
    func contradicts(_ other: OppositeWords) -> Bool {
        self.sides.contains { side in
            let opposite = side ^ 1
            return other.sides.contains(opposite) && !other.sides.contains(side) && !self.sides.contains(opposite)
        }
    }
}
