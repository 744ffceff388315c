import NIOCore

/// The fields that a client has named before and can name by a number: the last ones, up to a size.
///
/// Bytes are added behind the newest and given up before the oldest, so one buffer holds them all.
///
/// Source: RFC 7541, sections 2.3.2 and 4.
struct DynamicFieldTable {
    /// The size that the protocol begins with, which the gateway's settings leave (RFC 9113, section 6.5.2).
    static let maximumSize = 4096

    private(set) var bytes = ByteBuffer()
    /// The fields, the oldest first, with positions among all bytes that were ever added.
    private var fields = CircularBuffer<FieldSection.Field>()
    /// How many bytes were given up.
    private var evicted = 0
    private var size = 0
    private var capacity = DynamicFieldTable.maximumSize

    var count: Int { self.fields.count }

    /// The place in ``bytes`` of a field, the newest being 0; `nil` when there is no such one.
    func field(_ index: Int) -> FieldSection.Field? {
        guard index >= 0, index < self.fields.count else { return nil }
        var field = self.fields[offset: self.fields.count - 1 - index]
        field.nameStart -= self.evicted
        return field
    }

    /// Adds a field, for which the oldest make room. One that is larger than the table empties it.
    mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let field = FieldSection.Field(
            nameStart: self.evicted + self.bytes.readableBytes,
            nameLength: name.count,
            valueLength: value.count
        )
        self.evict(for: field.size)
        guard field.size <= self.capacity else { return }
        self.bytes.writeBytes(name)
        self.bytes.writeBytes(value)
        self.fields.append(field)
        self.size += field.size
    }

    /// Changes the size; answers false when it is above the maximum.
    mutating func resize(_ capacity: Int) -> Bool {
        guard capacity <= DynamicFieldTable.maximumSize else { return false }
        self.capacity = capacity
        self.evict(for: 0)
        return true
    }

    private mutating func evict(for size: Int) {
        while self.size + size > self.capacity, let oldest = self.fields.popFirst() {
            self.size -= oldest.size
            self.evicted += oldest.nameLength + oldest.valueLength
            self.bytes.moveReaderIndex(forwardBy: oldest.nameLength + oldest.valueLength)
        }
        if self.bytes.readerIndex > 2 * DynamicFieldTable.maximumSize { self.bytes.discardReadBytes() }
    }
}
