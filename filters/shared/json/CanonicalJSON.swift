import NIOCore

/// Writes JSON values so that equal values give equal bytes, whatever the order of members, blanks, escapes or the
/// spelling of numbers.
///
/// The output is for digests only: texts stand with their length, so that no value can pass for another.
struct CanonicalJSON {
    private(set) var output: [UInt8] = []

    init() { self.output.reserveCapacity(1024) }

    /// Writes a tag or a text that is not JSON.
    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { self.writeQuoted(UnsafeRawBufferPointer($0)) }
    }

    mutating func write(_ value: Int, of document: JSONDocument) {
        document.text.withUnsafeReadableBytes { self.write(value, of: document, $0) }
    }

    private mutating func write(_ value: Int, of document: JSONDocument, _ bytes: UnsafeRawBufferPointer) {
        switch document.kind(of: value) {
        case .null: self.output.append(UInt8(ascii: "n"))
        case .true: self.output.append(UInt8(ascii: "t"))
        case .false: self.output.append(UInt8(ascii: "f"))
        case .number: self.writeNumber(UnsafeRawBufferPointer(rebasing: bytes[document.range(of: value)]))
        case .string: self.writeString(value, of: document, bytes)
        case .array:
            self.output.append(UInt8(ascii: "["))
            document.forEachElement(of: value) { self.write($0, of: document, bytes) }
            self.output.append(UInt8(ascii: "]"))
        case .object:
            self.output.append(UInt8(ascii: "{"))
            for member in document.sortedMembers(of: value) {
                self.write(member.name)
                self.write(member.value, of: document, bytes)
            }
            self.output.append(UInt8(ascii: "}"))
        }
    }

    private mutating func writeQuoted(_ text: UnsafeRawBufferPointer) {
        self.output.append(UInt8(ascii: "\""))
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).littleEndian) { self.output.append(contentsOf: $0) }
        self.output.append(contentsOf: text)
    }

    private mutating func writeString(_ value: Int, of document: JSONDocument, _ bytes: UnsafeRawBufferPointer) {
        guard document.isEscaped(value) else {
            return self.writeQuoted(UnsafeRawBufferPointer(rebasing: bytes[document.range(of: value)]))
        }
        let literal = document.literal(value)
        let decoded = JSONString.decode(literal)
        // Lone surrogates cannot be told apart once decoded; their spelling then stands for them.
        if decoded.hasLoneSurrogate { self.output.append(UInt8(ascii: "\\")) }
        (decoded.hasLoneSurrogate ? literal : decoded.text).withUnsafeReadableBytes { self.writeQuoted($0) }
    }

    /// One spelling for each number: 1, 1.0 and 1e0 are equal. Numbers that no double can tell apart stay as written.
    private mutating func writeNumber(_ digits: UnsafeRawBufferPointer) {
        self.output.append(UInt8(ascii: "#"))
        let text = String(decoding: digits, as: UTF8.self)
        guard let number = Double(text), abs(number) < 0x1p53 else { return self.write(text) }
        self.write(Int(exactly: number).map { String($0) } ?? number.description)
    }
}

extension JSONDocument {
    /// A member of an object.
    typealias Member = (name: String, value: Int)

    /// The members of an object in the order of their names.
    func sortedMembers(of value: Int) -> [Member] {
        var members: [Member] = []
        members.reserveCapacity(8)
        self.text.withUnsafeReadableBytes { bytes in
            self.forEachMember(of: value) { name, value in
                let text =
                    self.isEscaped(name)
                    ? String(buffer: self.decoded(name)) : String(decoding: bytes[self.range(of: name)], as: UTF8.self)
                members.append((text, value))
            }
        }
        members.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return members
    }
}
