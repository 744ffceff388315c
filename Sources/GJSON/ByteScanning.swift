/// Finding where a JSON value ends, without judging whether it is valid.
extension Bytes {
    /// Where a string ended and what was met on the way.
    struct StringEnd {
        /// Index after the closing quote; `count` when there is none.
        var end: Int
        var isEscaped: Bool
        var isTerminated: Bool
    }

    private static var everyByte: UInt64 { 0x0101_0101_0101_0101 }

    /// Marks the zero bytes of a word in their high bits; the lowest mark is exact.
    @inline(__always)
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        (word &- everyByte) & ~word & 0x8080_8080_8080_8080
    }

    /// Index of the next quote or backslash, `count` when there is none.
    @inline(__always)
    private func nextQuoteOrBackslash(from start: Int) -> Int {
        var index = start
        while let word = word(at: index) {
            let quotes = Self.zeroBytes(word ^ (Self.everyByte &* UInt64(ASCII.quote)))
            let backslashes = Self.zeroBytes(word ^ (Self.everyByte &* UInt64(ASCII.backslash)))
            let hits = quotes | backslashes
            if hits != 0 { return index + hits.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < count {
            if self[index] == ASCII.quote || self[index] == ASCII.backslash { return index }
            index += 1
        }
        return count
    }

    /// The end of the string whose first content byte is at `start`.
    @inline(__always)
    func endOfString(content start: Int) -> StringEnd {
        var index = start
        var isEscaped = false
        while true {
            index = nextQuoteOrBackslash(from: index)
            guard index < count else { break }
            if self[index] == ASCII.quote {
                return StringEnd(end: index + 1, isEscaped: isEscaped, isTerminated: true)
            }
            isEscaped = true
            index += 2
        }
        return StringEnd(end: count, isEscaped: isEscaped, isTerminated: false)
    }

    /// Index after the bracket that closes the one at `start`, whatever their kinds.
    ///
    /// `count` when it stays open, `count + 1` when a string inside stays open: array paths tell the two apart.
    func endOfBrackets(from start: Int) -> Int {
        var index = start + 1
        var depth = 1
        while index < count {
            switch self[index] {
            case ASCII.quote:
                let string = endOfString(content: index + 1)
                guard string.isTerminated else { return count + 1 }
                index = string.end
                continue
            case ASCII.openBrace, ASCII.openBracket, ASCII.openParenthesis:
                depth += 1
            case ASCII.closeBrace, ASCII.closeBracket, ASCII.closeParenthesis:
                depth -= 1
                if depth == 0 { return index + 1 }
            default:
                break
            }
            index += 1
        }
        return count
    }

    /// The bracketed value or string at the front, all of the bytes when it stays open.
    var squashed: Bytes {
        upTo(self[0] == ASCII.quote ? endOfString(content: 1).end : endOfBrackets(from: 0))
    }

    /// Index after the lowercase letters that follow `start`.
    func endOfWord(from start: Int) -> Int {
        var index = start + 1
        while index < count, self[index] &- UInt8(ascii: "a") < 26 { index += 1 }
        return min(index, count)
    }

    /// Index of what ends the number at `start`: white space, a comma or a closing bracket.
    func endOfNumber(from start: Int) -> Int {
        var index = start + 1
        while index < count {
            let byte = self[index]
            if byte <= ASCII.space || byte == ASCII.comma || byte == ASCII.closeBracket || byte == ASCII.closeBrace {
                return index
            }
            index += 1
        }
        return count
    }

    /// Whether the byte at `index` begins something read as a number, `nan` and `Inf` included.
    @inline(__always)
    func startsNumber(at index: Int) -> Bool {
        switch self[index] {
        case ASCII.plus, ASCII.minus, ASCII.zero...ASCII.nine, UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "N"):
            true
        case UInt8(ascii: "n"):
            index + 1 < count && self[index + 1] != UInt8(ascii: "u")
        default:
            false
        }
    }
}
