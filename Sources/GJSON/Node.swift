/// A value found in JSON text: what it is and where it lies. Nothing is decoded until asked for.
struct Node {
    var kind: GJSONValue.Kind
    /// The value as it stands in the text.
    var raw: Bytes
    /// What a string has between its quotes, still escaped.
    var content = Bytes.empty
    var isEscaped = false

    static var missing: Node { Node(kind: .null, raw: .empty) }

    var exists: Bool { kind != .null || !raw.isEmpty }
    var isObject: Bool { kind == .json && raw[0] == ASCII.openBrace }
    var isArray: Bool { kind == .json && raw[0] == ASCII.openBracket }

    /// The number of a number; JSON numbers beyond the range of a double are infinite.
    var number: Double { FloatText.parse(raw) }

    /// The text as the original prints it: unescaped strings, plain numbers, JSON as it stands.
    var text: [UInt8] {
        switch kind {
        case .null: []
        case .false: Array("false".utf8)
        case .true: Array("true".utf8)
        case .number: numberText
        case .string: isEscaped ? LenientUnescaping.unescape(content) : content.array
        case .json: raw.array
        }
    }

    /// Digits stay as they were written, whatever their number; anything else is printed without exponent.
    private var numberText: [UInt8] {
        var index = raw[0] == ASCII.minus ? 1 : 0
        while index < raw.count, ASCII.isDigit(raw[index]) { index += 1 }
        return index == raw.count ? raw.array : FloatText.format(number)
    }

    /// Whether `text` reads as a boolean, and which; nil when it does not.
    var booleanText: Bool? {
        let word = text.map(ASCII.lowercased)
        if word == Array("1".utf8) || word == Array("t".utf8) || word == Array("true".utf8) { return true }
        if word == Array("0".utf8) || word == Array("f".utf8) || word == Array("false".utf8) { return false }
        return nil
    }

    var isTrue: Bool {
        switch kind {
        case .true: true
        case .string: booleanText ?? false
        case .number: number != 0
        case .null, .false, .json: false
        }
    }
}

extension Node {
    /// The value at the front of `json`; brackets take all that is left, as the original does.
    init(parsing json: Bytes) {
        var start = 0
        while start < json.count, json[start] <= ASCII.space { start += 1 }
        guard start < json.count else {
            self = .missing
            return
        }
        let rest = json.from(start)
        switch rest[0] {
        case ASCII.openBrace, ASCII.openBracket:
            self.init(kind: .json, raw: rest)
        case ASCII.quote:
            self.init(leadingString: rest)
        case _ where rest.startsNumber(at: 0):
            self.init(kind: .number, raw: rest.upTo(rest.endOfNumber(from: 0)))
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            self.init(word: rest.upTo(rest.endOfWord(from: 0)))
        default:
            self = .missing
        }
    }

    /// A string that may lack its closing quote.
    init(leadingString text: Bytes) {
        let end = text.endOfString(content: 1)
        let content = text.slice(1, end.isTerminated ? end.end - 1 : end.end)
        self.init(kind: .string, raw: text.upTo(end.end), content: content, isEscaped: end.isEscaped)
    }

    /// `true`, `false` or `null`, judged by the first letter.
    init(word: Bytes) {
        switch word[0] {
        case UInt8(ascii: "t"): self.init(kind: .true, raw: word)
        case UInt8(ascii: "f"): self.init(kind: .false, raw: word)
        default: self.init(kind: .null, raw: word)
        }
    }

    /// A complete string at `start..<end.end` of `json`, quotes included.
    init(string json: Bytes, start: Int, end: Bytes.StringEnd) {
        self.init(
            kind: .string,
            raw: json.slice(start, end.end),
            content: json.slice(start + 1, end.end - 1),
            isEscaped: end.isEscaped
        )
    }

    /// Reads the next value at or after `index` and moves behind it; nil when there is none.
    init?(next json: Bytes, at index: inout Int) {
        while index < json.count {
            let start = index
            switch json[start] {
            case ASCII.openBrace, ASCII.openBracket:
                index = json.endOfBrackets(from: start)
                self.init(kind: .json, raw: json.slice(start, index))
                return
            case ASCII.quote:
                let end = json.endOfString(content: start + 1)
                index = end.end
                guard end.isTerminated else { return nil }
                self.init(string: json, start: start, end: end)
                return
            case _ where json.startsNumber(at: start):
                index = json.endOfNumber(from: start)
                self.init(kind: .number, raw: json.slice(start, index))
                return
            case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
                index = json.endOfWord(from: start)
                self.init(word: json.slice(start, index))
                return
            default:
                index += 1
            }
        }
        return nil
    }
}
