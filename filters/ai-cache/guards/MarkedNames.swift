/// Names that only a mark tells from others: C++ and C#, .NET, the grades A+ and A-.
enum MarkedNames {
    /// The names of a text with marks, each in one spelling: "cpp" is `c++`, "dotnet" is `.net`.
    static func names(in text: String, _ folded: FoldedText, _ words: [String]) -> Set<String> {
        var names: Set<String> = []
        for (place, word) in folded.words.enumerated() where word.kind == .letters {
            if let name = self.spellings[words[place]] { names.insert(name) }
            if let name = self.marked(place, folded, words) { names.insert(name) }
        }
        for word in text.split(whereSeparator: { $0.isWhitespace }) {
            if let name = self.marked(word) { names.insert(name) }
        }
        return names
    }

    /// How ``names(in:_:_:)`` spells a word that may be such a name; `nil` for others.
    static func spelling(of word: String) -> String? { word == "net" ? ".net" : self.spellings[word] }

    /// A word with the signs or words behind it: `c ++`, `c #`, "c sharp".
    private static func marked(_ place: Int, _ folded: FoldedText, _ words: [String]) -> String? {
        let word = words[place]
        let rest = words[(place + 1)...].prefix(2)
        guard let next = rest.first else { return nil }
        if rest.elementsEqual(["+", "+"]) || word == "c" && rest.elementsEqual(["plus", "plus"]) {
            return word + "++"
        }
        if word == "dot" && next == "net" { return ".net" }
        if word == "objective" && next == "c" { return "objective-c" }
        guard word.utf8.count == 1, word.utf8.first.map({ (0x61...0x67).contains($0) || $0 == 0x6A }) == true else {
            return nil
        }
        // "A #2 pencil" and "a sharp knife" have an article.
        let isArticle =
            word == "a" && (next == "sharp" || place + 2 < words.count && folded.words[place + 2].kind == .digits)
        return !isArticle && (next == "sharp" || next == "#") ? word + "#" : nil
    }

    /// A word that its own marks tell apart: `.NET`, `A+`, `AB-`.
    private static func marked(_ word: Substring) -> String? {
        let word = self.trimmed(word)
        if word.lowercased() == ".net" { return ".net" }
        guard let mark = word.last, mark == "+" || mark == "-" || mark == "\u{2212}" else { return nil }
        let letters = word.dropLast()
        guard (1...2).contains(letters.count), letters.allSatisfy({ $0.isASCII && $0.isUppercase }) else { return nil }
        return letters.lowercased() + (mark == "+" ? "+" : "-")
    }

    private static func trimmed(_ word: Substring) -> Substring {
        var word = word.drop { "(\"“'‘".contains($0) }
        while let last = word.last, ".,;:!?)\"”'’".contains(last) { word.removeLast() }
        return word
    }

    private static let spellings = [
        "cpp": "c++", "cplusplus": "c++", "csharp": "c#", "fsharp": "f#", "dotnet": ".net", "objc": "objective-c",
    ]
}
