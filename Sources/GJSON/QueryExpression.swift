/// `#(path operator value)` and `#(...)#`, taken apart.
struct QueryExpression {
    /// The path whose value is compared; empty for the element itself.
    var path = Bytes.empty
    var comparison = Comparison.exists
    /// The right side, without its quotes and escapes.
    var value: [UInt8] = []
    /// Whether all matches are wanted, not the first alone.
    var selectsAll = false
    /// Index after the closing bracket.
    var end = 0

    enum Comparison {
        case exists, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, like, notLike
        /// An operator that compares with nothing, such as a lone `!`.
        case never
    }

    init() {}

    /// Reads the query at the front of `component`; nil when its bracket is not closed.
    init?(component: Bytes) {
        var scan = Scan()
        guard let close = scan.run(component) else { return nil }
        end = close + 1
        selectsAll = component[end] == ASCII.hash
        guard let operatorStart = scan.operatorStart else {
            path = component.slice(2, close).trimmed
            return
        }
        path = component.slice(2, operatorStart).trimmed
        readComparison(component.slice(operatorStart, close).trimmed, isEscaped: scan.sawEscapeInString)
    }

    private mutating func readComparison(_ text: Bytes, isEscaped: Bool) {
        let width: Int
        (comparison, width) = Self.comparison(text)
        let right = text.from(width).trimmed
        guard right.count >= 2, right[0] == ASCII.quote, right.last == ASCII.quote else {
            value = right.array
            return
        }
        let content = right.slice(1, right.count - 1)
        value = isEscaped ? LenientUnescaping.unescape(content) : content.array
    }

    private static func comparison(_ text: Bytes) -> (Comparison, width: Int) {
        let first = text[0]
        let second = text[1]
        switch (first, second) {
        case (ASCII.bang, UInt8(ascii: "=")): return (.notEqual, 2)
        case (ASCII.bang, UInt8(ascii: "%")): return (.notLike, 2)
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): return (.lessOrEqual, 2)
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): return (.greaterOrEqual, 2)
        case (UInt8(ascii: "="), UInt8(ascii: "=")): return (.equal, 2)
        case (UInt8(ascii: "<"), _): return (.less, 1)
        case (UInt8(ascii: ">"), _): return (.greater, 1)
        case (UInt8(ascii: "="), _): return (.equal, 1)
        case (UInt8(ascii: "%"), _): return (.like, 1)
        default: return text.count == 1 ? (.never, 1) : (.exists, 0)
        }
    }
}

extension QueryExpression {
    /// Finds the closing bracket and the first operator outside nested brackets.
    private struct Scan {
        var operatorStart: Int?
        var sawEscapeInString = false

        mutating func run(_ text: Bytes) -> Int? {
            var depth = 1
            var index = 2
            while index < text.count {
                let byte = text[index]
                if depth == 1, operatorStart == nil, Self.isOperator(byte) {
                    operatorStart = index
                    index += 1
                    continue
                }
                switch byte {
                case ASCII.backslash:
                    index += 1
                case ASCII.openBracket, ASCII.openParenthesis:
                    depth += 1
                case ASCII.closeBracket, ASCII.closeParenthesis:
                    depth -= 1
                    if depth == 0 { return index }
                case ASCII.quote:
                    index = skipString(text, content: index + 1)
                default:
                    break
                }
                index += 1
            }
            return nil
        }

        /// Index of the closing quote.
        private mutating func skipString(_ text: Bytes, content start: Int) -> Int {
            let string = text.endOfString(content: start)
            if string.isEscaped { sawEscapeInString = true }
            return string.isTerminated ? string.end - 1 : text.count
        }

        private static func isOperator(_ byte: UInt8) -> Bool {
            switch byte {
            case ASCII.bang, UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "%"): true
            default: false
            }
        }
    }
}
