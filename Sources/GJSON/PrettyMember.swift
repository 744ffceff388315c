/// A member of an object in the midst of being printed: where its key was read and where it was written.
struct PrettyMember {
    /// The key's literal in the JSON.
    var key: Range<Int>
    /// The line or lines of the member in the printed text.
    var text: Range<Int>

    /// Puts these members, the last part of the printed text, in the order of their keys.
    static func sort(_ members: [PrettyMember], in text: inout [UInt8], of json: Bytes) {
        guard let first = members.first, members.count > 1 else { return }
        let entries = members.enumerated().map { Entry($0.offset, $0.element, text, json) }
        var sorted: [UInt8] = []
        for (place, entry) in entries.sorted(by: <).enumerated() {
            if place > 0 { sorted += [ASCII.comma, 0x0A] }
            sorted += text[members[entry.position].text]
        }
        text.replaceSubrange(first.text.lowerBound..., with: sorted)
    }

    /// What members are ordered by: their keys, then their values, then their places.
    private struct Entry {
        var position: Int
        var key: SortValue
        var value: SortValue

        init(_ position: Int, _ member: PrettyMember, _ text: [UInt8], _ json: Bytes) {
            self.position = position
            key = SortValue(json.slice(member.key.lowerBound, member.key.upperBound))
            value = text[member.text].withUnsafeBytes { buffer in
                let line = Bytes(buffer).trimmed
                return SortValue(line.count > member.key.count ? line.from(member.key.count + 1).trimmed : line)
            }
        }

        static func < (left: Entry, right: Entry) -> Bool {
            if left.key < right.key { return true }
            if right.key < left.key { return false }
            if left.value < right.value { return true }
            if right.value < left.value { return false }
            return left.position < right.position
        }
    }

    /// Null, false, numbers, strings, true and JSON come in this order.
    private struct SortValue {
        var rank: Int
        var number = 0.0
        var bytes: [UInt8] = []

        init(_ raw: Bytes) {
            switch raw[0] {
            case ASCII.quote:
                rank = 3
                bytes = Self.text(of: raw)
            case UInt8(ascii: "f"):
                rank = 1
                bytes = raw.array
            case UInt8(ascii: "t"):
                rank = 4
                bytes = raw.array
            case UInt8(ascii: "n"), 0:
                rank = 0
                bytes = raw.array
            case ASCII.openBrace, ASCII.openBracket:
                rank = 5
                bytes = raw.array
            default:
                rank = 2
                number = FloatText.parse(raw)
            }
        }

        /// The text of a string literal; one with escapes must be valid to have any.
        private static func text(of literal: Bytes) -> [UInt8] {
            let end = literal.endOfString(content: 1)
            guard end.isEscaped else { return end.isTerminated ? literal.slice(1, end.end - 1).array : [] }
            guard literal.last == ASCII.quote else { return [] }
            return JSONText.unescape(UnsafeRawBufferPointer(literal.slice(1, literal.count - 1).buffer)) ?? []
        }

        static func < (left: SortValue, right: SortValue) -> Bool {
            if left.rank != right.rank { return left.rank < right.rank }
            if left.number != right.number { return left.number < right.number }
            return left.bytes.lexicographicallyPrecedes(right.bytes)
        }
    }
}
