/// Finds what stands in quotation marks, in time that grows with the text alone.
struct QuoteScan {
    /// How long a quotation may be, in characters.
    static let longest = 1000

    private static let closings: [Character: Character] = [
        "\"": "\"", "“": "”", "„": "“", "«": "»", "「": "」", "『": "』", "《": "》", "'": "'", "‘": "’",
    ]

    private let characters: [Character]
    /// Where each closing mark stands, and how many of these places lie behind.
    private var places: [Character: (all: [Int], passed: Int)] = [:]

    /// The texts between marks that belong together; marks inside others are theirs.
    static func quotes(in text: String) -> [String] {
        var scan = QuoteScan(text)
        return scan.quotes()
    }

    private init(_ text: String) {
        self.characters = Array(text)
        let closings = Set(Self.closings.values)
        for (place, character) in self.characters.enumerated() where closings.contains(character) {
            if !self.isApostrophe(at: place) { self.places[character, default: ([], 0)].all.append(place) }
        }
    }

    private mutating func quotes() -> [String] {
        var quotes: [String] = []
        var place = 0
        while place < self.characters.count {
            let mark = self.characters[place]
            place += 1
            guard let closing = Self.closings[mark], self.opens(at: place - 1),
                let end = self.end(closing, from: place)
            else { continue }
            if end > place { quotes.append(String(self.characters[place..<end])) }
            place = end + 1
        }
        return quotes
    }

    /// Whether a mark may begin a quotation: a single one behind a letter ends a word.
    private func opens(at place: Int) -> Bool {
        guard self.characters[place] == "'", place > 0 else { return true }
        let before = self.characters[place - 1]
        return !before.isLetter && !before.isNumber
    }

    /// Whether a single mark stands in a word.
    private func isApostrophe(at place: Int) -> Bool {
        guard self.characters[place] == "'" || self.characters[place] == "’", place > 0,
            place + 1 < self.characters.count
        else { return false }
        let (before, behind) = (self.characters[place - 1], self.characters[place + 1])
        return (before.isLetter || before.isNumber) && (behind.isLetter || behind.isNumber)
    }

    /// Where the next mark of this kind stands, if it is near enough.
    private mutating func end(_ closing: Character, from place: Int) -> Int? {
        guard var places = self.places[closing] else { return nil }
        while places.passed < places.all.count, places.all[places.passed] < place { places.passed += 1 }
        self.places[closing]?.passed = places.passed
        guard places.passed < places.all.count else { return nil }
        let end = places.all[places.passed]
        return end - place <= Self.longest ? end : nil
    }
}
