import NIOCore

/// Decodes the header sections of one connection in their order.
///
/// The frame codec could do so too, but gives strings, in which bytes that are no UTF-8 are lost, takes an empty name
/// for an error of the compression, and ends the connection over sections of streams that were reset.
///
/// Source: RFC 7541.
struct FieldSectionDecoder {
    /// What was decoded last.
    var section = FieldSection()
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
    /// - Returns: False for what is not decodable, after which nothing more can be decoded (RFC 9113, section 4.3).
    mutating func decode(_ block: ByteBuffer) -> Bool {
        self.section.removeAll()
        return block.withUnsafeReadableBytes { bytes in
            var cursor = HPACKCursor(bytes)
            return self.decode(&cursor)
        }
    }

    private mutating func decode(_ cursor: inout HPACKCursor) -> Bool {
        var size = 0
        var updates = 0
        while let first = cursor.peek() {
            if first & 0xE0 == 0x20 {
                // At most two, at the beginning (section 4.2).
                updates += 1
                guard updates <= 2, self.section.fields.isEmpty, let capacity = cursor.readInteger(prefix: 5),
                    self.table.resize(capacity)
                else { return false }
                continue
            }
            guard self.decodeField(first, &cursor), let field = self.section.fields.last else { return false }
            size += field.size
            guard size <= self.sectionSize else { return false }
        }
        return true
    }

    private mutating func decodeField(_ first: UInt8, _ cursor: inout HPACKCursor) -> Bool {
        guard first & 0x80 == 0 else {
            guard let index = cursor.readInteger(prefix: 7) else { return false }
            return self.appendIndexed(index)
        }
        let isAdded = first & 0x40 != 0
        guard let index = cursor.readInteger(prefix: isAdded ? 6 : 4),
            let nameLength = index == 0 ? self.writeString(&cursor) : self.writeName(index),
            let valueLength = self.writeString(&cursor)
        else { return false }
        self.section.append(nameLength: nameLength, valueLength: valueLength)
        if isAdded { self.addLast() }
        return true
    }

    private mutating func appendIndexed(_ index: Int) -> Bool {
        guard let (bytes, field) = self.entry(index) else { return false }
        bytes.withUnsafeReadableBytes { self.section.write(.init(rebasing: $0[field.nameStart..<field.end])) }
        self.section.append(nameLength: field.nameLength, valueLength: field.valueLength)
        return true
    }

    private mutating func writeName(_ index: Int) -> Int? {
        guard let (bytes, field) = self.entry(index) else { return nil }
        bytes.withUnsafeReadableBytes { self.section.write(.init(rebasing: $0[field.nameStart..<field.valueStart])) }
        return field.nameLength
    }

    private mutating func writeString(_ cursor: inout HPACKCursor) -> Int? {
        guard let first = cursor.peek(), let length = cursor.readInteger(prefix: 7), length <= self.sectionSize,
            let string = cursor.readBytes(length)
        else { return nil }
        if first & 0x80 != 0 { return self.section.write(string, in: self.code) }
        self.section.write(string)
        return length
    }

    /// The field of a number, and the bytes in which it is (section 2.3.3).
    private func entry(_ index: Int) -> (ByteBuffer, FieldSection.Field)? {
        if index >= 1, index <= StaticFieldTable.count {
            return (self.staticTable.bytes, self.staticTable.places[index - 1])
        }
        return self.table.field(index - StaticFieldTable.count - 1).map { (self.table.bytes, $0) }
    }

    private mutating func addLast() {
        guard let field = self.section.fields.last else { return }
        self.section.bytes.withUnsafeReadableBytes { bytes in
            self.table.add(
                UnsafeRawBufferPointer(rebasing: bytes[field.nameStart..<field.valueStart]),
                UnsafeRawBufferPointer(rebasing: bytes[field.valueStart..<field.end])
            )
        }
    }
}
