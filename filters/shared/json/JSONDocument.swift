import NIOCore

/// A JSON text (RFC 8259) with a flat table of where its values lie.
///
/// One pass over the bytes and one table, whatever the text holds; nothing is decoded until asked for. Values are named
/// by their place in the table; the whole text is ``root``.
struct JSONDocument {
    enum Kind: UInt8 {
        case null, `false`, `true`, number, string, array, object
    }

    /// One value. A member of an object is two values in a row: its name and what it names.
    struct Value {
        var kind: Kind
        /// Whether a string holds escapes.
        var isEscaped = false
        /// The first byte; of a string the first between its quotes.
        var start: UInt32
        /// The byte after the last; of a string its closing quote.
        var end: UInt32
        /// The place after this value and all that it holds.
        var next: UInt32
    }

    /// The text.
    let text: ByteBuffer
    private let values: ContiguousArray<Value>

    static var root: Int { 0 }

    /// Reads `text`, or gives `nil` when it is no JSON, is not UTF-8, or is nested or branched beyond all reason.
    init?(_ text: ByteBuffer) {
        guard let document = try? JSONDocument(readable: text) else { return nil }
        self = document
    }

    /// Reads `text` for a filter that lets nothing past unread: as above, but says when only the limits keep it from being
    /// read.
    ///
    /// - Throws: ``JSONBeyondLimits`` for a text that is JSON up to where it is nested or branched more than is read here.
    init?(readable text: ByteBuffer) throws(JSONBeyondLimits) {
        var isBeyondLimits = false
        let values = text.withUnsafeReadableBytes { bytes -> ContiguousArray<Value>? in
            isBeyondLimits = bytes.count >= Int(UInt32.max)
            guard !isBeyondLimits else { return nil }
            var parser = JSONParser(bytes)
            let isRead = parser.parse()
            isBeyondLimits = parser.isBeyondLimits
            return isRead && (!parser.hasNonASCII || UTF8Validation.isValid(bytes)) ? parser.values : nil
        }
        if isBeyondLimits { throw JSONBeyondLimits() }
        guard let values, !values.isEmpty else { return nil }
        self.text = text
        self.values = values
    }

    func kind(of value: Int) -> Kind { self.values[value].kind }

    /// Calls `body` for each element of an array; nothing for other values.
    func forEachElement(of value: Int, _ body: (Int) throws -> Void) rethrows {
        guard self.values[value].kind == .array else { return }
        var index = value + 1
        while index < self.values[value].next {
            try body(index)
            index = Int(self.values[index].next)
        }
    }

    /// Calls `body` for name and value of each member of an object; nothing for other values.
    func forEachMember(of value: Int, _ body: (_ name: Int, _ value: Int) throws -> Void) rethrows {
        guard self.values[value].kind == .object else { return }
        var index = value + 1
        while index < self.values[value].next {
            try body(index, index + 1)
            index = Int(self.values[index + 1].next)
        }
    }

    /// Calls `body` for every array and object of the text.
    func forEachContainer(_ body: (Int) -> Void) {
        for index in self.values.indices where self.values[index].next > index + 1 { body(index) }
    }

    /// Whether some string of the text, a name included, holds a surrogate without its partner.
    ///
    /// UTF-8 has none of these, so that texts which differ only in them are the same once decoded.
    var hasLoneSurrogate: Bool {
        self.values.indices.contains { value in
            self.values[value].isEscaped && self.values[value].kind == .string
                && JSONString.hasLoneSurrogate(self.literal(value))
        }
    }

    /// Where the bytes of a value lie; a string without its quotes.
    func range(of value: Int) -> Range<Int> { Int(self.values[value].start)..<Int(self.values[value].end) }

    func isEscaped(_ value: Int) -> Bool { self.values[value].isEscaped }
}

extension JSONDocument {
    /// The first member of that name, unless it is null.
    func member(_ name: StaticString, of value: Int) -> Int? {
        guard self.values[value].kind == .object else { return nil }
        return self.text.withUnsafeReadableBytes { bytes -> Int? in
            var index = value + 1
            while index < self.values[value].next {
                if self.isName(index, name, bytes) {
                    return self.values[index + 1].kind == .null ? nil : index + 1
                }
                index = Int(self.values[index + 1].next)
            }
            return nil
        }
    }

    /// The elements of an array; empty for other values.
    func elements(of value: Int) -> [Int] {
        var elements: [Int] = []
        self.forEachElement(of: value) { elements.append($0) }
        return elements
    }

    /// Whether a value is that string.
    func isString(_ value: Int, _ text: StaticString) -> Bool {
        guard self.values[value].kind == .string else { return false }
        return self.text.withUnsafeReadableBytes { self.isName(value, text, $0) }
    }

    /// A string's characters, without escapes; `nil` for other values.
    func string(_ value: Int) -> String? {
        guard self.values[value].kind == .string else { return nil }
        return String(buffer: self.decoded(value))
    }

    /// A string's bytes without escapes; lone surrogates become U+FFFD.
    func decoded(_ value: Int) -> ByteBuffer {
        let literal = self.literal(value)
        return self.values[value].isEscaped ? JSONString.decode(literal).text : literal
    }

    /// What a string has between its quotes, or any other value as it stands.
    func literal(_ value: Int) -> ByteBuffer {
        let range = self.range(of: value)
        return self.text.getSlice(at: self.text.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }

    /// A whole number that fits.
    func integer(_ value: Int) -> Int? {
        guard self.values[value].kind == .number else { return nil }
        let text = String(buffer: self.literal(value))
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    private func isName(_ value: Int, _ name: StaticString, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        if self.values[value].isEscaped {
            return self.decoded(value).withUnsafeReadableBytes { $0.elementsEqual(wanted) }
        }
        let range = self.range(of: value)
        return range.count == wanted.count && bytes.holds(wanted, at: range.lowerBound)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes stand at an offset that has as many bytes behind it.
    func holds(_ wanted: UnsafeRawBufferPointer, at start: Int) -> Bool {
        var offset = 0
        while offset &+ 8 <= wanted.count {
            let found = self.loadUnaligned(fromByteOffset: start &+ offset, as: UInt64.self)
            if found != wanted.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset &+= 8
        }
        while offset < wanted.count {
            if self[start &+ offset] != wanted[offset] { return false }
            offset &+= 1
        }
        return true
    }
}

/// A text is nested deeper than ``JSONParser/maximumDepth``, or holds more values than ``JSONParser/maximumValues``.
struct JSONBeyondLimits: Error {}

extension ByteBuffer {
    /// The text without a byte order mark in front, which many readers of JSON pass over (RFC 8259, section 8.1).
    var withoutByteOrderMark: ByteBuffer {
        guard self.readableBytesView.starts(with: [0xEF, 0xBB, 0xBF]) else { return self }
        return self.getSlice(at: self.readerIndex + 3, length: self.readableBytes - 3) ?? self
    }
}
