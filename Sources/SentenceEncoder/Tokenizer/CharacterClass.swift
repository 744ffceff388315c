import CSentenceEncoder

/// What BERT's normaliser sees in a character. The tables are those of the reference, which knows Unicode 8.
enum CharacterClass: UInt32, Sendable {
    /// An ordinary character.
    case other = 0
    /// A control or a mark without a look, removed when a text is cleaned.
    case removed
    /// White space.
    case space
    /// A non-spacing mark, such as an accent that stands apart.
    case mark
    /// A word of its own.
    case punctuation
    /// A Chinese character, a word of its own too.
    case ideograph

    init(_ scalar: Unicode.Scalar) {
        self = scalar.value < 128 ? Self.ascii[Int(scalar.value)] : Self.found(scalar.value)
    }

    private static let ascii = (0..<128).map { CharacterClass.found($0) }

    private static func found(_ value: UInt32) -> CharacterClass {
        var low = 0
        var high = sentence_range_count
        guard let ranges = sentence_ranges_start() else { return .other }
        while low < high {
            let middle = (low + high) / 2
            let range = ranges[middle]
            if value < range.first {
                high = middle
            } else if value > range.last {
                low = middle + 1
            } else {
                return CharacterClass(rawValue: range.kind) ?? .other
            }
        }
        return .other
    }
}

extension Unicode.Scalar {
    /// What is left of the character after canonical decomposition without non-spacing marks: up to three characters.
    func withoutMarks(_ body: (Unicode.Scalar) -> Void) {
        if self.value < 0xC0 { return body(self) }
        if (0xAC00..<0xD7A4).contains(self.value) { return self.syllable(body) }
        if CharacterClass(self) == .mark { return }
        var low = 0
        var high = sentence_letter_count
        guard let letters = sentence_letters_start() else { return body(self) }
        while low < high {
            let middle = (low + high) / 2
            let letter = letters[middle]
            if self.value < letter.letter {
                high = middle
            } else if self.value > letter.letter {
                low = middle + 1
            } else {
                for part in [letter.bare.0, letter.bare.1, letter.bare.2] where part != 0 {
                    Unicode.Scalar(part).map(body)
                }
                return
            }
        }
        body(self)
    }

    /// A Hangul syllable as its letters: Unicode, section 3.12.
    private func syllable(_ body: (Unicode.Scalar) -> Void) {
        let index = self.value - 0xAC00
        let parts = [0x1100 + index / 588, 0x1161 + index % 588 / 28, index % 28 == 0 ? 0 : 0x11A7 + index % 28]
        for part in parts where part != 0 { Unicode.Scalar(part).map(body) }
    }
}
