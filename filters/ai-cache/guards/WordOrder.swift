/// Which way things go in a text: from what and to what, and what stands on which side of a word that joins the two.
///
/// "From Berlin to Paris" and "to Paris from Berlin" go the same way, whatever stands first. Where words join two things
/// that can change places without changing what is asked (and, or, the distance between), there is no way.
struct WordOrder: Sendable {
    /// The longest text whose order counts, in bytes: the order of a long one says less.
    static let longest = 400
    /// The longest name of a thing, in words or in Chinese characters.
    private static let longestThing = 4

    /// One word, or one character of a script without spaces.
    private struct Piece: Sendable, Hashable {
        var text: String
        /// Whether it says what is asked about, and does not only hold the sentence together.
        var isThing: Bool
    }

    private let pieces: [Piece]
    /// What the way begins with.
    private let sources: Set<String>
    /// What the way ends with.
    private let targets: Set<String>
    /// Whether the text says that order does not matter.
    private let isMutual: Bool
    private let names: Set<String>
    /// Whether there is a dash between words.
    private let hasDash: Bool

    /// - Parameters:
    ///   - folded: The text.
    ///   - words: Its words.
    ///   - names: Those of the words that are names.
    ///   - text: The text as it stands.
    init(_ folded: FoldedText, _ words: [String], names: Set<String>, _ text: String) {
        let pieces = Self.pieces(folded, words)
        var way = Way()
        for place in pieces.indices { way.read(pieces, at: place) }
        way.readAmount(pieces)
        self.pieces = pieces
        self.names = Set(names.map { Self.stem($0) })
        self.sources = way.sources.subtracting(way.targets)
        self.targets = way.targets.subtracting(way.sources)
        self.isMutual = Self.isMutual(pieces)
        self.hasDash = text.contains(" - ") || text.contains("–") || text.contains("—")
    }

    /// Whether the other text goes the opposite way.
    func isOpposite(to other: WordOrder) -> Bool {
        if self.isMutual || other.isMutual { return false }
        let startsWhereOtherEnds = !self.sources.isDisjoint(with: other.targets)
        let endsWhereOtherStarts = !self.targets.isDisjoint(with: other.sources)
        return startsWhereOtherEnds && endsWhereOtherStarts || self.hasChangedPlaces(with: other)
    }
}

extension WordOrder {
    /// The words in their order; of scripts without spaces the characters.
    private static func pieces(_ folded: FoldedText, _ words: [String]) -> [Piece] {
        var pieces: [Piece] = []
        for (word, text) in zip(folded.words, words) {
            switch word.kind {
            case .ideographs: pieces += self.characters(folded.scalars(of: word))
            case .letters:
                let isJoint = WordWeights.say(of: folded.scalars(of: word)) != nil || OrderWords.all.contains(text)
                pieces.append(Piece(text: self.stem(text), isThing: !isJoint))
            case .digits: pieces.append(Piece(text: text, isThing: true))
            case .sign: pieces.append(Piece(text: text, isThing: false))
            }
        }
        return pieces
    }

    private static func characters(_ run: ArraySlice<UInt32>) -> [Piece] {
        var pieces: [Piece] = []
        var place = run.startIndex
        while place < run.endIndex {
            let length = max(1, WordWeights.phrase(at: run[place...])?.length ?? 0)
            let isPhrase = WordWeights.phrase(at: run[place...]) != nil
            for value in run[place..<min(place + length, run.endIndex)] {
                let text = Unicode.Scalar(value).map { String($0) } ?? ""
                pieces.append(Piece(text: text, isThing: !isPhrase && !OrderWords.all.contains(text)))
            }
            place += length
        }
        return pieces
    }

    /// A word without the end of a plural.
    private static func stem(_ word: String) -> String {
        word.utf8.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }

    private static func isMutual(_ pieces: [Piece]) -> Bool {
        for (place, piece) in pieces.enumerated() {
            if OrderWords.mutual.contains(piece.text) { return true }
            guard place + 1 < pieces.count, OrderWords.mutualBeginnings.contains(piece.text) else { continue }
            if OrderWords.mutual.contains(piece.text + pieces[place + 1].text) { return true }
        }
        return false
    }
}

extension WordOrder {
    /// What the joining words of a text say about its way.
    private struct Way {
        var sources: Set<String> = []
        var targets: Set<String> = []

        mutating func read(_ pieces: [Piece], at place: Int) {
            let text = pieces[place].text
            if OrderWords.sources.contains(text) || text == "de" && self.endsRomanWay(pieces, place) != nil {
                self.sources.formUnion(self.things(behind: place, pieces))
                self.targets.formUnion(self.things(before: place, pieces))
            } else if OrderWords.targets.contains(text) {
                self.targets.formUnion(self.things(behind: place, pieces))
                self.sources.formUnion(self.things(before: place, pieces))
            }
            if text == "de", let end = self.endsRomanWay(pieces, place) {
                self.targets.formUnion(self.things(behind: end, pieces))
            }
        }

