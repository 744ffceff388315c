import NIOCore

extension HeaderFields {
    /// Adds a field after the others; fields of the same name stay.
    ///
    /// - Parameters:
    ///   - name: The field's name. A name that is not a token (RFC 9110, section 5.6.2) is ignored.
    ///   - value: The value; CR, LF and NUL become spaces.
    public mutating func add(_ name: HeaderName, _ value: String) {
        guard name.id != 0 || name.string.utf8.allSatisfy(isTokenCharacter), !name.string.isEmpty else { return }
        self.append(name: name, value: value.utf8)
    }

    /// Replaces all fields of that name with one, at the place of the first.
    public mutating func set(_ name: HeaderName, _ value: String) {
        guard let first = self.firstIndex(of: name) else {
            self.add(name, value)
            return
        }
        self.removeAll(of: name, from: first + 1)
        self.append(name: name, value: value.utf8)
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

    /// Appends a field whose value is given as bytes.
    package mutating func append(name: HeaderName, value: some Sequence<UInt8>) {
        self.revision &+= 1
        let nameStart = self.edits.readableBytes
        let nameLength = self.edits.writeString(name.string)
        self.edits.writeStaticString(": ")
        let valueStart = self.edits.readableBytes
        if value.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) {
            self.edits.writeBytes(value.map { $0 == 0x0D || $0 == 0x0A || $0 == 0 ? 0x20 : $0 })
        } else {
            self.edits.writeBytes(value)
        }
        let valueLength = self.edits.readableBytes - valueStart
        self.edits.writeStaticString("\r\n")
        self.entries.append(
            Entry(
                nameStart: UInt32(truncatingIfNeeded: nameStart),
                nameLength: UInt16(truncatingIfNeeded: nameLength),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueLength: UInt32(truncatingIfNeeded: valueLength),
                lineEnd: UInt32(truncatingIfNeeded: self.edits.readableBytes),
                id: name.id,
                isEdit: true
            )
        )
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
