/// A JSON file that was read and checked as a whole, so that what looks into it later finds no mistakes of syntax.
///
/// Vocabularies have hundreds of thousands of entries and are read once: values are places in the text, not objects.
final class JSONText: Sendable {
    /// Deeper nesting is refused; real files have about ten levels.
    static let deepest = 64

    let bytes: [UInt8]
    /// The file's name, for errors.
    let file: String
    private let start: Int

    /// - Throws: ``ModelError`` when it is not JSON in UTF-8.
    init(_ bytes: [UInt8], file: String) throws(ModelError) {
        self.bytes = bytes
        self.file = file
        guard bytes.withUnsafeBufferPointer({ String(validating: $0, as: UTF8.self) }) != nil else {
            throw ModelError(file: file, "found bytes that are not UTF-8; expected JSON")
        }
        var check = JSONCheck(bytes)
        let start = check.afterSpace(0)
        guard let end = check.value(at: start, depth: 0), check.afterSpace(end) == bytes.count else {
            throw ModelError(file: file, "found a mistake of syntax near byte \(check.furthest); expected JSON")
        }
        self.start = start
    }

    var root: JSONValue { JSONValue(text: self, start: self.start, name: nil, index: nil) }
}

/// Goes over JSON to find where values end.
struct JSONCheck {
    private let bytes: [UInt8]
    /// How far it came, for errors.
    private(set) var furthest = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func afterSpace(_ position: Int) -> Int {
        var position = position
        while position < self.bytes.count, self.bytes[position].isSpaceOfJSON { position += 1 }
        return position
    }

    /// The end of the value that begins at a place; `nil` when there is none.
    mutating func value(at position: Int, depth: Int) -> Int? {
        self.furthest = max(self.furthest, position)
        guard position < self.bytes.count, depth < JSONText.deepest else { return nil }
        switch self.bytes[position] {
        case UInt8(ascii: "{"): return self.container(at: position, closing: UInt8(ascii: "}"), depth)
        case UInt8(ascii: "["): return self.container(at: position, closing: UInt8(ascii: "]"), depth)
        case UInt8(ascii: "\""): return self.string(at: position)
        case UInt8(ascii: "t"): return self.word("true", at: position)
        case UInt8(ascii: "f"): return self.word("false", at: position)
        case UInt8(ascii: "n"): return self.word("null", at: position)
        default: return self.number(at: position)
        }
    }

    private mutating func container(at position: Int, closing: UInt8, _ depth: Int) -> Int? {
        let hasNames = closing == UInt8(ascii: "}")
        var place = self.afterSpace(position + 1)
        if place < self.bytes.count, self.bytes[place] == closing { return place + 1 }
        while true {
            if hasNames {
                guard place < self.bytes.count, self.bytes[place] == UInt8(ascii: "\""),
                    let end = self.string(at: place)
                else { return nil }
                place = self.afterSpace(end)
                guard place < self.bytes.count, self.bytes[place] == UInt8(ascii: ":") else { return nil }
                place = self.afterSpace(place + 1)
            }
            guard let end = self.value(at: place, depth: depth + 1) else { return nil }
            place = self.afterSpace(end)
            guard place < self.bytes.count else { return nil }
            if self.bytes[place] == closing { return place + 1 }
            guard self.bytes[place] == UInt8(ascii: ",") else { return nil }
            place = self.afterSpace(place + 1)
        }
    }

    private mutating func string(at position: Int) -> Int? {
        var place = position + 1
        while place < self.bytes.count {
            switch self.bytes[place] {
            case UInt8(ascii: "\""): return place + 1
            case UInt8(ascii: "\\"):
                guard let end = self.escape(at: place) else { return nil }
                place = end
            case 0..<0x20: return nil
            default: place += 1
            }
        }
        self.furthest = place
        return nil
    }

    private func escape(at position: Int) -> Int? {
        guard position + 1 < self.bytes.count else { return nil }
        if self.bytes[position + 1] != UInt8(ascii: "u") {
            return Array("\"\\/bfnrt".utf8).contains(self.bytes[position + 1]) ? position + 2 : nil
        }
        guard position + 6 <= self.bytes.count else { return nil }
        return self.bytes[(position + 2)..<(position + 6)].allSatisfy { $0.hexadecimalDigit != nil }
            ? position + 6 : nil
    }

    private func word(_ word: StaticString, at position: Int) -> Int? {
        let end = position + word.utf8CodeUnitCount
        guard end <= self.bytes.count else { return nil }
        let isEqual = (0..<word.utf8CodeUnitCount).allSatisfy { self.bytes[position + $0] == word.utf8Start[$0] }
        return isEqual ? end : nil
    }

    private func number(at position: Int) -> Int? {
        var place = position
        while place < self.bytes.count, self.bytes[place].isOfNumber { place += 1 }
        guard place > position else { return nil }
        return Double(String(decoding: self.bytes[position..<place], as: UTF8.self)) == nil ? nil : place
    }
}

extension UInt8 {
    fileprivate var isSpaceOfJSON: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    fileprivate var isOfNumber: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    var hexadecimalDigit: UInt32? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