        /// In "100 EUR in USD" and "how many USD are 100 EUR" what has a number is what there is, and the other what is wanted.
        mutating func readAmount(_ pieces: [Piece]) {
            var (counted, others) = (Set<String>(), Set<String>())
            for (place, piece) in pieces.enumerated() where OrderWords.units.contains(piece.text) {
                let hasNumber = place > 0 && pieces[place - 1].text.isDigits
                let hasNumberBehind = place + 1 < pieces.count && pieces[place + 1].text.isDigits
                if hasNumber || hasNumberBehind { counted.insert(piece.text) } else { others.insert(piece.text) }
            }
            guard !counted.isEmpty else { return }
            self.sources.formUnion(counted)
            self.targets.formUnion(others)
        }

        /// Where the `a` of "de … a …" stands, in French and Spanish.
        private func endsRomanWay(_ pieces: [Piece], _ place: Int) -> Int? {
            let end = min(place + 2 + WordOrder.longestThing, pieces.count)
            guard place + 2 < end else { return nil }
            return (place + 2..<end).first { pieces[$0].text == "a" }
        }

        /// The thing that follows, without articles.
        private func things(behind place: Int, _ pieces: [Piece]) -> [String] {
            let rest = pieces[(place + 1)...]
            let articles = rest.prefix(2).prefix { !$0.isThing && !OrderWords.joints.contains($0.text) }.count
            return rest.dropFirst(articles).prefix(WordOrder.longestThing).prefix { $0.isThing }.map(\.text)
        }

        /// The thing right before.
        private func things(before place: Int, _ pieces: [Piece]) -> [String] {
            pieces[..<place].suffix(WordOrder.longestThing).reversed().prefix { $0.isThing }.map(\.text)
        }
    }
}

extension WordOrder {
    /// Whether the texts are the same but for two things that have changed places.
    private func hasChangedPlaces(with other: WordOrder) -> Bool {
        let (first, second) = (self.pieces, other.pieces)
        guard first.count == second.count, first.contains(where: { !$0.isThing }) else { return false }
        let front = zip(first, second).prefix { $0.text == $1.text }.count
        guard front < first.count else { return false }
        let back = zip(first.reversed(), second.reversed()).prefix { $0.text == $1.text }.count
        let (left, right) = (first[front..<(first.count - back)], second[front..<(second.count - back)])
        // "Seen from Rome, is …": what stands behind such a word is not what is equal to the other.
        let isBare = front == 0 || !OrderWords.joints.contains(first[front - 1].text)
        for length in 1...Self.longestThing {
            for otherLength in 1...Self.longestThing where length + otherLength <= left.count {
                if self.hasChanged(left, right, length, otherLength, isBare, other) { return true }
            }
        }
        return false
    }

    /// Whether so many pieces at the beginning and so many at the end of one stand at the end and the beginning of the other.
    private func hasChanged(
        _ left: ArraySlice<Piece>,
        _ right: ArraySlice<Piece>,
        _ length: Int,
        _ otherLength: Int,
        _ isBare: Bool,
        _ other: WordOrder
    ) -> Bool {
        let (one, two) = (left.prefix(length), left.suffix(otherLength))
        let middle = left.dropFirst(length).dropLast(otherLength)
        guard right.prefix(otherLength).elementsEqual(two), right.suffix(length).elementsEqual(one),
            right.dropFirst(otherLength).dropLast(length).elementsEqual(middle)
        else { return false }
        guard self.isThing(one), self.isThing(two) else { return false }
        guard !middle.isEmpty else {
            // Two names side by side, or a dash: "Rome - Vienna". Of other words the order may be a matter of taste.
            guard one.count == 1, two.count == 1 else { return false }
            return self.hasDash && other.hasDash || (one + two).allSatisfy { self.names.contains($0.text) }
        }
        return !self.joinsEquals(middle, isBare)
    }

    /// Whether these pieces name a thing; "by train" and "from Rome" say the same wherever they stand.
    private func isThing(_ pieces: ArraySlice<Piece>) -> Bool {
        guard let first = pieces.first, first.isThing || OrderWords.articles.contains(first.text) else { return false }
        return pieces.contains { $0.isThing }
    }

    /// Whether both sides of these words can change places: "and", "or", "is".
    private func joinsEquals(_ middle: ArraySlice<Piece>, _ isBare: Bool) -> Bool {
        if middle.last.map({ OrderWords.conjunctions.contains($0.text) }) == true { return true }
        let isLink = middle.allSatisfy { OrderWords.links.contains($0.text) }
        return isLink && middle.contains { OrderWords.conjunctions.contains($0.text) }
            || isBare && middle.allSatisfy { OrderWords.copulas.contains($0.text) }
    }
}

extension String {
    fileprivate var isDigits: Bool { !self.isEmpty && self.utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
