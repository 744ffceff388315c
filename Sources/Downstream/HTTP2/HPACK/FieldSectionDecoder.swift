import NIOCore

/// Decodes the header sections of one connection in their order, into bytes and not strings: a value may hold bytes that
/// are no UTF-8.
///
/// Source: RFC 7541.
struct FieldSectionDecoder {
    private var table = DynamicFieldTable()
    private let code = HuffmanCode.shared
    private let staticTable = StaticFieldTable.shared
    /// The most that a section may come to, with 32 bytes a field.
    private let sectionSize: Int

    init(sectionSize: Int) {
        self.sectionSize = sectionSize
    }

    /// Decodes a section.
    ///
    /// - Parameters:
    ///   - block: The section as it came.
    ///   - section: Gets the fields in place of those that it has.
    /// - Returns: False for what is not decodable, after which nothing more can be decoded (RFC 9113, section 4.3).
    mutating func decode(_ block: ByteBuffer, into section: inout FieldSection) -> Bool {
        section.removeAll()
        return block.withUnsafeReadableBytes { bytes in
            var cursor = HPACKCursor(bytes)
            return self.decode(&cursor, &section)
        }
    }

    private mutating func decode(_ cursor: inout HPACKCursor, _ section: inout FieldSection) -> Bool {
        var size = 0
        var updates = 0
        while let first = cursor.peek() {
            if first & 0xE0 == 0x20 {
                // At most two, at the beginning (section 4.2).
                updates += 1
                guard updates <= 2, section.fields.isEmpty, let capacity = cursor.readInteger(prefix: 5),
                    self.table.resize(capacity)
                else { return false }
                continue
            }
            guard self.decodeField(first, &cursor, &section), let field = section.fields.last else { return false }
            size += field.size
            guard size <= self.sectionSize else { return false }
        }
        return true
    }

    private mutating func decodeField(
        _ first: UInt8,
        _ cursor: inout HPACKCursor,
        _ section: inout FieldSection
    ) -> Bool {
        guard first & 0x80 == 0 else {
            guard let index = cursor.readInteger(prefix: 7) else { return false }
            return self.appendIndexed(index, &section)
        }
        let isAdded = first & 0x40 != 0
        guard let index = cursor.readInteger(prefix: isAdded ? 6 : 4),
            let nameLength = index == 0 ? self.writeString(&cursor, &section) : self.writeName(index, &section),
            let valueLength = self.writeString(&cursor, &section)
        else { return false }
        section.append(nameLength: nameLength, valueLength: valueLength)
        if isAdded { self.addLast(of: section) }
        return true
    }

    private func appendIndexed(_ index: Int, _ section: inout FieldSection) -> Bool {
        guard let (bytes, field) = self.entry(index) else { return false }
        bytes.withUnsafeReadableBytes { section.write(.init(rebasing: $0[field.nameStart..<field.end])) }
        section.append(nameLength: field.nameLength, valueLength: field.valueLength)
        return true
    }

    private func writeName(_ index: Int, _ section: inout FieldSection) -> Int? {
        guard let (bytes, field) = self.entry(index) else { return nil }
        bytes.withUnsafeReadableBytes { section.write(.init(rebasing: $0[field.nameStart..<field.valueStart])) }
        return field.nameLength
    }

    private func writeString(_ cursor: inout HPACKCursor, _ section: inout FieldSection) -> Int? {
        guard let first = cursor.peek(), let length = cursor.readInteger(prefix: 7), length <= self.sectionSize,
            let string = cursor.readBytes(length)
        else { return nil }
        if first & 0x80 != 0 { return section.write(string, in: self.code) }
        section.write(string)
        return length
    }

    /// The field of a number, and the bytes in which it is (section 2.3.3).
    private func entry(_ index: Int) -> (ByteBuffer, FieldSection.Field)? {
        if index >= 1, index <= StaticFieldTable.count {
            return (self.staticTable.bytes, self.staticTable.places[index - 1])
        }
        return self.table.field(index - StaticFieldTable.count - 1).map { (self.table.bytes, $0) }
    }

    private mutating func addLast(of section: FieldSection) {
        guard let field = section.fields.last else { return }
        section.bytes.withUnsafeReadableBytes { bytes in
            self.table.add(
                UnsafeRawBufferPointer(rebasing: bytes[field.nameStart..<field.valueStart]),
                UnsafeRawBufferPointer(rebasing: bytes[field.valueStart..<field.end])
            )
        }
    }
}
