/// The tokenizer of BERT: words, and pieces of words by longest match from the left.
///
/// Source: Devlin et al., `tokenization.py`; the package tokenizers, `BertNormalizer`, `BertPreTokenizer`, `WordPiece`.
struct WordPieces: Sendable {
    /// How texts are made alike: `normalizer` of `tokenizer.json`, or `tokenizer_config.json`.
    struct Normalizing: Sendable, Hashable {
        var cleans = true
        var separatesIdeographs = true
        var removesMarks = true
        var lowersCase = true
    }

    let vocabulary: Vocabulary
    let normalizing: Normalizing
    /// The token of a word that cannot be put together.
    let unknown: Int32
    /// What pieces inside a word begin with.
    let continuation: [UInt8]
    /// The longest word that is taken apart, in characters.
    let longestWord: Int

    /// Adds the tokens of a text until there are enough.
    func addTokens(of text: some Sequence<Unicode.Scalar>, to tokens: inout [Int32], limit: Int) {
        var word = Word()
        for scalar in text {
            let kind = CharacterClass(scalar)
            if kind == .removed, self.normalizing.cleans {
                continue
            } else if kind == .space || kind == .removed && scalar.properties.isWhitespace {
                self.end(&word, &tokens)
            } else if kind == .ideograph && self.normalizing.separatesIdeographs {
                self.end(&word, &tokens)
                self.add(scalar, to: &word, &tokens)
                self.end(&word, &tokens)
            } else {
                self.add(scalar, to: &word, &tokens)
            }
            if tokens.count >= limit { break }
        }
        self.end(&word, &tokens)
        if tokens.count > limit { tokens.removeLast(tokens.count - limit) }
    }

    /// The word at hand.
    private struct Word {
        var bytes: [UInt8] = []
        var characters = 0
    }

    /// Adds a character of the text after it was made alike.
    private func add(_ scalar: Unicode.Scalar, to word: inout Word, _ tokens: inout [Int32]) {
        if scalar.isASCII {
            let value = UInt8(scalar.value)
            let isCapital = value &- UInt8(ascii: "A") < 26
            return self.append(
                Unicode.Scalar(isCapital && self.normalizing.lowersCase ? value | 0x20 : value),
                to: &word,
                &tokens
            )
        }
        var parts: [Unicode.Scalar] = [scalar]
        if self.normalizing.removesMarks {
            parts = []
            scalar.withoutMarks { parts.append($0) }
        }
        for part in parts {
            if self.normalizing.lowersCase {
                for lower in part.properties.lowercaseMapping.unicodeScalars { self.append(lower, to: &word, &tokens) }
            } else {
                self.append(part, to: &word, &tokens)
            }
        }
    }

    private func append(_ scalar: Unicode.Scalar, to word: inout Word, _ tokens: inout [Int32]) {
        let isAlone = CharacterClass(scalar) == .punctuation
        if isAlone { self.end(&word, &tokens) }
        word.characters += 1
        if word.characters <= self.longestWord { word.bytes.append(contentsOf: scalar.utf8) }
        if isAlone { self.end(&word, &tokens) }
    }

    /// Takes the word apart.
    private func end(_ word: inout Word, _ tokens: inout [Int32]) {
        guard word.characters > 0 else { return }
        defer {
            word.bytes.removeAll(keepingCapacity: true)
            word.characters = 0
        }
        let first = tokens.count
        guard word.characters <= self.longestWord else { return tokens.append(self.unknown) }
        var start = 0
        while start < word.bytes.count {
            guard let (id, end) = self.longestPiece(of: word.bytes, from: start) else {
                tokens.removeLast(tokens.count - first)
                return tokens.append(self.unknown)
            }
            tokens.append(id)
            start = end
        }
    }

    private func longestPiece(of word: [UInt8], from start: Int) -> (id: Int32, end: Int)? {
        let front = start == 0 ? [] : self.continuation
        var hash = Vocabulary.Hash()
        for byte in front { hash.add(byte) }
        var hashes: [(end: Int, hash: Vocabulary.Hash)] = []
        for place in start..<word.count {
            hash.add(word[place])
            let isEnd = place + 1 == word.count || word[place + 1] & 0xC0 != 0x80
            if isEnd { hashes.append((place + 1, hash)) }
        }
        for (end, hash) in hashes.reversed() where front.count + end - start <= self.vocabulary.longest {
            let id =
                front.isEmpty
                ? self.vocabulary.id(of: word[start..<end], hash)
                : self.vocabulary.id(of: front + word[start..<end], hash)
            if let id { return (id, end) }
        }
        return nil
    }
}
