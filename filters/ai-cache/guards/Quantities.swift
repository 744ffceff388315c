/// The units and currencies of a text, and which of them count something.
///
/// 5 mg is not 5 g. A unit alone says little: what one wording gives in kilograms may have none in the other, and may ask for
/// pounds. So two wordings differ only where each counts with a unit that the other does not name, and both units measure the
/// same.
struct Quantities: Sendable, Hashable {
    /// The units behind a number, in digits or in words, and behind "a" and "per".
    private var counted: Set<UnitWords.Unit> = []
    /// The units whose number is asked for.
    private var asked: Set<UnitWords.Unit> = []
    /// All units.
    private var named: Set<UnitWords.Unit> = []
    /// The units of each number that stands once, in digits.
    private var byNumber: [String: Set<UnitWords.Unit>] = [:]
    private let isLong: Bool

    /// - Parameters:
    ///   - folded: The text.
    ///   - words: Its words.
    ///   - isLong: Whether only what stands behind digits counts: a long text holds many units.
    init(_ folded: FoldedText, _ words: [String], isLong: Bool) {
        self.isLong = isLong
        var repeated: Set<String> = []
        for (place, word) in folded.words.enumerated() {
            let text = words[place]
            switch word.kind {
            case .digits:
                let units = Self.units(around: place, folded, words)
                self.counted.formUnion(units)
                if self.byNumber.updateValue(units, forKey: text) != nil { repeated.insert(text) }
            case .letters, .sign:
                self.named.formUnion(Self.named(by: text, word.kind))
                self.counted.formUnion(UnitWords.rate(of: text))
                if UnitWords.questions.contains(text) {
                    self.asked.formUnion(Self.units(behind: place, folded, words, shortest: 1))
                } else if UnitWords.counters.contains(text) {
                    self.counted.formUnion(Self.units(behind: place, folded, words, shortest: 2))
                } else if NumberWords.isNumber(text) {
                    self.counted.formUnion(Self.units(behind: place, folded, words, shortest: 1))
                }
            case .ideographs:
                self.read(folded.scalars(of: word))
            }
        }
        for number in repeated { self.byNumber[number] = [] }
        self.named.formUnion(self.counted.union(self.asked))
    }

    /// Whether a word is nothing but a unit that this text has too, in whatever spelling: USD for dollars.
    func names(_ word: String) -> Bool {
        let units = UnitWords.units(of: word)
        return !units.isEmpty && units.isSubset(of: self.named)
    }

    /// Whether something is counted in other units than in the other text.
    func contradicts(_ other: Quantities) -> Bool {
        if !self.isLong, !other.isLong {
            return self.contradicts(other, self.counted, other.counted)
                || self.contradicts(other, self.asked, other.asked)
        }
        return self.byNumber.contains { number, units in
            other.byNumber[number].map { self.contradicts(other, units, $0) } ?? false
        }
    }

    private func contradicts(
        _ other: Quantities,
        _ units: Set<UnitWords.Unit>,
        _ others: Set<UnitWords.Unit>
    ) -> Bool {
        let own = Set(units.subtracting(other.named).map(\.measure))
        return !own.isEmpty && others.contains { own.contains($0.measure) && !self.named.contains($0) }
    }
}

extension Quantities {
    /// The units that a word names where it counts nothing: "am" is mostly none, nor is a letter alone.
    private static func named(by word: String, _ kind: FoldedText.Kind) -> Set<UnitWords.Unit> {
        guard kind == .sign || word.unicodeScalars.count > 1 else { return [] }
        return UnitWords.units(of: word).filter { $0.measure != "clock" }
    }

    /// What counts in a run of characters without spaces, behind a number in characters.
    private mutating func read(_ run: ArraySlice<UInt32>) {
        var place = run.startIndex
        while place < run.endIndex {
            guard let (length, units) = UnitWords.unit(at: run[place...]) else {
                place += 1
                continue
            }
            if place > run.startIndex {
                if UnitWords.countingCharacters.contains(run[place - 1]) { self.counted.formUnion(units) }
                if UnitWords.askingCharacters.contains(run[place - 1]) { self.asked.formUnion(units) }
            }
            // One character alone is mostly part of another word.
            if length > 1 { self.named.formUnion(units) }
            place += length
        }
    }

    /// The units behind a number in digits, and the currency before it.
    private static func units(around place: Int, _ folded: FoldedText, _ words: [String]) -> Set<UnitWords.Unit> {
        let behind = self.units(behind: place, folded, words, shortest: 1)
        guard behind.isEmpty, place > 0 else { return behind }
        return UnitWords.units(of: words[place - 1]).filter { $0.measure == "money" }
    }

    /// The units of the word behind a place, if it has at least so many letters.
    private static func units(
        behind place: Int,
        _ folded: FoldedText,
        _ words: [String],
        shortest: Int
    ) -> Set<UnitWords.Unit> {
        var next = place + 1
        while next < words.count, next <= place + 2,
            UnitWords.degrees.contains(words[next]) || UnitWords.joints.contains(words[next])
        {
            next += 1
        }
        guard next < words.count else { return [] }
        switch folded.words[next].kind {
        case .digits: return []
        case .ideographs: return UnitWords.unit(at: folded.scalars(of: folded.words[next]))?.units ?? []
        case .letters, .sign:
            let isHalf = (words[next] == "a" || words[next] == "p") && next + 1 < words.count && words[next + 1] == "m"
            if isHalf { return UnitWords.units(of: words[next] + "m") }
            return words[next].unicodeScalars.count < shortest ? [] : UnitWords.units(of: words[next])
        }
    }
}
