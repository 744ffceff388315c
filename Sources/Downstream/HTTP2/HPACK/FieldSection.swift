import NIOCore

/// A decoded header section: names and values byte for byte, in their order.
///
/// Bytes and not strings, because a value may hold bytes that are no UTF-8 (RFC 9110, section 5.5) and has to go on as
/// it came.
struct FieldSection {
    /// Where a field is: its value stands directly behind its name.
    struct Field: Equatable {
        var nameStart: Int
        var nameLength: Int
        var valueLength: Int

        var valueStart: Int { self.nameStart + self.nameLength }
        var end: Int { self.valueStart + self.valueLength }
        /// What the field counts in a table and in the limit of a section (RFC 7541, section 4.1).
        var size: Int { self.nameLength + self.valueLength + 32 }
    }

    /// All names and values; never read from, so that positions stay.
    fileprivate(set) var bytes = ByteBuffer()
    private(set) var fields: [Field] = []
    /// Whether the stream was said to depend on itself, which is an error of the stream (RFC 7540, section 5.3.1).
    var isSelfDependent = false

    /// What is kept for the next section.
    private static let keptBytes = 4096
    private static let keptFields = 64

    /// Forgets the fields, and keeps the memory for usual ones.
    mutating func removeAll() {
        if self.bytes.capacity > FieldSection.keptBytes { self.bytes = ByteBuffer() } else { self.bytes.clear() }
        self.fields.removeAll(keepingCapacity: self.fields.capacity <= FieldSection.keptFields)
        self.isSelfDependent = false
    }

    /// Calls a closure with the names and values of all fields, until it answers false.
    ///
    /// - Returns: Whether it never did.
    func allSatisfy(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool) -> Bool {
        self.bytes.withUnsafeReadableBytes { bytes in
            self.fields.allSatisfy { field in
                body(
                    UnsafeRawBufferPointer(rebasing: bytes[field.nameStart..<field.valueStart]),
                    UnsafeRawBufferPointer(rebasing: bytes[field.valueStart..<field.end])
                )
            }
        }
    }

    /// Writes bytes of the field that is to come next.
    mutating func write(_ part: UnsafeRawBufferPointer) {
        self.bytes.writeBytes(part)
    }

    /// Writes a string in Huffman's code; answers its length, or `nil` when it is not sound.
    mutating func write(_ string: UnsafeRawBufferPointer, in code: HuffmanCode) -> Int? {
        code.decode(string, into: &self.bytes)
    }

    /// Makes what was written last a field.
    mutating func append(nameLength: Int, valueLength: Int) {
        let start = self.bytes.readableBytes - nameLength - valueLength
        self.fields.append(Field(nameStart: start, nameLength: nameLength, valueLength: valueLength))
    }
}
