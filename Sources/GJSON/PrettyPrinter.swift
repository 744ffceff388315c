/// JSON with one member a line; short arrays without objects stay on one line.
///
/// Reads malformed JSON as leniently as the rest and writes what it understood.
struct PrettyPrinter {
    private static let maximumDepth = 512

    private let json: Bytes
    private let options: PrettyOptions
    private let sizeLimit: Int
    private var text: [UInt8] = []
    private var index = 0
    /// Where the current line begins in `text`.
    private var lineStart = 0
    private var depth = 0
    private var hasFailed = false

    /// How a value is laid out.
    private struct Layout {
        var isMultiline = true
        var tabs = 0
        /// The size of `text` up to which an attempt to stay on one line succeeds.
        var end: Int?

        var inner: Layout { Layout(isMultiline: isMultiline, tabs: tabs + 1, end: end) }
    }

    init(_ json: Bytes, _ options: PrettyOptions, sizeLimit: Int) {
        self.json = json
        self.options = options
        self.sizeLimit = sizeLimit
    }

    /// The text with a final newline; nil when it is nested too deeply or grows too large.
    mutating func print() -> [UInt8]? {
        text = options.prefix
        _ = appendValue(Layout())
        if !text.isEmpty { text.append(0x0A) }
        return hasFailed ? nil : text
    }

    /// False when the value cannot be part of a single line.
    private mutating func appendValue(_ layout: Layout) -> Bool {
        while index < json.count {
            switch json[index] {
            case ASCII.quote:
                appendString()
                return true
            case ASCII.openBrace, ASCII.openBracket:
                return appendBrackets(layout)
            case UInt8(ascii: "t"):
                return appendWord("true")
            case UInt8(ascii: "f"):
                return appendWord("false")
            case _ where json.startsNumber(at: index):
                appendNumber()
                return true
            case UInt8(ascii: "n"):
                return appendWord("null")
            default:
                index += 1
            }
        }
        return true
    }

    private mutating func appendWord(_ word: StaticString) -> Bool {
        text.append(ascii: word)
        index += word.utf8CodeUnitCount
        return true
    }

    private mutating func appendString() {
        let end = json.endOfString(content: index + 1).end
        text.append(json.slice(index, end))
        index = end
    }

    private mutating func appendNumber() {
        let end = json.endOfNumber(from: index)
        let colon = json.slice(index + 1, end).firstIndex(of: ASCII.colon)
        let numberEnd = colon.map { index + 1 + $0 } ?? end
        text.append(json.slice(index, numberEnd))
        index = numberEnd
    }

    private mutating func appendBrackets(_ layout: Layout) -> Bool {
        let open = json[index]
        if options.width > 0 {
            if open == ASCII.openBracket, layout.isMultiline, layout.end == nil, appendedLine() { return true }
            if open == ASCII.openBrace, layout.end != nil { return false }
        }
        guard depth < Self.maximumDepth else {
            hasFailed = true
            return false
        }
        depth += 1
        defer { depth -= 1 }
        return appendMembers(open, layout)
    }

    /// Tries to write the array on the current line, and takes it back when it does not fit.
    private mutating func appendedLine() -> Bool {
        let room = options.width - (text.count - lineStart)
        guard room > 3 else { return false }
        let (size, start, line) = (text.count, index, lineStart)
        let fits = appendBrackets(Layout(isMultiline: false, end: size + min(room, sizeLimit)))
        lineStart = line
        if fits, text.count - size <= room { return true }
        text.removeLast(text.count - size)
        index = start
        return false
    }

    private mutating func appendMembers(_ open: UInt8, _ layout: Layout) -> Bool {
        let isObject = open == ASCII.openBrace
        let close = isObject ? ASCII.closeBrace : ASCII.closeBracket
        text.append(open)
        index += 1
        var members: [PrettyMember] = []
        let sortsKeys = isObject && layout.isMultiline && options.sortsKeys
        var count = 0
        while index < json.count, !hasFailed {
            let byte = json[index]
            if byte == close {
                if sortsKeys { PrettyMember.sort(members, in: &text, of: json) }
                if layout.isMultiline { endLine(open, count, layout.tabs) }
                text.append(close)
                index += 1
                return !isObject
            }
            guard byte > ASCII.space, !isObject || byte == ASCII.quote else {
                index += 1
                continue
            }
            beginMember(isFirst: count == 0, isObject: isObject, layout)
            var member = PrettyMember(key: index..<index, text: text.count..<text.count)
            if layout.isMultiline { appendTabs(layout.tabs + 1) }
            if isObject {
                appendString()
                member.key = member.key.lowerBound..<index
                text.append(ASCII.colon)
                if layout.isMultiline { text.append(ASCII.space) }
            }
            let fits = appendValue(layout.inner)
            if let end = layout.end, !fits || text.count > end { return false }
            member.text = member.text.lowerBound..<text.count
            if sortsKeys { members.append(member) }
            if text.count > sizeLimit { hasFailed = true }
            count += 1
        }
        return !isObject
    }

    private mutating func beginMember(isFirst: Bool, isObject: Bool, _ layout: Layout) {
        if !isFirst {
            text.append(ASCII.comma)
            if options.width != -1, !isObject { text.append(ASCII.space) }
        }
        if layout.isMultiline { breakLine() }
    }

    private mutating func endLine(_ open: UInt8, _ count: Int, _ tabs: Int) {
        if count > 0 { breakLine() }
        if text.last != open { appendTabs(tabs) }
    }

    /// Starts a line, in the place of a space that would end the one before.
    private mutating func breakLine() {
        lineStart = text.count
        if text.last == ASCII.space { text.removeLast() }
        text.append(0x0A)
    }

    private mutating func appendTabs(_ tabs: Int) {
        text += options.prefix
        for _ in 0..<tabs { text += options.indent }
    }
}
