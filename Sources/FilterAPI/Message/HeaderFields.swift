package import NIOCore

/// The header fields of a message, or its trailers, in the order in which they were received.
///
/// A received section stays where it arrived: the table holds offsets into the received bytes, and a field becomes a
/// `String` only when somebody asks for it. Fields that a filter adds are kept in a second buffer, so that untouched
/// fields are forwarded as they came, without being encoded again.
///
/// Source: RFC 9110, section 5.
public struct HeaderFields: Sendable {
    /// Where one field's bytes are.
    package struct Entry: Sendable {
        /// The offset of the name; bytes of a received field are in ``HeaderFields/wire``, else in ``HeaderFields/edits``.
        package var nameStart: UInt32
        /// The offset of the value, without surrounding white space.
        package var valueStart: UInt32
        /// The number of bytes in the value.
        package var valueLength: UInt32
        /// The offset after the line's CRLF; equal to the next field's `nameStart` when both lines can be copied at once.
        package var lineEnd: UInt32
        /// The number of bytes in the name.
        package var nameLength: UInt16
        /// The interned name, or 0.
        package var id: UInt8
        /// Whether the bytes are in ``HeaderFields/edits``.
        package var isEdit: Bool

        package init(
            nameStart: UInt32,
            nameLength: UInt16,
            valueStart: UInt32,
            valueLength: UInt32,
            lineEnd: UInt32,
            id: UInt8,
            isEdit: Bool = false
        ) {
            self.nameStart = nameStart
            self.nameLength = nameLength
            self.valueStart = valueStart
            self.valueLength = valueLength
            self.lineEnd = lineEnd
            self.id = id
            self.isEdit = isEdit
        }
    }

    /// The received bytes that `entries` point into; offsets count from its reader index.
    package var wire: ByteBuffer
    /// The bytes of fields added here, each as `name: value CRLF`; offsets count from its reader index.
    package var edits: ByteBuffer
    /// The fields in order.
    package var entries: ContiguousArray<Entry>

    /// Counts the changes since the message was received.
    package var revision: UInt32 = 0

    /// Makes a table without fields.
    public init() {
        self.wire = ByteBuffer()
        self.edits = ByteBuffer()
        self.entries = []
    }

    /// The number of fields.
    public var count: Int { self.entries.count }

    /// Whether there is no field.
    public var isEmpty: Bool { self.entries.isEmpty }

    /// Forgets all fields and the buffers, and keeps the table's memory for the next message.
    package mutating func reset() {
        self.wire = ByteBuffer()
        switch self.edits.capacity {
        case 0: break
        case 1...HeaderFields.keptEdits: self.edits.clear()
        default: self.edits = ByteBuffer()
        }
        self.entries.removeAll(keepingCapacity: true)
        self.revision = 0
    }

    /// The most bytes that are kept for the fields of the next message.
    private static let keptEdits = 1024
}

extension HeaderFields {
    /// Whether a field of that name is present.
    public func contains(_ name: HeaderName) -> Bool {
        self.firstIndex(of: name) != nil
    }

    /// The first value of that name; setting replaces all fields of the name with one, and `nil` removes them.
    ///
    /// Bytes of a value that are not UTF-8 become U+FFFD. A value that is set loses CR, LF and NUL (each becomes a
    /// space), so that nothing a filter copies from elsewhere can end the field (RFC 9110, section 5.5).
    public subscript(_ name: HeaderName) -> String? {
        get { self.firstIndex(of: name).map { self.value(at: $0) } }
        set {
            if let newValue { self.set(name, newValue) } else { self.remove(name) }
        }
    }

    /// All values of that name in order.
    public func values(of name: HeaderName) -> [String] {
        self.entries.indices.filter { self.matches($0, name) }.map { self.value(at: $0) }
    }

