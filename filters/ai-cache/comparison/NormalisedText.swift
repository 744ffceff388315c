/// A text with differences taken away that seldom change what it says: case, white space, punctuation, markup of Markdown,
/// wide forms, and how letters are composed (by the comparison of strings, which is that of Unicode's canonical equivalence).
///
/// Formats of numbers stay: `1,000.5`, `-5`, `3:30`, `1/2` and `50%` are not `1000 5`, `5`, `3 30`, `1 2` and `50`.
struct NormalisedText: Sendable, Hashable {
    /// The words with one blank between them.
    let text: String

    init(_ text: String) {
        let scalars = Array(text.lowercased().unicodeScalars.map { Self.narrow($0) })
        var words = String.UnicodeScalarView()
        var isAfterGap = false
        for (place, scalar) in scalars.enumerated() {
            switch Self.role(of: scalar, at: place, in: scalars) {
            case .nothing: continue
            case .gap: isAfterGap = !words.isEmpty
            case .part:
                if isAfterGap { words.append(" ") }
                isAfterGap = false
                words.append(scalar)
            }
        }
        self.text = String(words)
    }
}

extension NormalisedText {
    private enum Role {
        case part, gap, nothing
    }

    private static func role(of scalar: Unicode.Scalar, at place: Int, in text: [Unicode.Scalar]) -> Role {
        if scalar.isASCII, scalar.value >= 0x61 && scalar.value <= 0x7A || self.isDigit(scalar) { return .part }
        let before = place > 0 ? text[place - 1] : " "
        let after = place + 1 < text.count ? text[place + 1] : " "
        switch scalar {
        case "'", "\u{2019}": return self.isWord(before) && self.isWord(after) ? .nothing : .gap
        case ".", ",", ":", "/", "*": return self.isDigit(before) && self.isDigit(after) ? .part : .gap
        // A minus stands before a number and not behind a word, or between two numbers.
        case "-", "\u{2212}":
            return self.isDigit(after) && (self.isDigit(before) || !self.isWord(before)) ? .part : .gap
        case "%": return .part
        case "#": return self.isWord(before) ? .part : .gap
        case "`", "|", "~", "^": return .gap
        case "\u{FE00}"..."\u{FE0F}": return .nothing
        default: return self.role(of: scalar.properties.generalCategory)
        }
    }

    private static func role(of category: Unicode.GeneralCategory) -> Role {
        switch category {
        case .format: .nothing
        case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator, .connectorPunctuation, .dashPunctuation,
            .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation:
            .gap
        default: .part
        }
    }

    /// The plain form of a wide one.
    private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        self.isDigit(scalar) || scalar.properties.isAlphabetic
    }
}
