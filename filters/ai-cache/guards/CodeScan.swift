/// Finds code in a text: blocks between fences, and words that look like identifiers, paths, options or addresses.
struct CodeScan {
    private static let fence = "```"

    private(set) var blocks: [Substring] = []
    private(set) var codes: Set<String> = []
    private(set) var tokens: Set<String> = []

    init(_ text: String) {
        var rest = text[...]
        while let start = rest.firstRange(of: Self.fence) {
            self.scan(rest[..<start.lowerBound])
            let inside = rest[start.upperBound...]
            let end = inside.firstRange(of: Self.fence)
            let block = inside[..<(end?.lowerBound ?? inside.endIndex)]
            self.blocks.append(Self.trimmed(block) { $0.isWhitespace })
            rest = end.map { inside[$0.upperBound...] } ?? ""
        }
        self.scan(rest)
    }

    private mutating func scan(_ text: Substring) {
        for (place, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            // What stands between two single fences is code, whatever it looks like.
            let isQuoted = place % 2 == 1
            for word in part.split(whereSeparator: { $0.isWhitespace }) {
                let token = Self.trimmed(word) { ".,;:!?\"'()[]“”‘’「」，。？！、".contains($0) }
                guard !token.isEmpty else { continue }
                let small = token.lowercased()
                self.tokens.insert(small)
                if isQuoted || Self.looksLikeCode(token, in: word) { self.codes.insert(small) }
                if Self.isFormula(token) { self.readFormula(token) }
                // Of options, capitals count: `-v`, `-V`.
                guard Self.isOption(token, beginsLine: Self.beginsLine(word, of: part)) else { continue }
                self.tokens.insert(String(token))
                self.codes.insert(String(token))
            }
        }
    }

    /// Takes the variables of a formula by themselves, which stand alone where it is written with blanks.
    private mutating func readFormula(_ token: Substring) {
        let variables = token.filter { $0.isLetter }.map { $0.lowercased() }
        self.tokens.formUnion(variables)
        if token.contains(where: { "<>=".contains($0) }) { self.codes.formUnion(variables) }
    }

    private static func trimmed(_ text: Substring, _ isDropped: (Character) -> Bool) -> Substring {
        var text = text.drop(while: isDropped)
        while let last = text.last, isDropped(last) { text.removeLast() }
        return text
    }

    private static func looksLikeCode(_ token: Substring, in word: Substring) -> Bool {
        if word.contains("()") || token.hasPrefix("--") || token.hasPrefix("$") && token.count > 1 && !token.hasDigit {
            return true
        }
        if token.contains(where: { "_\\@{}<>=|~^".contains($0) }) { return token.count > 1 && !self.isFormula(token) }
        if token.contains("/"), token.hasPrefix("/") || token.contains("://") { return token.count > 1 }
        if self.hasInnerPoint(token) || self.hasHump(token) { return true }
        return false
    }

    /// Whether ``Operators`` and numbers tell all that a token says: `x<5`, `>=`.
    private static func isFormula(_ token: Substring) -> Bool {
        guard token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-*/<>=!.,()".contains($0)) }) else {
            return false
        }
        if [">=", "<=", "!="].contains(token) { return true }
        let hasWord = zip(token, token.dropFirst()).contains { $0.isLetter && $1.isLetter }
        return token.hasDigit && !hasWord && !token.contains("==") && !token.contains("=>")
    }

    /// Whether a token is a short option or the mode of a file: `-l`, `-name`, `+x`, `u+rwx`.
    ///
    /// At the beginning of a line longer words are points of a list.
    private static func isOption(_ token: Substring, beginsLine: Bool) -> Bool {
        guard let sign = token.firstIndex(where: { $0 == "-" || $0 == "+" }) else { return false }
        let (users, letters) = (token[..<sign], token[token.index(after: sign)...])
        guard let first = letters.first, first.isASCII, first.isLetter,
            letters.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return false }
        if users.isEmpty { return letters.count <= (beginsLine ? 2 : 4) }
        return users.allSatisfy { "ugoa".contains($0) } && letters.allSatisfy { "rwxst".contains($0) }
    }

    private static func beginsLine(_ word: Substring, of part: Substring) -> Bool {
        guard word.startIndex > part.startIndex else { return true }
        return part[part.index(before: word.startIndex)].isNewline
    }

    /// Whether words of two letters or more stand around a point, as in `config.json`.
    private static func hasInnerPoint(_ token: Substring) -> Bool {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 && parts.allSatisfy { $0.count > 1 && $0.contains { $0.isLetter } }
    }

    /// Whether a capital follows a small letter, as in `getUser`.
    private static func hasHump(_ token: Substring) -> Bool {
        zip(token, token.dropFirst()).contains { $0.isLowercase && $1.isUppercase }
    }
}

extension Substring {
    fileprivate var hasDigit: Bool { self.contains { $0.isNumber } }
}
