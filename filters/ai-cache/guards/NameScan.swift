/// Finds names by their capital letters, where these say anything.
enum NameScan {
    /// The words of a text that are names, folded: those with a capital that no sentence begins with, short forms, and letters
    /// that stand alone.
    ///
    /// In a text in capitals, one with a capital at nearly every word, and one in German capitals say something else; in German
    /// those of letters alone still count.
    static func names(in text: String, _ folded: [String]) -> Set<String> {
        let isGerman = folded.filter { self.german.contains($0) }.count > 1
        var names: Set<String> = []
        var single: Set<String> = []
        var count = 0
        var capitals = 0
        var beginsSentence = true
        var isCounted = false
        for word in text.split(whereSeparator: { $0.isWhitespace }) {
            let letters = word.drop { !$0.isLetter && !$0.isNumber }
            defer {
                beginsSentence = word.last.map { ".!?:。！？".contains($0) } ?? beginsSentence
                isCounted = word.last.map { $0.isNumber || $0 == "°" } ?? false
            }
            guard let first = letters.first, first.isLetter else { continue }
            let isQuoted = word.startIndex != letters.startIndex
            count += 1
            guard first.isUppercase else { continue }
            capitals += 1
            // "30 C" has a unit.
            if !beginsSentence, !isCounted, let letter = self.letter(word, of: text) { single.insert(letter) }
            let isShortForm =
                letters.prefix { $0.isLetter }.count > 1 && letters.prefix { $0.isLetter }.allSatisfy { $0.isUppercase }
            if !beginsSentence && !isQuoted || isShortForm { names.formUnion(self.words(of: letters)) }
        }
        if capitals == count { return [] }
        if isGerman { return single }
        return capitals * 2 > count && count > 3 ? [] : names.union(single)
    }

    /// The letters of a text that tell things apart, whether they are capitals or not: "vitamin d", "type b", "t cell", 维生素c.
    static func letters(_ folded: FoldedText, _ words: [String]) -> Set<String> {
        var letters: Set<String> = []
        for (place, word) in folded.words.enumerated() where word.kind == .letters && words[place].utf8.count == 1 {
            let before = place > 0 ? words[place - 1] : ""
            let behind = place + 1 < words.count ? words[place + 1] : ""
            let isJoined =
                place > 0 && folded.words[place - 1].kind == .ideographs
                || place + 1 < words.count && folded.words[place + 1].kind == .ideographs
                    && (place == 0 || folded.words[place - 1].kind == .letters)
            // "C++" is another name.
            if behind == "+" || behind == "#" { continue }
            let isNamed = self.heads.contains(before) || self.tails.contains(behind)
            // Articles, conjunctions and ends of words.
            if isJoined || isNamed && !"aeiouys".contains(words[place]) { letters.insert(words[place]) }
        }
        return letters
    }

    /// The letter that a word is, in small; `nil` for words, for "I", and for one with a point, which shortens a name.
    private static func letter(_ word: Substring, of text: String) -> String? {
        var letter = word
        if letter.last == ".", letter.endIndex == text.endIndex { letter.removeLast() }
        while let last = letter.last, ",;:!?)".contains(last) { letter.removeLast() }
        letter = letter.first == "(" ? letter.dropFirst() : letter
        guard letter.count == 1, let only = letter.first, only.isASCII, only.isUppercase, only != "I" else {
            return nil
        }
        return letter.lowercased()
    }

    /// The folded words of one, without the end of a genitive; single letters are no names.
    private static func words(of word: Substring) -> [String] {
        let folded = FoldedText(String(word))
        return zip(folded.words, folded.texts).compactMap { part, text in
            part.kind == .letters && part.range.count > 1 && !self.notNames.contains(text) ? text : nil
        }
    }

    /// What a letter behind it tells apart.
    private static let heads = Set(
        """
        vitamin vitamins vitamine vitamina vitamines витамин plan hepatitis hepatite hepatit гепатит type types tipe typ tipo class
        klasse classe clase kelas option opsi opcion grade group gruppe groupe grupo golongan section appendix exhibit schedule
        category kategorie categorie categoria kategori series serie seri model terminal gate drive disk block level variant
        scenario influenza usb generation gen vulnerability team point
        """.split(whereSeparator: { $0.isWhitespace }).map(String.init)
    )

    /// What a letter before it tells apart.
    private static let tails: Set<String> = ["cell", "cells", "language", "wave", "waves", "major", "minor"]

    private static let notNames: Set<String> = ["im", "ive", "ill", "id", "ok", "faq", "tv"]
    private static let german: Set<String> = [
        "der", "die", "das", "ein", "eine", "einen", "und", "ist", "sind", "wie", "ich", "mein", "meine", "nicht",
        "den",
        "dem", "was", "wo", "warum", "kann", "zu",
    ]
}
