/// What is done to a text before the unigram model sees it: `normalizer` and `pre_tokenizer` of `tokenizer.json`.
struct SentencePieceText: Sendable {
    /// One change of the whole text.
    enum Change: Sendable {
        case precompiled(PrecompiledNormalizer)
        /// A text for another; with `repeated`, runs of at least that many of it become one replacement.
        case replaced(String, by: String, repeated: Int?)
        case lowercase
        case stripped(left: Bool, right: Bool)
        case prepended(String)
    }

    /// When a word gets the mark of a word's beginning.
    enum Prepending: String, Sendable {
        case always, first, never
    }

    let changes: [Change]
    /// Whether white space divides words and is then dropped.
    let splitsAtSpace: Bool
    /// What stands for a space.
    let mark: String
    let prepending: Prepending
    /// Whether each mark begins a word of its own.
    let splitsAtMark: Bool

    /// The words of a part of a text.
    ///
    /// - Parameter isFirst: Whether the part begins the text.
    func words(of text: String, isFirst: Bool) -> [[UInt8]] {
        var text = text
        for change in self.changes { text = change.applied(to: text) }
        let pieces =
            self.splitsAtSpace
            ? text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) } : [text]
        return pieces.enumerated().flatMap { place, piece in
            self.marked(piece, isFirst: isFirst && place == 0 && text.hasSamePrefix(piece))
        }
    }

    private func marked(_ piece: String, isFirst: Bool) -> [[UInt8]] {
        let markBytes = Array(self.mark.utf8)
        var bytes: [UInt8] = []
        for byte in piece.utf8 {
            if byte == 0x20 { bytes.append(contentsOf: markBytes) } else { bytes.append(byte) }
        }
        let wantsMark = self.prepending == .always || self.prepending == .first && isFirst
        if wantsMark, !bytes.starts(with: markBytes) { bytes = markBytes + bytes }
        guard self.splitsAtMark else { return [bytes] }
        var words: [[UInt8]] = []
        var start = 0
        for place in bytes.indices where place > 0 && bytes[place...].starts(with: markBytes) {
            words.append(Array(bytes[start..<place]))
            start = place
        }
        words.append(Array(bytes[start...]))
        return words.filter { !$0.isEmpty }
    }
}

extension String {
    /// Whether the text begins with these very bytes.
    fileprivate func hasSamePrefix(_ other: String) -> Bool { self.utf8.starts(with: other.utf8) }
}

extension SentencePieceText.Change {
    fileprivate func applied(to text: String) -> String {
        switch self {
        case .precompiled(let table): return table.normalized(text)
        case .replaced(let pattern, let replacement, let repeated):
            return Self.replaced(Array(text.utf8), Array(pattern.utf8), Array(replacement.utf8), repeated)
        case .lowercase:
            var lower = ""
            for scalar in text.unicodeScalars { lower += scalar.properties.lowercaseMapping }
            return lower
        case .stripped(let left, let right):
            var scalars = text.unicodeScalars[...]
            if left { scalars = scalars.drop { $0.properties.isWhitespace } }
            while right, let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
            return String(scalars)
        case .prepended(let front): return text.isEmpty ? text : front + text
        }
    }

    private static func replaced(_ text: [UInt8], _ pattern: [UInt8], _ new: [UInt8], _ repeated: Int?) -> String {
        var output: [UInt8] = []
        var place = 0
        while place < text.count {
            var count = 0
            while text[(place + count * pattern.count)...].starts(with: pattern), count == 0 || repeated != nil {
                count += 1
            }
            if count >= max(repeated ?? 1, 1) {
                output.append(contentsOf: new)
                place += count * pattern.count
            } else {
                let length = max(count * pattern.count, 1)
                output.append(contentsOf: text[place..<(place + length)])
                place += length
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
