/// Reads JSON strictly (RFC 8259) into the table of a ``JSONDocument``.
///
/// Not recursive, so that no input can exhaust the stack here; depth and number of values are bounded, so that a small
/// text cannot make a large table.
struct JSONParser {
    /// How deep arrays and objects may nest.
    static var maximumDepth: Int { 256 }
    /// How many values a text may hold.
    static var maximumValues: Int { 1 << 18 }

    private(set) var values: ContiguousArray<JSONDocument.Value> = []
    /// Whether any byte lies outside ASCII.
    private(set) var hasNonASCII = false
    /// Whether reading ended because the text is nested or branched more than the limits allow; up to there it is JSON.
    private(set) var isBeyondLimits = false

    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var open: [Int] = []

    private enum Expectation {
        case value, valueOrEnd, name, nameOrEnd, separator
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        self.values.reserveCapacity(min(bytes.count / 12 + 8, 4096))
        self.open.reserveCapacity(8)
    }

    /// Whether the bytes are one JSON text.
    mutating func parse() -> Bool {
        var expectation = Expectation.value
        while true {
            self.skipBlanks()
            guard self.index < self.bytes.count else { return expectation == .separator && self.open.isEmpty }
            if expectation == .separator, self.open.isEmpty { return false }
            guard let next = self.step(expectation) else { return false }
            expectation = next
        }
    }

    private mutating func step(_ expectation: Expectation) -> Expectation? {
        let byte = self.bytes[self.index]
        switch expectation {
        case .separator: return self.separator(byte)
        case .valueOrEnd where byte == UInt8(ascii: "]"), .nameOrEnd where byte == UInt8(ascii: "}"):
            return self.close()
        case .name, .nameOrEnd: return self.name(byte)
        case .value, .valueOrEnd: return self.value(byte)
        }
    }

    private mutating func separator(_ byte: UInt8) -> Expectation? {
        guard let container = self.open.last else { return nil }
        let isObject = self.values[container].kind == .object
        switch byte {
        case UInt8(ascii: ","):
            self.index += 1
            return isObject ? .name : .value
        case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
            return self.close()
        default: return nil
        }
    }

    private mutating func close() -> Expectation? {
        guard let container = self.open.popLast() else { return nil }
        self.index += 1
        self.values[container].end = UInt32(truncatingIfNeeded: self.index)
        self.values[container].next = UInt32(truncatingIfNeeded: self.values.count)
        return .separator
    }

    private mutating func name(_ byte: UInt8) -> Expectation? {
        guard byte == UInt8(ascii: "\""), self.string() else { return nil }
        self.skipBlanks()
        guard self.index < self.bytes.count, self.bytes[self.index] == UInt8(ascii: ":") else { return nil }
        self.index += 1
        return .value
    }

    private mutating func value(_ byte: UInt8) -> Expectation? {
        switch byte {
        case UInt8(ascii: "{"): return self.openContainer(.object) ? .nameOrEnd : nil
        case UInt8(ascii: "["): return self.openContainer(.array) ? .valueOrEnd : nil
        case UInt8(ascii: "\""): return self.string() ? .separator : nil
        case UInt8(ascii: "t"): return self.word("true", .true) ? .separator : nil
        case UInt8(ascii: "f"): return self.word("false", .false) ? .separator : nil
        case UInt8(ascii: "n"): return self.word("null", .null) ? .separator : nil
        default: return self.number() ? .separator : nil
        }
    }

    private mutating func openContainer(_ kind: JSONDocument.Kind) -> Bool {
        guard self.open.count < Self.maximumDepth else {
            self.isBeyondLimits = true
            return false
        }
        self.open.append(self.values.count)
        self.index += 1
        return self.append(kind, from: self.index - 1)
    }

