/// A validating scanner of RFC 8259 that needs no recursion.
struct JSONGrammar {
    private let json: Bytes
    private let maximumDepth: Int
    private let requiresUTF8: Bool
    private(set) var index = 0

    init(_ json: Bytes, maximumDepth: Int = .max, requiresUTF8: Bool = false) {
        self.json = json
        self.maximumDepth = maximumDepth
        self.requiresUTF8 = requiresUTF8
    }

    /// Whether the bytes are one JSON text.
    static func isValid(_ json: Bytes, maximumDepth: Int = .max, requiresUTF8: Bool = false) -> Bool {
        var scanner = JSONGrammar(json, maximumDepth: maximumDepth, requiresUTF8: requiresUTF8)
        guard scanner.skipValue() else { return false }
        scanner.skipWhiteSpace()
        return scanner.isAtEnd
    }

    var isAtEnd: Bool { index >= json.count }
    var byte: UInt8 { json[index] }

    mutating func skipWhiteSpace() {
        while index < json.count {
            switch json[index] {
            case ASCII.space, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    /// Passes the byte when it is the next one.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < json.count, json[index] == byte else { return false }
        index += 1
        return true
    }

    /// Passes a value and the white space before it; false when there is no valid one.
    mutating func skipValue() -> Bool {
        var nesting = NestingStack()
        repeat {
            skipWhiteSpace()
            switch json[index] {
            case ASCII.openBrace, ASCII.openBracket:
                guard open(&nesting) else { return false }
            default:
                guard skipScalar(), close(&nesting) else { return false }
            }
        } while nesting.depth > 0
        return true
    }

    /// Passes an opening bracket, and its closing one or the key of the first member.
    private mutating func open(_ nesting: inout NestingStack) -> Bool {
        guard nesting.depth < maximumDepth else { return false }
        let isObject = json[index] == ASCII.openBrace
        index += 1
        nesting.push(isObject: isObject)
        skipWhiteSpace()
        if skip(isObject ? ASCII.closeBrace : ASCII.closeBracket) {
            nesting.pop()
            return close(&nesting)
        }
        return !isObject || skipKey()
    }

    /// Passes what follows a value: closing brackets, and a comma with the key behind it.
    private mutating func close(_ nesting: inout NestingStack) -> Bool {
        while nesting.depth > 0 {
            skipWhiteSpace()
            if skip(ASCII.comma) {
                guard nesting.isInObject else { return true }
                skipWhiteSpace()
                return skipKey()
            }
            guard skip(nesting.isInObject ? ASCII.closeBrace : ASCII.closeBracket) else { return false }
            nesting.pop()
        }
        return true
    }

    /// Passes a key and its colon.
    mutating func skipKey() -> Bool {
        guard skipString() else { return false }
        skipWhiteSpace()
        return skip(ASCII.colon)
    }

    private mutating func skipScalar() -> Bool {
        switch json[index] {
        case ASCII.quote: skipString()
        case UInt8(ascii: "t"): skipWord("true")
        case UInt8(ascii: "f"): skipWord("false")
        case UInt8(ascii: "n"): skipWord("null")
        default: skipNumber()
        }
    }

    private mutating func skipWord(_ word: StaticString) -> Bool {
        let end = index + word.utf8CodeUnitCount
        guard json.slice(index, end) == word else { return false }
        index = end
        return true
    }

    private mutating func skipNumber() -> Bool {
        _ = skip(ASCII.minus)
        if !skip(ASCII.zero) {
            guard skipDigits() else { return false }
        }
        if skip(ASCII.dot) {
            guard skipDigits() else { return false }
        }
        guard json[index] | 0x20 == UInt8(ascii: "e") else { return true }
        index += 1
        if !skip(ASCII.plus) { _ = skip(ASCII.minus) }
        return skipDigits()
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while ASCII.isDigit(json[index]) { index += 1 }
        return index > start
    }

    /// Passes a string literal.
    mutating func skipString() -> Bool {
        guard skip(ASCII.quote) else { return false }
        while index < json.count {
            skipPlainWords()
            switch json[index] {
            case ASCII.quote:
                guard index < json.count else { return false }
                index += 1
                return true
            case ASCII.backslash:
                guard skipEscape() else { return false }
            case 0..<ASCII.space:
                return false
            case 0x80... where requiresUTF8:
                let scalar = UTF8Decoding.scalar(of: json, at: index)
                guard !scalar.isInvalid else { return false }
                index += scalar.width
            default:
                index += 1
            }
        }
        return false
    }

    /// Passes eight bytes at a time while none of them needs a look.
    private mutating func skipPlainWords() {
        let every: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        while let word = json.word(at: index) {
            let quotes = word ^ (every &* UInt64(ASCII.quote))
            let backslashes = word ^ (every &* UInt64(ASCII.backslash))
            let marks =
                (quotes &- every) & ~quotes
                | (backslashes &- every) & ~backslashes
                | (word &- every &* UInt64(ASCII.space)) & ~word
                | (requiresUTF8 ? word : 0)
            if marks & high != 0 { return }
            index += 8
        }
    }

    private mutating func skipEscape() -> Bool {
        switch json[index + 1] {
        case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 2
            return true
        case UInt8(ascii: "u"):
            for offset in 2..<6 where ASCII.hexValue(json[index + offset]) == nil { return false }
            index += 6
            return true
        default:
            return false
        }
    }
}
