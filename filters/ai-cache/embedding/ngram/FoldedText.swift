/// The words of a text, with differences taken away that say nothing: case, width of letters, accents of Latin letters,
/// punctuation.
///
/// The same on every machine: the tables are part of the program, or Unicode's simple properties.
struct FoldedText: Sendable, Hashable {
    /// What a word is made of.
    enum Kind: Sendable, Hashable {
        /// Letters that stand in words.
        case letters
        /// Digits.
        case digits
        /// Characters of a script that is written without spaces between words: Chinese, Japanese, Korean.
        case ideographs
        /// One sign that is neither letter nor punctuation, such as an emoji.
        case sign
    }

    struct Word: Sendable, Hashable {
        var kind: Kind
        var range: Range<Int>
    }

    /// What a scalar is after folding; `nil` for one that separates words.
    private typealias Folded = (value: UInt32, kind: Kind)

    private(set) var scalars: ContiguousArray<UInt32> = []
    private(set) var words: ContiguousArray<Word> = []

    init(_ text: String) {
        self.scalars.reserveCapacity(text.utf8.count)
        var current: Kind?
        var isAfterApostrophe = false
        for scalar in text.unicodeScalars {
            guard !Self.isMark(scalar.value) else { continue }
            guard let folded = Self.fold(scalar) else {
                isAfterApostrophe = scalar.value == 0x27 || scalar.value == 0x2019
                if !isAfterApostrophe { current = nil }
                continue
            }
            // "don't" is one word; "France's" is two.
            if isAfterApostrophe, folded.value == 0x73 { current = nil }
            isAfterApostrophe = false
            if folded.kind != current || folded.kind == .sign {
                self.words.append(Word(kind: folded.kind, range: self.scalars.count..<self.scalars.count))
            }
            current = folded.kind
            self.append(folded.value)
        }
    }

    /// The scalars of a word.
    func scalars(of word: Word) -> ArraySlice<UInt32> { ArraySlice(self.scalars[word.range]) }

    private mutating func append(_ value: UInt32) {
        self.scalars.append(value)
        if let last = self.words.indices.last {
            self.words[last].range = self.words[last].range.lowerBound..<self.scalars.count
        }
    }
}

extension FoldedText {
    /// Latin letters from U+00C0 on without their accents; a blank separates words.
    private static let plainLetters = ContiguousArray(
        ("aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
            + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
            + "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8
    )

    /// Whether a scalar only changes the one before it: an accent, a joiner, a variant.
    private static func isMark(_ value: UInt32) -> Bool {
        switch value {
        case 0x300...0x36F, 0x200B...0x200D, 0xFE00...0xFE0F, 0xAD, 0xFEFF, 0x1F3FB...0x1F3FF: true
        default: false
        }
    }

    private static func fold(_ scalar: Unicode.Scalar) -> Folded? {
        switch scalar.value {
        case 0x61...0x7A: (scalar.value, .letters)
        case 0x41...0x5A: (scalar.value + 0x20, .letters)
        case 0x30...0x39: (scalar.value, .digits)
        case 0..<0xC0: self.foldSign(scalar.value)
        case 0xC0..<0x180: self.foldLatin(scalar.value)
        // The wide forms of ASCII.
        case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0).flatMap { self.fold($0) }
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF, 0xAC00...0xD7A3, 0x3041...0x3096,
            0x30FC:
            (scalar.value, .ideographs)
        // Katakana as hiragana.
        case 0x30A1...0x30F6: (scalar.value - 0x60, .ideographs)
        case 0x410...0x42F, 0x391...0x3A9: (scalar.value + 0x20, .letters)
        case 0x430...0x44F, 0x3B1...0x3C9: (scalar.value == 0x3C2 ? 0x3C3 : scalar.value, .letters)
        default: self.foldOther(scalar)
        }
    }

    /// Signs of Latin-1: those that change what is asked count.
    private static func foldSign(_ value: UInt32) -> Folded? {
        switch value {
        case 0x2B, 0x23, 0x25, 0x3C, 0x3D, 0x3E, 0x24, 0xA3, 0xA5, 0xB0, 0xB1: (value, .sign)
        case 0xAA, 0xBA, 0xB5: (value, .letters)
        default: nil
        }
    }

    private static func foldLatin(_ value: UInt32) -> Folded? {
        let place = Int(value - 0xC0)
        guard place < self.plainLetters.count, self.plainLetters[place] != 0x20 else { return nil }
        return (UInt32(self.plainLetters[place]), .letters)
    }

    private static func foldOther(_ scalar: Unicode.Scalar) -> Folded? {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter:
            return (properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar.value, .letters)
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark:
            return (scalar.value, .letters)
        case .decimalNumber:
            return (0x30 + UInt32(properties.numericValue ?? 0), .digits)
        case .letterNumber, .otherNumber, .mathSymbol, .currencySymbol, .otherSymbol:
            return (scalar.value, .sign)
        default:
            return nil
        }
    }
}
