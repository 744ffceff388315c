/// Reads `tokenizer.json`: the whole pipeline in the form of the package tokenizers.
struct TokenizerFile {
    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func tokenizer() throws(ModelError) -> Tokenizer {
        let model = try self.root.required("model")
        let added = try self.addedTokens(isWordPiece: Self.type(of: model) == "WordPiece")
        let (front, back) = try self.surroundings()
        let kind: Tokenizer.Model
        let greatest: Int32
        switch Self.type(of: model) {
        case "WordPiece":
            let vocabulary = try Self.vocabulary(model)
            kind = .wordPieces(try self.wordPieces(model, vocabulary.table))
            greatest = vocabulary.greatest
        case "Unigram":
            let pieces = try Self.unigram(model)
            kind = .unigram(try SentencePieceReader(self.root).text(), pieces)
            greatest = Int32(clamping: pieces.scores.count - 1)
        case let other:
            throw try model.required("type").error("found \"\(other ?? "")\"; expected WordPiece or Unigram")
        }
        return Tokenizer(
            model: kind,
            added: AddedTokens(added),
            front: front,
            back: back,
            greatestID: (added.map(\.id) + front + back).max().map { max($0, greatest) } ?? greatest
        )
    }

    /// The type of a part; older files leave out that of the model.
    static func type(of value: JSONValue) -> String? {
        if let type = value.member("type")?.string { return type }
        guard let vocabulary = value.member("vocab") else { return nil }
        if vocabulary.isArray { return "Unigram" }
        return value.member("merges") == nil ? "WordPiece" : "BPE"
    }

    private static let ids = 0...Int(Int32.max - 1)
}

extension TokenizerFile {
    private func addedTokens(isWordPiece: Bool) throws(ModelError) -> [AddedTokens.Token] {
        var tokens: [AddedTokens.Token] = []
        for item in self.root.member("added_tokens")?.elements ?? [] {
            let content = Array(try item.requiredString("content").utf8)
            if isWordPiece, try item.bool("normalized", default: false) {
                throw try item.required("normalized").error("found true; expected false")
            }
            tokens.append(
                AddedTokens.Token(
                    content: content,
                    id: Int32(try item.integer("id", in: Self.ids)),
                    isWord: try item.bool("single_word", default: false),
                    takesSpaceBefore: try item.bool("lstrip", default: false),
                    takesSpaceBehind: try item.bool("rstrip", default: false)
                )
            )
        }
        return tokens
    }

    private static func vocabulary(_ model: JSONValue) throws(ModelError) -> (table: Vocabulary, greatest: Int32) {
        let value = try model.required("vocab")
        guard value.isObject else { throw value.error("expected an object") }
        var table = Vocabulary(capacity: 32768)
        var greatest: Int32 = -1
        try value.forEachMember { (piece, id) throws(ModelError) in
            guard let number = id.integer, Self.ids.contains(number) else {
                throw id.error("found an id that is none for \"\(String(decoding: piece, as: UTF8.self))\"")
            }
            table.add(piece, id: Int32(number))
            greatest = max(greatest, Int32(number))
        }
        guard table.count > 0 else { throw value.error("found no pieces") }
        return (table, greatest)
    }

    private func wordPieces(_ model: JSONValue, _ vocabulary: Vocabulary) throws(ModelError) -> WordPieces {
        let unknown = try model.string("unk_token") ?? "[UNK]"
        guard let unknownID = vocabulary.id(of: Array(unknown.utf8)) else {
            throw model.error("\"vocab\" has no \(unknown), which is the unknown token")
        }
        let splitter = try self.root.required("pre_tokenizer")
        guard Self.type(of: splitter) == "BertPreTokenizer" else {
            throw splitter.error("found \(Self.type(of: splitter) ?? "nothing"); expected BertPreTokenizer")
        }
        return WordPieces(
            vocabulary: vocabulary,
            normalizing: try self.normalizing(),
            unknown: unknownID,
            continuation: Array((try model.string("continuing_subword_prefix") ?? "##").utf8),
            longestWord: try model.integer("max_input_chars_per_word", in: 1...10_000, default: 100)
        )
    }

