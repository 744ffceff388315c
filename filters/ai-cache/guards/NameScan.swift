/// Finds names by their capital letters, where these say anything.
enum NameScan {
    /// The words of a text that are names, folded: those with a capital that no sentence begins with, and short forms.
    ///
    /// A text in capitals, one with a capital at nearly every word, and one in German have none: there capitals say
    /// something else.
    static func names(in text: String, _ folded: [String]) -> Set<String> {
        guard folded.filter({ self.german.contains($0) }).count < 2 else { return [] }
        var names: Set<String> = []
        var count = 0
        var capitals = 0
        var beginsSentence = true
        for word in text.split(whereSeparator: { $0.isWhitespace }) {
            let letters = word.drop { !$0.isLetter && !$0.isNumber }
            defer { beginsSentence = word.last.map { ".!?:。！？".contains($0) } ?? beginsSentence }
            guard let first = letters.first, first.isLetter else { continue }
            let isQuoted = word.startIndex != letters.startIndex
            count += 1
            guard first.isUppercase else { continue }
            capitals += 1
            let isShortForm =
                letters.prefix { $0.isLetter }.count > 1 && letters.prefix { $0.isLetter }.allSatisfy { $0.isUppercase }
            if !beginsSentence && !isQuoted || isShortForm { names.formUnion(self.words(of: letters)) }
        }
        return capitals * 2 > count && count > 3 || capitals == count ? [] : names
    }

    /// The folded words of one, without the end of a genitive; single letters are no names.
    private static func words(of word: Substring) -> [String] {
        let folded = FoldedText(String(word))
        return zip(folded.words, folded.texts).compactMap { part, text in
            part.kind == .letters && part.range.count > 1 && !self.notNames.contains(text) ? text : nil
        }
    }

    private static let notNames: Set<String> = ["im", "ive", "ill", "id", "ok", "faq", "tv"]
    private static let german: Set<String> = [
        "der", "die", "das", "ein", "eine", "einen", "und", "ist", "sind", "wie", "ich", "mein", "meine", "nicht",
        "den",
        "dem", "was", "wo", "warum", "kann", "zu",
    ]
}