    private mutating func append(_ kind: JSONDocument.Kind, from start: Int, to end: Int? = nil) -> Bool {
        guard self.values.count < Self.maximumValues else {
            self.isBeyondLimits = true
            return false
        }
        self.values.append(
            JSONDocument.Value(
                kind: kind,
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: end ?? self.index),
                next: UInt32(truncatingIfNeeded: self.values.count + 1)
            )
        )
        return true
    }

    private mutating func skipBlanks() {
        while self.index < self.bytes.count {
            switch self.bytes[self.index] {
            case 0x20, 0x0A, 0x0D, 0x09: self.index += 1
            default: return
            }
        }
    }
}

extension JSONParser {
    private mutating func word(_ word: StaticString, _ kind: JSONDocument.Kind) -> Bool {
        let count = word.utf8CodeUnitCount
        guard self.bytes.count - self.index >= count else { return false }
        let wanted = UnsafeRawBufferPointer(start: word.utf8Start, count: count)
        let found = UnsafeRawBufferPointer(rebasing: self.bytes[self.index..<(self.index + count)])
        guard found.elementsEqual(wanted) else { return false }
        self.index += count
        return self.append(kind, from: self.index - count)
    }

    private mutating func number() -> Bool {
        let start = self.index
        if self.peek == UInt8(ascii: "-") { self.index += 1 }
        if self.peek == UInt8(ascii: "0") { self.index += 1 } else if !self.digits() { return false }
        if self.peek == UInt8(ascii: ".") {
            self.index += 1
            if !self.digits() { return false }
        }
        if self.peek | 0x20 == UInt8(ascii: "e") {
            self.index += 1
            if self.peek == UInt8(ascii: "+") || self.peek == UInt8(ascii: "-") { self.index += 1 }
            if !self.digits() { return false }
        }
        return self.append(.number, from: start)
    }

    /// The byte at hand; 0, which stands nowhere in JSON, at the end.
    private var peek: UInt8 { self.index < self.bytes.count ? self.bytes[self.index] : 0 }

    private mutating func digits() -> Bool {
        let start = self.index
        while self.peek &- UInt8(ascii: "0") <= 9 { self.index += 1 }
        return self.index > start
    }

    /// Reads a string from its opening quote on.
    private mutating func string() -> Bool {
        let start = self.index + 1
        var index = start
        var isEscaped = false
        var seen: UInt8 = 0
        while index < self.bytes.count {
            index = self.skipPlain(from: index, seen: &seen)
            guard index < self.bytes.count else { return false }
            let byte = self.bytes[index]
            seen |= byte
            switch byte {
            case UInt8(ascii: "\""):
                self.index = index + 1
                if seen >= 0x80 { self.hasNonASCII = true }
                guard self.append(.string, from: start, to: index) else { return false }
                self.values[self.values.count - 1].isEscaped = isEscaped
                return true
            case UInt8(ascii: "\\"):
                isEscaped = true
                guard let length = self.escapeLength(at: index) else { return false }
                index += length
            case 0..<0x20: return false
            default: index += 1
            }
        }
        return false
    }

    /// Goes over eight bytes at a time as long as none of them is a quote, a backslash or a control character.
    ///
    /// Source: Mycroft's test for a zero byte in a word, as in Warren, "Hacker's Delight", section 6-1.
    private func skipPlain(from start: Int, seen: inout UInt8) -> Int {
        var index = start
        var all: UInt64 = 0
        let ones: UInt64 = 0x0101_0101_0101_0101
        while index + 8 <= self.bytes.count {
            let word = self.bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let special =
                ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            if special & (ones &* 0x80) != 0 { break }
            all |= word
            index += 8
        }
        if all & (ones &* 0x80) != 0 { seen = 0x80 }
        return index
    }

    private func escapeLength(at index: Int) -> Int? {
        guard index + 1 < self.bytes.count else { return nil }
        switch self.bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard index + 5 < self.bytes.count else { return nil }
            return (2..<6).allSatisfy { JSONString.hexValue(self.bytes[index + $0]) != nil } ? 6 : nil
        default: return nil
        }
    }
}
