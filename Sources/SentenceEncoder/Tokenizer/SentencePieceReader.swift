/// Reads what `tokenizer.json` says is done to a text before a unigram model.
struct SentencePieceReader {
    /// The longest text that may be put into a question for one of its characters, in bytes.
    private static let longestInsert = 64

    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func text() throws(ModelError) -> SentencePieceText {
        var changes: [SentencePieceText.Change] = []
        if let normalizer = self.root.member("normalizer") { try Self.add(normalizer, to: &changes) }
        var splitsAtSpace = false
        var marking: JSONValue?
        let splitter = try self.root.required("pre_tokenizer")
        let parts =
            TokenizerFile.type(of: splitter) == "Sequence"
            ? try splitter.required("pretokenizers").elements : [splitter]
        for part in parts {
            switch TokenizerFile.type(of: part) {
            case "WhitespaceSplit" where marking == nil: splitsAtSpace = true
            case "Metaspace" where marking == nil: marking = part
            case let other:
                throw part.error("found \(other ?? "nothing"); expected WhitespaceSplit or nothing, then Metaspace")
            }
        }
        guard let marking else { throw splitter.error("expected Metaspace") }
        return SentencePieceText(
            changes: changes,
            splitsAtSpace: splitsAtSpace,
            mark: try Self.insert(marking, "replacement") ?? "\u{2581}",
            prepending: try Self.prepending(marking),
            splitsAtMark: try marking.bool("split", default: true)
        )
    }

    /// A text that is put into questions.
    private static func insert(_ part: JSONValue, _ name: String) throws(ModelError) -> String? {
        guard let text = try part.string(name) else { return nil }
        guard text.utf8.count <= Self.longestInsert else {
            throw try part.required(name).error(
                "found \(text.utf8.count) bytes; expected at most \(Self.longestInsert)"
            )
        }
        return text
    }

    private static func prepending(_ marking: JSONValue) throws(ModelError) -> SentencePieceText.Prepending {
        guard let scheme = marking.member("prepend_scheme") else {
            return try marking.bool("add_prefix_space", default: true) ? .always : .never
        }
        guard let prepending = SentencePieceText.Prepending(rawValue: scheme.string ?? "") else {
            throw scheme.error("expected always, first or never")
        }
        return prepending
    }

    private static func add(_ part: JSONValue, to changes: inout [SentencePieceText.Change]) throws(ModelError) {
        switch TokenizerFile.type(of: part) {
        case "Sequence":
            for inner in try part.required("normalizers").elements { try self.add(inner, to: &changes) }
        case "Precompiled":
            let table = try part.required("precompiled_charsmap")
            guard let bytes = Base64Text.decoded(table.utf8 ?? []), let normalizer = PrecompiledNormalizer(bytes) else {
                throw table.error("expected a table in base64")
            }
            changes.append(.precompiled(normalizer))
        case "Replace": changes.append(try self.replacement(part))
        case "Lowercase": changes.append(.lowercase)
        case "Strip":
            changes.append(
                .stripped(
                    left: try part.bool("strip_left", default: true),
                    right: try part.bool("strip_right", default: true)
                )
            )
        case "Prepend":
            guard let front = try self.insert(part, "prepend") else { throw part.error("missing \"prepend\"") }
            changes.append(.prepended(front))
        case let other:
            throw part.error(
                "found \(other ?? "nothing"); expected Sequence, Precompiled, Replace, Lowercase, Strip or Prepend"
            )
        }
    }

    private static func replacement(_ part: JSONValue) throws(ModelError) -> SentencePieceText.Change {
        let content = try self.insert(part, "content") ?? ""
        let pattern = try part.required("pattern")
        if let text = pattern.member("String")?.string, !text.isEmpty {
            return .replaced(text, by: content, repeated: nil)
        }
        switch pattern.member("Regex")?.string {
        case " {2,}": return .replaced(" ", by: content, repeated: 2)
        case " +": return .replaced(" ", by: content, repeated: 1)
        case let other: throw pattern.error("found \(other ?? "nothing"); expected a text, \" {2,}\" or \" +\"")
        }
    }
}

/// Bytes written with 64 characters: RFC 4648, section 4.
enum Base64Text {
    static func decoded(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var buffer: UInt32 = 0
        var bits = 0
        for character in text where character != UInt8(ascii: "=") {
            guard let digit = self.digit(character) else { return nil }
            buffer = buffer << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
