/// `!value` at the front of a path: JSON that stands for itself.
struct LiteralComponent {
    var json: Bytes
    /// What follows in the path, its separator included.
    var rest: Bytes

    init?(_ path: Bytes) {
        let body = path.from(1)
        switch body[0] {
        case ASCII.openBrace, ASCII.openBracket, ASCII.quote, ASCII.plus, ASCII.minus, ASCII.zero...ASCII.nine:
            // Strings and numbers too are read to the bracket that closes, as the original does.
            json = body.upTo(body.endOfBrackets(from: 0))
            rest = body.from(json.count)
        default:
            var end = 0
            while end < body.count, body[end] != ASCII.pipe, body[end] != ASCII.dot { end += 1 }
            json = body.upTo(end)
            rest = body.from(end)
            guard Self.isWord(json) else { return nil }
        }
    }

    private static func isWord(_ text: Bytes) -> Bool {
        guard text.count <= 5 else { return false }
        let word = text.buffer.map(ASCII.lowercased)
        return word.withUnsafeBytes { buffer in
            let word = Bytes(buffer)
            return word == "true" || word == "false" || word == "null" || word == "nan" || word == "inf"
        }
    }
}
