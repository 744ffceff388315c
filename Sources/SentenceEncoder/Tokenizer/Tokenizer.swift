/// Texts to ids of tokens, as the reference does it.
struct Tokenizer: Sendable {
    /// What takes the words apart.
    enum Model: Sendable {
        case wordPieces(WordPieces)
        case unigram(SentencePieceText, UnigramPieces)
    }

    /// How much of a text the unigram model looks at, in bytes of UTF-8: many times what fills the longest context.
    static let longestUnigramText = 256 << 10

    let model: Model
    let added: AddedTokens
    /// What stands before and behind every text.
    let front: [Int32]
    let back: [Int32]
    /// The greatest id that can come out.
    let greatestID: Int32

    /// The tokens of a text, those before and behind included.
    ///
    /// - Parameter limit: How many there may be, whatever stands around; what is too much is cut off at the end.
    func tokenized(_ text: String, limit: Int) -> TokenizedText {
        let room = max(0, limit - self.front.count - self.back.count)
        // One token more than there is room for tells that something is left out.
        let wanted = room + 1
        var tokens: [Int32] = []
        let bytes = self.bytes(of: text)
        for part in self.added.parts(of: bytes) where tokens.count < wanted {
            switch part {
            case .token(let id): tokens.append(id)
            case .text(let range): self.addTokens(of: bytes[range], isFirst: range.lowerBound == 0, &tokens, wanted)
            }
        }
        let isCut = tokens.count > room || bytes.count < text.utf8.count
        if tokens.count > room { tokens.removeLast(tokens.count - room) }
        return TokenizedText(ids: Array((self.front + tokens + self.back).prefix(max(0, limit))), isCut: isCut)
    }

    private func bytes(of text: String) -> [UInt8] {
        guard case .unigram = self.model, text.utf8.count > Self.longestUnigramText else { return Array(text.utf8) }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: Self.longestUnigramText)
        while text.utf8[end] & 0xC0 == 0x80 { text.utf8.formIndex(before: &end) }
        return Array(text.utf8[..<end])
    }

    private func addTokens(of bytes: ArraySlice<UInt8>, isFirst: Bool, _ tokens: inout [Int32], _ limit: Int) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self.model {
        case .wordPieces(let pieces): pieces.addTokens(of: text.unicodeScalars, to: &tokens, limit: limit)
        case .unigram(let words, let pieces):
            for word in words.words(of: text, isFirst: isFirst) where tokens.count < limit {
                pieces.addTokens(of: word, to: &tokens)
            }
        }
    }
}

extension Tokenizer {
    /// Reads `tokenizer.json`, or `vocab.txt` where there is none.
    ///
    /// - Parameter vocabulary: How many tokens the network knows.
    static func read(_ directory: ModelDirectory, vocabulary: Int) throws(ModelError) -> Tokenizer {
        let tokenizer: Tokenizer
        let file: String
        if directory.has("tokenizer.json") {
            file = "tokenizer.json"
            tokenizer = try TokenizerFile(directory.json(file)).tokenizer()
        } else if directory.has("vocab.txt") {
            file = "vocab.txt"
            tokenizer = try VocabularyFile(directory).tokenizer()
        } else {
            throw ModelError(file: "tokenizer.json", "missing, and so is vocab.txt; expected one of the two")
        }
        guard tokenizer.greatestID >= 0, tokenizer.greatestID < vocabulary else {
            throw ModelError(
                file: file,
                "found a token with the id \(tokenizer.greatestID); expected less than vocab_size \(vocabulary) of config.json"
            )
        }
        return tokenizer
    }
}
