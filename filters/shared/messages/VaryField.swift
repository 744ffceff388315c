import FilterAPI

/// Adds a name to `Vary` unless it, or `*`, is there already.
///
/// Source: RFC 9110, section 12.5.5.
///
/// - Parameters:
///   - name: The name in lower case.
///   - shown: The name as it is sent.
///   - headers: The fields of a response.
func addVary(_ name: StaticString, _ shown: String, to headers: inout HeaderFields) {
    var isThere = false
    headers.forEachValue(of: .vary) { value in
        if FieldList.contains(value, name) || FieldList.contains(value, "*") { isThere = true }
    }
    if !isThere { headers.add(.vary, shown) }
}

/// Looking into a list of tokens with commas between them, without making text.
///
/// Source: RFC 9110, section 5.6.1.
enum FieldList {
    /// Whether a list has that item, compared without case; what follows a `;` or `=` in an item is passed over.
    static func contains(_ value: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        var found = false
        self.forEachItem(value) { item in
            let end = item.firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "=") } ?? item.endIndex
            found = found || isEqual(self.trimmed(item[..<end]), name)
        }
        return found
    }

    /// Calls `body` with each item, without the blanks around it; empty items are passed over.
    static func forEachItem(_ value: UnsafeRawBufferPointer, _ body: (Slice<UnsafeRawBufferPointer>) -> Void) {
        var start = value.startIndex
        while start <= value.endIndex {
            let end = value[start...].firstIndex(of: UInt8(ascii: ",")) ?? value.endIndex
            let item = self.trimmed(value[start..<end])
            if !item.isEmpty { body(item) }
            start = end + 1
        }
    }

    /// The bytes without spaces and tabs around them.
    static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var bytes = bytes
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return bytes
    }

    /// Whether bytes are, without case, a text of lower-case ASCII.
    static func isEqual(_ bytes: Slice<UnsafeRawBufferPointer>, _ name: StaticString) -> Bool {
        guard bytes.count == name.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in bytes {
            let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lowered != name.utf8Start[index] { return false }
            index += 1
        }
        return true
    }
}
