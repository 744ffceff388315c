import FilterAPI

/// Which requests the cache has a say in.
enum CacheableRequest {
    /// Whether the client asks to leave the cache out: `x-higress-skip-ai-cache: on`, exactly.
    static func asksToSkip(_ headers: HeaderFields) -> Bool {
        headers.hasValue("on", for: .xHigressSkipAiCache)
    }

    /// Whether the body is announced as JSON that can be read here.
    static func isJSON(_ headers: HeaderFields) -> Bool {
        guard headers.withValueBytes(of: .contentType, { isJSON(type: $0) }) ?? false else { return false }
        guard headers.contains(.contentEncoding) else { return true }
        return ContentCoding(headerValue: headers.combinedValue(of: .contentEncoding)) == .identity
    }

    /// Whether the path of a target belongs to a format whose questions and answers lie elsewhere than in chat completions.
    static func isOtherFormat(target: UnsafeRawBufferPointer) -> Bool {
        var end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        if end > 0, target[end - 1] == UInt8(ascii: "/") { end -= 1 }
        let path = UnsafeRawBufferPointer(rebasing: target[..<end])
        return path.hasSuffix("/v1/completions") || path.hasSuffix("/v1/responses") || path.hasSuffix("/v1/messages")
    }

    private static func isJSON(type: UnsafeRawBufferPointer) -> Bool {
        if type.containsLowercased("application/json") { return true }
        var end = type.firstIndex(of: UInt8(ascii: ";")) ?? type.count
        while end > 0, type[end - 1] == 0x20 || type[end - 1] == 0x09 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: type[..<end]).hasLowercasedSuffix("+json")
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes end in this text.
    fileprivate func hasSuffix(_ text: StaticString) -> Bool {
        self.count >= text.utf8CodeUnitCount && self.matches(text, at: self.count - text.utf8CodeUnitCount, mask: 0)
    }

    /// Whether the bytes end, without case, in this text of lower-case letters and signs.
    fileprivate func hasLowercasedSuffix(_ text: StaticString) -> Bool {
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