    private func normalizing() throws(ModelError) -> WordPieces.Normalizing {
        let normalizer = try self.root.required("normalizer")
        guard Self.type(of: normalizer) == "BertNormalizer" else {
            throw normalizer.error("found \(Self.type(of: normalizer) ?? "nothing"); expected BertNormalizer")
        }
        let lowersCase = try normalizer.bool("lowercase", default: true)
        return WordPieces.Normalizing(
            cleans: try normalizer.bool("clean_text", default: true),
            separatesIdeographs: try normalizer.bool("handle_chinese_chars", default: true),
            removesMarks: try normalizer.bool("strip_accents", default: lowersCase),
            lowersCase: lowersCase
        )
    }

    private static func unigram(_ model: JSONValue) throws(ModelError) -> UnigramPieces {
        let value = try model.required("vocab")
        if try model.bool("byte_fallback", default: false) {
            throw try model.required("byte_fallback").error("found true; expected false")
        }
        let unknown = try model.integer("unk_id", in: Self.ids)
        var vocabulary = Vocabulary(capacity: 262_144)
        var scores: [Double] = []
        try value.forEachElement { (item) throws(ModelError) in
            let pair = item.elements
            guard pair.count == 2, let piece = pair[0].utf8, let score = pair[1].number, score.isFinite else {
                throw item.error("expected a piece and its score")
            }
            guard piece.count <= UnigramPieces.longestPiece else {
                throw item.error(
                    "found a piece of \(piece.count) bytes; expected at most \(UnigramPieces.longestPiece)"
                )
            }
            vocabulary.add(piece, id: Int32(clamping: scores.count))
            scores.append(score)
        }
        guard unknown < scores.count else { throw value.error("found no piece with the number of \"unk_id\"") }
        return UnigramPieces(vocabulary: vocabulary, scores: scores, unknown: Int32(unknown))
    }
}

extension TokenizerFile {
    /// What stands before and behind a text: `post_processor`.
    private func surroundings() throws(ModelError) -> (front: [Int32], back: [Int32]) {
        guard let processor = self.root.member("post_processor") else { return ([], []) }
        switch Self.type(of: processor) {
        case "TemplateProcessing": return try Self.template(processor)
        case "BertProcessing", "RobertaProcessing":
            return ([try Self.id(in: processor.required("cls"))], [try Self.id(in: processor.required("sep"))])
        case let other:
            throw processor.error(
                "found \(other ?? "nothing"); expected TemplateProcessing, BertProcessing or RobertaProcessing"
            )
        }
    }

    /// The id in a pair of a token and its id.
    private static func id(in pair: JSONValue) throws(ModelError) -> Int32 {
        guard let id = pair.elements.last?.integer, Self.ids.contains(id) else {
            throw pair.error("expected a token and its id")
        }
        return Int32(id)
    }

    private static func template(_ processor: JSONValue) throws(ModelError) -> (front: [Int32], back: [Int32]) {
        let specials = try processor.required("special_tokens")
        var front: [Int32] = []
        var back: [Int32] = []
        var isBehind = false
        for item in try processor.required("single").elements {
            if item.member("Sequence") != nil {
                guard !isBehind else { throw item.error("expected the text once") }
                isBehind = true
                continue
            }
            let name = try item.required("SpecialToken").requiredString("id")
            for id in try specials.required(name).required("ids").elements {
                guard let number = id.integer, Self.ids.contains(number) else { throw id.error("expected an id") }
                if isBehind { back.append(Int32(number)) } else { front.append(Int32(number)) }
            }
        }
        guard isBehind else { throw processor.error("\"single\" leaves out the text") }
        return (front, back)
    }
}
