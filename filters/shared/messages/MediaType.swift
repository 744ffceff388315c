import FilterAPI

extension HeaderFields {
    /// Whether `content-type` names JSON: it holds `application/json`, or its type is `text/json` or ends in `+json`; without
    /// case.
    var namesJSON: Bool { self.withValueBytes(of: .contentType, { $0.namesJSON }) ?? false }

    /// Whether the body is announced as JSON that can be read here: of that type, and not compressed.
    var announceJSON: Bool { self.namesJSON && self.announceIdentity }

    /// Whether the body is not compressed.
    var announceIdentity: Bool {
        guard self.contains(.contentEncoding) else { return true }
        let coding = self.combinedValue(of: .contentEncoding)?.lowercased().filter { $0 != " " && $0 != "\t" }
        return coding == "" || coding == "identity"
    }

    /// Whether `content-type` holds this text of lower-case letters and signs, without case.
    func hasContentType(_ text: StaticString) -> Bool {
        self.withValueBytes(of: .contentType, { $0.containsLowercased(text) }) ?? false
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var namesJSON: Bool {
        if self.containsLowercased("application/json") { return true }
        var end = self.firstIndex(of: UInt8(ascii: ";")) ?? self.count
        while end > 0, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        let type = UnsafeRawBufferPointer(rebasing: self[..<end])
        return type.hasLowercasedSuffix("+json") || type.hasLowercasedSuffix("text/json")
    }

    /// Whether the bytes end in this text.
    func hasSuffix(_ text: StaticString) -> Bool {
        self.count >= text.utf8CodeUnitCount && self.matches(text, at: self.count - text.utf8CodeUnitCount, mask: 0)
    }

    /// Whether the bytes end, without case, in this text of lower-case letters and signs.
    private func hasLowercasedSuffix(_ text: StaticString) -> Bool {
        self.count >= text.utf8CodeUnitCount && self.matches(text, at: self.count - text.utf8CodeUnitCount, mask: 0x20)
    }

    /// Whether this text of lower-case letters and signs is somewhere in the bytes, without case.
    fileprivate func containsLowercased(_ text: StaticString) -> Bool {
        guard self.count >= text.utf8CodeUnitCount else { return false }
        return (0...(self.count - text.utf8CodeUnitCount)).contains { self.matches(text, at: $0, mask: 0x20) }
    }

    /// Whether the bytes from an index on are this text; the mask's bit makes letters lower-case, and signs stay themselves.
    private func matches(_ text: StaticString, at start: Int, mask: UInt8) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount {
            let wanted = text.utf8Start[offset]
            let byte = self[start + offset]
            let isLetter = byte &- UInt8(ascii: "A") < 26
            if (isLetter ? byte | mask : byte) != wanted { return false }
        }
        return true
    }
}
