/// A value in a checked JSON text.
struct JSONValue: Sendable {
    let text: JSONText
    let start: Int
    /// The way to the nearest value with a name; `nil` at the top.
    let name: String?
    /// The place in a list.
    let index: Int?

    /// The way to the value, for errors; `nil` at the top.
    var field: String? {
        guard let index = self.index else { return self.name }
        return (self.name ?? "") + "[\(index)]"
    }

    private var first: UInt8 { self.text.bytes[self.start] }
    var isNull: Bool { self.first == UInt8(ascii: "n") }
    var isObject: Bool { self.first == UInt8(ascii: "{") }
    var isArray: Bool { self.first == UInt8(ascii: "[") }

    var bool: Bool? {
        switch self.first {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    var number: Double? {
        switch self.first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            Double(String(decoding: self.text.bytes[self.start..<self.end], as: UTF8.self))
        default: nil
        }
    }

    var integer: Int? { self.number.flatMap { Int(exactly: $0) } }

    /// The text of a string in UTF-8; half a surrogate pair counts as U+FFFD.
    var utf8: [UInt8]? {
        guard self.first == UInt8(ascii: "\"") else { return nil }
        return JSONString.unescaped(self.text.bytes, from: self.start + 1)
    }

    var string: String? { self.utf8.map { String(decoding: $0, as: UTF8.self) } }

    private var end: Int {
        var check = JSONCheck(self.text.bytes)
        return check.value(at: self.start, depth: 0) ?? self.text.bytes.count
    }

    /// An error about this value.
    func error(_ message: String) -> ModelError { ModelError(file: self.text.file, field: self.field, message) }
}

extension JSONValue {
    /// The value of a name; `nil` when it is absent or null. Of two with the same name the last one counts.
    func member(_ wanted: String) -> JSONValue? {
        let wantedBytes = Array(wanted.utf8)
        var found: JSONValue?
        self.forEachMember { name, value in
            if name == wantedBytes { found = value }
        }
        guard let found, !found.isNull else { return nil }
        let path = self.field.map { "\($0).\(wanted)" } ?? wanted
        return JSONValue(text: found.text, start: found.start, name: path, index: nil)
    }

    /// The members of an object in their order; nothing for another value.
    func forEachMember<E: Error>(_ body: (_ name: [UInt8], _ value: JSONValue) throws(E) -> Void) throws(E) {
        guard self.isObject else { return }
        let bytes = self.text.bytes
        var check = JSONCheck(bytes)
        var place = check.afterSpace(self.start + 1)
        while place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
            let name = JSONString.unescaped(bytes, from: place + 1)
            guard let nameEnd = check.value(at: place, depth: 0) else { return }
            let start = check.afterSpace(check.afterSpace(nameEnd) + 1)
            guard let end = check.value(at: start, depth: 0) else { return }
            try body(name, JSONValue(text: self.text, start: start, name: self.field, index: nil))
            place = check.afterSpace(end)
            guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { return }
            place = check.afterSpace(place + 1)
        }
    }

    /// The items of a list in their order; nothing for another value.
    func forEachElement<E: Error>(_ body: (JSONValue) throws(E) -> Void) throws(E) {
        guard self.isArray else { return }
        let bytes = self.text.bytes
        var check = JSONCheck(bytes)
        var place = check.afterSpace(self.start + 1)
        var index = 0
        while place < bytes.count, bytes[place] != UInt8(ascii: "]") {
            guard let end = check.value(at: place, depth: 0) else { return }
            try body(JSONValue(text: self.text, start: place, name: self.field, index: index))
            index += 1
            place = check.afterSpace(end)
            guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { return }
            place = check.afterSpace(place + 1)
        }
    }

    var elements: [JSONValue] {
        var elements: [JSONValue] = []
        self.forEachElement { elements.append($0) }
        return elements
    }
}

/// Strings of JSON.
enum JSONString {
    /// The text from behind the first quotation mark to the next one, without escapes; the string was checked before.
    static func unescaped(_ bytes: [UInt8], from start: Int) -> [UInt8] {
        var place = start
        while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\") { place += 1 }
        var text = Array(bytes[start..<place])
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            guard bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count else {
                text.append(bytes[place])
                place += 1
                continue
            }
            if bytes[place + 1] == UInt8(ascii: "u") {
                let scalar = self.scalar(bytes, &place)
                text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                text.append(self.named(bytes[place + 1]))
                place += 2
            }
        }
        return text
    }

    private static func named(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// Reads `\uXXXX`, or two of them that belong together.
    private static func scalar(_ bytes: [UInt8], _ place: inout Int) -> Unicode.Scalar {
        let first = self.unit(bytes, place)
        place += 6
        if let scalar = Unicode.Scalar(first) { return scalar }
        let isFollowed =
            place + 6 <= bytes.count && bytes[place] == UInt8(ascii: "\\") && bytes[place + 1] == UInt8(ascii: "u")
        guard first < 0xDC00, isFollowed else { return "\u{FFFD}" }
        let second = self.unit(bytes, place)
        guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
        place += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private static func unit(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        guard place + 6 <= bytes.count else { return 0xFFFD }
        return bytes[(place + 2)..<(place + 6)].reduce(0) { $0 << 4 | ($1.hexadecimalDigit ?? 0) }
    }
}
