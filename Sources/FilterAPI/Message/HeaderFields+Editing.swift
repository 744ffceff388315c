import NIOCore

extension HeaderFields {
    /// Adds a field after the others; fields of the same name stay.
    ///
    /// - Parameters:
    ///   - name: The field's name. A name that is not a token (RFC 9110, section 5.6.2) is ignored.
    ///   - value: The value; CR, LF and NUL become spaces.
    public mutating func add(_ name: HeaderName, _ value: String) {
        guard name.isToken else { return }
        var value = value
        value.withUTF8 { self.append(name: name, value: UnsafeRawBufferPointer($0)) }
    }

    /// Adds a field whose value is given as bytes after the others, without a `String` on the way.
    ///
    /// - Parameters:
    ///   - name: The field's name. A name that is not a token (RFC 9110, section 5.6.2) is ignored.
    ///   - value: The value; CR, LF and NUL become spaces.
    public mutating func add(_ name: HeaderName, bytes value: UnsafeRawBufferPointer) {
        if name.isToken { self.append(name: name, value: value) }
    }

    /// Replaces all fields of that name with one, at the place of the first.
    public mutating func set(_ name: HeaderName, _ value: String) {
        guard self.contains(name) else { return self.add(name, value) }
        var value = value
        value.withUTF8 { self.set(name, bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Replaces all fields of that name, which is a token, with one whose value is given as bytes.
    package mutating func set(_ name: HeaderName, bytes value: UnsafeRawBufferPointer) {
        guard let first = self.firstIndex(of: name) else { return self.append(name: name, value: value) }
        self.removeAll(of: name, from: first + 1)
        self.append(name: name, value: value)
        self.entries.swapAt(first, self.entries.count - 1)
        self.entries.removeLast()
    }

    /// Removes all fields of that name.
    public mutating func remove(_ name: HeaderName) {
        self.removeAll(of: name, from: 0)
    }

    /// Removes the fields for which `condition` answers true.
    ///
    /// - Parameter condition: Receives a field's name in lower case and its value.
    public mutating func removeAll(where condition: (_ name: String, _ value: String) -> Bool) {
        var kept = 0
        for index in self.entries.indices where !condition(self.name(at: index), self.value(at: index)) {
            self.entries.swapAt(kept, index)
            kept += 1
        }
        guard kept < self.entries.count else { return }
        self.entries.removeSubrange(kept...)
        self.revision &+= 1
    }

    /// Appends a field whose value is given as bytes; the line is written in one piece.
    package mutating func append(name: HeaderName, value: UnsafeRawBufferPointer) {
        self.revision &+= 1
        let start = self.edits.readableBytes
        var text = name.string
        let nameLength = text.withUTF8 { name in
            let size = name.count + value.count + 4
            self.edits.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { memory in
                HeaderFields.writeLine(UnsafeRawBufferPointer(name), value, to: memory)
                return size
            }
            return name.count
        }
        let valueStart = start + nameLength + 2
        self.entries.append(
            Entry(
                nameStart: UInt32(truncatingIfNeeded: start),
                nameLength: UInt16(truncatingIfNeeded: nameLength),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueLength: UInt32(truncatingIfNeeded: value.count),
                lineEnd: UInt32(truncatingIfNeeded: valueStart + value.count + 2),
                id: name.id,
                isEdit: true
            )
        )
    }

    /// Writes `name: value CRLF`, the value without CR, LF and NUL, into memory that has room for it.
    private static func writeLine(
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        to memory: UnsafeMutableRawBufferPointer
    ) {
        guard let base = memory.baseAddress else { return }
        if let start = name.baseAddress { base.copyMemory(from: start, byteCount: name.count) }
        (base + name.count).storeBytes(of: UInt16(bigEndian: 0x3A20), as: UInt16.self)
        let line = base + name.count + 2
        if let start = value.baseAddress { line.copyMemory(from: start, byteCount: value.count) }
        // Without a branch in it, so that the compiler looks at many bytes at once.
        var unfitBytes = 0
        for byte in value { unfitBytes &+= self.isUnfit(byte) ? 1 : 0 }
        if unfitBytes > 0 {
            for offset in 0..<value.count where self.isUnfit(value[offset]) {
                line.storeBytes(of: 0x20, toByteOffset: offset, as: UInt8.self)
            }
        }
        line.storeBytes(of: UInt16(bigEndian: 0x0D0A), toByteOffset: value.count, as: UInt16.self)
    }

    /// Whether a byte must not stand in a value (RFC 9110, section 5.5).
    @inline(__always)
    private static func isUnfit(_ byte: UInt8) -> Bool {
        byte == 0x0D || byte == 0x0A || byte == 0
    }

    private mutating func removeAll(of name: HeaderName, from start: Int) {
        var index = start
        while index < self.entries.count {
            guard let found = self.index(of: name, from: index) else { return }
            self.entries.remove(at: found)
            self.revision &+= 1
            index = found
        }
    }

    private func index(of name: HeaderName, from start: Int) -> Int? {
        var index = start
        while index < self.entries.count {
            let entry = self.entries[index]
            if entry.id == name.id,
                entry.id != 0 || self.withNameBytes(at: index, { $0.equalsLowercased(name.string) })
            {
                return index
            }
            index += 1
        }
        return nil
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    /// Makes the fields from a literal, in its order.
    public init(dictionaryLiteral elements: (HeaderName, String)...) {
        self.init()
        for (name, value) in elements { self.add(name, value) }
    }
}

extension HeaderFields: CustomStringConvertible {
    /// The fields as `name: value` lines.
    public var description: String {
        self.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    }
}

/// Whether a byte may stand in a token (RFC 9110, section 5.6.2).
package func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
        UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        true
    default: false
    }
}
