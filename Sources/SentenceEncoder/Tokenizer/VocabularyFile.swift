/// The oldest form of BERT's tokenizer: `vocab.txt`, one piece a line, with what `tokenizer_config.json` says of texts.
struct VocabularyFile {
    private static let file = "vocab.txt"

    private let vocabulary: Vocabulary
    private let config: JSONValue?

    init(_ directory: ModelDirectory) throws(ModelError) {
        let lines = try directory.bytes(of: Self.file).split(separator: 0x0A, omittingEmptySubsequences: false)
        var vocabulary = Vocabulary(capacity: lines.count)
        for (index, line) in lines.enumerated() {
            let isRest = index == lines.count - 1 && line.isEmpty
            if !isRest { vocabulary.add(Array(line.last == 0x0D ? line.dropLast() : line), id: Int32(clamping: index)) }
        }
        self.vocabulary = vocabulary
        self.config = try directory.jsonIfPresent("tokenizer_config.json")
    }

    func tokenizer() throws(ModelError) -> Tokenizer {
        let unknown = try self.special("unk_token", "[UNK]")
        let first = try self.special("cls_token", "[CLS]")
        let last = try self.special("sep_token", "[SEP]")
        let others = [try? self.special("pad_token", "[PAD]"), try? self.special("mask_token", "[MASK]")]
        let lowersCase = try self.config?.bool("do_lower_case", default: true) ?? true
        let pieces = WordPieces(
            vocabulary: self.vocabulary,
            normalizing: WordPieces.Normalizing(
                separatesIdeographs: try self.config?.bool("tokenize_chinese_chars", default: true) ?? true,
                removesMarks: try self.config?.bool("strip_accents", default: lowersCase) ?? lowersCase,
                lowersCase: lowersCase
            ),
            unknown: unknown.id,
            continuation: Array("##".utf8),
            longestWord: 100
        )
        return Tokenizer(
            model: .wordPieces(pieces),
            added: AddedTokens([unknown, first, last] + others.compactMap { $0 }),
            front: [first.id],
            back: [last.id],
            greatestID: Int32(clamping: self.vocabulary.count - 1)
        )
    }

    private func special(_ name: String, _ fallback: String) throws(ModelError) -> AddedTokens.Token {
        let named = self.config?.member(name)
        let content = named?.string ?? named?.member("content")?.string ?? fallback
        guard let id = self.vocabulary.id(of: Array(content.utf8)) else {
            throw ModelError(file: Self.file, "missing the token \(content)")
        }
        return AddedTokens.Token(content: Array(content.utf8), id: id)
    }
}