    /// All values of that name joined by `, ` (RFC 9110, section 5.3), or `nil` when there is none.
    public func combinedValue(of name: HeaderName) -> String? {
        let values = self.values(of: name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Whether all fields of that name stand as they were received: nobody has added or changed one. True without any.
    ///
    /// What such a field says the other end has said itself, so it may be told.
    public func isAsReceived(_ name: HeaderName) -> Bool {
        !self.entries.indices.contains { self.matches($0, name) && self.entries[$0].isEdit }
    }

    /// Whether the first value of that name is exactly these characters; compares bytes and makes no `String`.
    public func hasValue(_ expected: StaticString, for name: HeaderName) -> Bool {
        guard let index = self.firstIndex(of: name) else { return false }
        let wanted = UnsafeRawBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)
        return self.withValueBytes(at: index) { $0.count == wanted.count && $0.elementsEqual(wanted) }
    }

    /// Calls `body` with the bytes of the first value of that name, without a copy.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - body: Receives the bytes; they are valid only during the call.
    /// - Returns: What `body` returned, or `nil` when there is no such field.
    public func withValueBytes<Result>(
        of name: HeaderName,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result? {
        guard let index = self.firstIndex(of: name) else { return nil }
        return try self.withValueBytes(at: index, body)
    }

    /// Calls `body` with the bytes of each value of that name in order, without a copy.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - body: Receives the bytes; they are valid only during the call.
    public func forEachValue(
        of name: HeaderName,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        var index = 0
        while index < self.entries.count {
            if self.matches(index, name) { try self.withValueBytes(at: index, body) }
            index += 1
        }
    }

    package func firstIndex(of name: HeaderName) -> Int? {
        guard name.id != 0 else { return self.entries.indices.first { self.matches($0, name) } }
        return self.entries.withUnsafeBufferPointer { entries in
            for index in 0..<entries.count where entries[index].id == name.id { return index }
            return nil
        }
    }

    private func matches(_ index: Int, _ name: HeaderName) -> Bool {
        let entry = self.entries[index]
        guard entry.id == name.id else { return false }
        if entry.id != 0 { return true }
        return self.withNameBytes(at: index) { $0.equalsLowercased(name.string) }
    }
}

extension HeaderFields {
    /// The name of the field at an index in lower case.
    package func name(at index: Int) -> String {
        let entry = self.entries[index]
        if entry.id != 0 { return HeaderName.known[Int(entry.id)] }
        return self.withNameBytes(at: index) { String(decoding: $0, as: UTF8.self).lowercased() }
    }

    package func value(at index: Int) -> String {
        self.withValueBytes(at: index) { String(decoding: $0, as: UTF8.self) }
    }

    package func withNameBytes<Result>(
        at index: Int,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let entry = self.entries[index]
        return try self.withBytes(entry, Int(entry.nameStart), Int(entry.nameLength), body)
    }

    package func withValueBytes<Result>(
        at index: Int,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let entry = self.entries[index]
        return try self.withBytes(entry, Int(entry.valueStart), Int(entry.valueLength), body)
    }

    private func withBytes<Result>(
        _ entry: Entry,
        _ start: Int,
        _ length: Int,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let range = start..<(start + length)
        return entry.isEdit
            ? try self.edits.withUnsafeReadableBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
            : try self.wire.withUnsafeReadableBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}

extension HeaderFields: Sequence {
    /// The fields in order, names in lower case.
    public func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var index = 0
        return AnyIterator {
            guard index < self.entries.count else { return nil }
            defer { index += 1 }
            return (self.name(at: index), self.value(at: index))
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are, without case, the given lower-case ASCII text.
    package func equalsLowercased(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { wanted in
            guard wanted.count == self.count else { return false }
            for index in 0..<wanted.count {
                let byte = self[index]
                let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
                if lowered != wanted[index] { return false }
            }
            return true
        }
    }
}

extension HeaderFields {
    /// Calls `body` with the bytes of each field's name, in the case in which it came, and of its value, in order and
    /// without a copy.
    ///
    /// - Parameter body: Receives the bytes; they are valid only during the call.
    public func forEachField(
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        for index in 0..<self.entries.count {
            try self.withNameBytes(at: index) { name in
                try self.withValueBytes(at: index) { value in try body(name, value) }
            }
        }
    }
}
