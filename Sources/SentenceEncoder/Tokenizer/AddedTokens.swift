/// Tokens that are found in a text before anything else is done to it, such as `[SEP]`.
struct AddedTokens: Sendable {
    /// A part of a text.
    enum Part: Hashable {
        /// What is left to the tokenizer.
        case text(Range<Int>)
        case token(Int32)
    }

    /// One item of `added_tokens`.
    struct Token: Sendable, Hashable {
        let content: [UInt8]
        let id: Int32
        /// Whether letters may not stand next to it.
        var isWord = false
        /// Whether it takes the white space before it.
        var takesSpaceBefore = false
        /// Whether it takes the white space behind it.
        var takesSpaceBehind = false
    }

    /// By their first byte, the longest first.
    private let tokens: [[Token]]
    let isEmpty: Bool

    init(_ tokens: [Token]) {
        var table: [[Token]] = Array(repeating: [], count: 256)
        for token in tokens { if let first = token.content.first { table[Int(first)].append(token) } }
        for index in table.indices { table[index].sort { $0.content.count > $1.content.count } }
        self.tokens = table
        self.isEmpty = tokens.isEmpty
    }

    /// The parts of a text, in their order; none that is empty.
    func parts(of text: [UInt8]) -> [Part] {
        if self.isEmpty { return text.isEmpty ? [] : [.text(0..<text.count)] }
        var parts: [Part] = []
        var start = 0
        var place = 0
        while place < text.count {
            guard let token = self.token(in: text, at: place) else {
                place += 1
                continue
            }
            var first = place
            var last = place + token.content.count
            place = last
            guard !token.isWord || !Self.touchesWord(text, first, last) else { continue }
            if token.takesSpaceBefore { first = max(start, Self.spaceStart(text, before: first)) }
            if token.takesSpaceBehind { last = Self.spaceEnd(text, from: last) }
            if start < first { parts.append(.text(start..<first)) }
            parts.append(.token(token.id))
            start = last
            place = max(place, last)
        }
        if start < text.count { parts.append(.text(start..<text.count)) }
        return parts
    }

    private func token(in text: [UInt8], at place: Int) -> Token? {
        self.tokens[Int(text[place])].first { text[place...].starts(with: $0.content) }
    }

    private static func touchesWord(_ text: [UInt8], _ first: Int, _ last: Int) -> Bool {
        (scalar(in: text, before: first)?.isOfWord ?? false) || (scalar(in: text, at: last)?.isOfWord ?? false)
    }

    private static func spaceStart(_ text: [UInt8], before place: Int) -> Int {
        var place = place
        while let scalar = scalar(in: text, before: place), scalar.properties.isWhitespace {
            place -= scalar.utf8.count
        }
        return place
    }

    private static func spaceEnd(_ text: [UInt8], from place: Int) -> Int {
        var place = place
        while let scalar = scalar(in: text, at: place), scalar.properties.isWhitespace { place += scalar.utf8.count }
        return place
    }

    private static func scalar(in text: [UInt8], at place: Int) -> Unicode.Scalar? {
        String(decoding: text[place..<min(text.count, place + 4)], as: UTF8.self).unicodeScalars.first
    }

    private static func scalar(in text: [UInt8], before place: Int) -> Unicode.Scalar? {
        var start = place - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start < 0 ? nil : String(decoding: text[start..<place], as: UTF8.self).unicodeScalars.first
    }
}

extension Unicode.Scalar {
    /// Whether it is `\w` of a regular expression.
    fileprivate var isOfWord: Bool {
        switch self.properties.generalCategory {
        case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: true
        default: self.properties.isAlphabetic || self.properties.isJoinControl
        }
    }
}
